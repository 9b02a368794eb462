// The page of an app's channels, as members' browsers ask for it.
import { expect, test } from "vitest";
import { channelWorld, newChannel, newDevice, subscribe } from "../../../support/channels.ts";
import { browser, signedIn } from "../../../support/person.ts";
import { newApp } from "../../../support/scenario.ts";
import { api, rows } from "../../../support/worker.ts";

const NEW = { name: "Orders", callback_url: "https://example.com/hooks" };

function errorsIn(html: string): string[] {
  return [...html.matchAll(/<p class="error"[^>]*>([^<]*)</g)].map(([, text = ""]) => text);
}

test("the page lists the app's own channels, with their callbacks and how many people they have", async () => {
  const owner = await signedIn();
  const world = await channelWorld({ name: "Stall holders" }, owner.account);
  const other = await newApp(owner.account.key);
  await newChannel(owner.account.key, { app_id: other.id, name: "Elsewhere" });
  await subscribe(world, await newDevice(world), "ann");
  await subscribe(world, await newDevice(world), "bob");
  const { status, html } = await owner.get(`${owner.base}/apps/${world.appId}/channels`);
  expect(status).toBe(200);
  expect(html).toContain(`href="${owner.base}/apps/${world.appId}/channels/${world.channel.id}"`);
  expect(html).toContain('<td class="num">2</td>');
  expect(html).not.toContain("Elsewhere");
  expect(html).not.toContain(world.channel.api_key);
});

test("an app without channels is told what one is for", async () => {
  const owner = await signedIn();
  const app = await newApp(owner.account.key);
  const { html } = await owner.get(`${owner.base}/apps/${app.id}/channels`);
  expect(html).toContain("No channels yet");
  expect(html).not.toContain("<table");
});

test("a channel that is made shows its two secrets once, and its key works", async () => {
  const owner = await signedIn();
  const app = await newApp(owner.account.key);
  const path = `${owner.base}/apps/${app.id}/channels`;
  const made = await owner.post(path, NEW);
  expect(made.status).toBe(200);
  const [key = ""] = /sw_chn_[\w-]{20,}/.exec(made.html) ?? [];
  expect(made.html).toContain("Callback secret");
  expect(made.html).toContain("Its key and its secret are shown once.");
  const { data } = (await api("GET", "/api/v1/channels", { token: owner.account.key })).body;
  expect(data).toMatchObject([{ name: "Orders", app_id: app.id, callback_url: NEW.callback_url }]);
  const headers = { "x-channel-api-key": key };
  expect((await api("GET", `/channels/${data[0].id}/subscriptions`, { headers })).status).toBe(200);
  expect((await owner.get(path)).html).not.toContain(key);
});

test("a refused channel is refused at its fields, and what was typed stays", async () => {
  const owner = await signedIn();
  const app = await newApp(owner.account.key);
  const path = `${owner.base}/apps/${app.id}/channels`;
  const cases: [Record<string, string>, string][] = [
    [{ ...NEW, name: "" }, "Fill this in: nothing is there yet."],
    [{ ...NEW, name: "x".repeat(101) }, "Must not be greater than 100 characters."],
    [
      { ...NEW, callback_url: "ftp://example.com" },
      "This is no web address. Type one such as https://example.com.",
    ],
    [
      { ...NEW, callback_url: "nonsense" },
      "This is no web address. Type one such as https://example.com.",
    ],
  ];
  for (const [fields, says] of cases) {
    const refused = await owner.post(path, fields);
    expect([refused.status, errorsIn(refused.html)]).toEqual([
      422,
      [expect.stringContaining(says)],
    ]);
    expect(refused.html).toContain(`value="${fields["callback_url"]}"`);
    expect(refused.html).toMatch(/<dialog [^>]*id="new-ch"[^>]* open/);
  }
  expect(await rows("SELECT id FROM channels WHERE app_id = ?", app.id)).toEqual([]);
});

test("an account with as many channels as it can have is told so, and a long list is paged", async () => {
  const owner = await signedIn();
  const world = await channelWorld({}, owner.account);
  await rows(
    `INSERT INTO channels (id, account_id, app_id, name, callback_id, key_hash, key_prefix, created_at, updated_at)
      SELECT printf('%024x', value + ? * 10000), account_id, app_id, 'c' || value, callback_id,
        key_hash || value, 'sw_chn_x', 1, 1 FROM channels, json_each(?) WHERE channels.id = ?`,
    owner.account.id,
    JSON.stringify(Array.from({ length: 999 }, (_, at) => at)),
    world.channel.id,
  );
  const path = `${owner.base}/apps/${world.appId}/channels`;
  const refused = await owner.post(path, { name: "One more" });
  expect(refused.status).toBe(422);
  expect(refused.html).toContain("as many channels as it can have");
  expect((await owner.get(path)).html).toContain("1 to 20 of 1,000");
  expect((await owner.get(`${path}?page=50`)).html).toContain("981 to 1,000 of 1,000");
});

test("viewers see channels and nothing to change them; others' apps are not there", async () => {
  const owner = await signedIn();
  const world = await channelWorld({ name: "Orders" }, owner.account);
  const viewer = await signedIn("viewer", owner.account);
  const path = `${owner.base}/apps/${world.appId}/channels`;
  const { status, html } = await viewer.get(path);
  expect(status).toBe(200);
  expect(html).toContain("Orders");
  expect(html).not.toContain("New channel");
  expect((await viewer.post(path, NEW)).status).toBe(403);
  for (const role of ["developer", "marketer"] as const) {
    const member = await signedIn(role, owner.account);
    expect((await member.post(path, { name: role })).status).toBe(200);
  }
  const other = await signedIn();
  for (const base of [owner.base, other.base]) {
    expect((await other.get(`${base}/apps/${world.appId}/channels`)).status).toBe(404);
    expect((await other.post(`${base}/apps/${world.appId}/channels`, NEW)).status).toBe(404);
  }
  expect((await browser().get(path)).status).toBe(303);
  expect(await rows("SELECT id FROM channels WHERE app_id = ?", world.appId)).toHaveLength(3);
});
