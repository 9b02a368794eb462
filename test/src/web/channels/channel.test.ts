// The page of one channel, as members' browsers ask for it.
import { expect, test } from "vitest";
import {
  channelApi,
  channelWorld,
  newDevice,
  redeem,
  subscribe,
  type ChannelWorld,
} from "../../../support/channels.ts";
import { browser, signedIn, type TestPerson } from "../../../support/person.ts";
import { newApp } from "../../../support/scenario.ts";
import { api, rows } from "../../../support/worker.ts";

/** An owner, their channel, and the path of its page. */
async function newWorld(
  wanted: Record<string, unknown> = {},
): Promise<ChannelWorld & { owner: TestPerson; path: string }> {
  const owner = await signedIn();
  const world = await channelWorld({ name: "Orders", ...wanted }, owner.account);
  const path = `${owner.base}/apps/${world.appId}/channels/${world.channel.id}`;
  return { ...world, owner, path };
}

function errorsIn(html: string): string[] {
  return [...html.matchAll(/<p class="error"[^>]*>([^<]*)</g)].map(([, text = ""]) => text);
}

const saidBy = (answer: { headers: Headers }) =>
  decodeURIComponent(
    /slipway_flash=([^;]*)/.exec(answer.headers.get("set-cookie") ?? "")?.[1] ?? "",
  );

test("the page shows the channel's people, its key's beginning and its callback, and no secret", async () => {
  const world = await newWorld({ callback_url: "https://example.com/hooks" });
  await subscribe(world, await newDevice(world), "customer-1042");
  await subscribe(world, await newDevice(world), "customer-1042");
  const { status, html } = await world.owner.get(world.path);
  expect(status).toBe(200);
  for (const part of [
    "customer-1042",
    '<td class="num lo soft">2</td>',
    world.channel.key_prefix,
    "example.com/hooks",
    `/mobile/${world.channel.id}`,
  ]) {
    expect(html).toContain(part);
  }
  expect(html).not.toContain(world.channel.api_key);
  expect(html).not.toContain(world.channel.callback_secret);
});

test("people are found by what their id begins with, and a long list is paged", async () => {
  const world = await newWorld();
  await rows(
    `INSERT INTO channel_subscriptions (id, channel_id, iuid, subscriber, mute, created_at, updated_at)
      SELECT printf('%024x', value + ? * 1000), ?, 'ann%' || printf('%02d', value), 'x', value = 3, 1, 1 FROM json_each(?)`,
    world.appId,
    world.channel.id,
    JSON.stringify(Array.from({ length: 45 }, (_, at) => at)),
  );
  const idsIn = (html: string) =>
    [...html.matchAll(/<th scope="row"><code>([^<]*)/g)].map(([, id]) => id);
  const first = await world.owner.get(world.path);
  expect(first.html).toContain("1 to 20 of 45");
  expect(idsIn(first.html)[0]).toBe("ann%44");
  const last = await world.owner.get(`${world.path}?page=3`);
  expect(idsIn(last.html)).toEqual(["ann%04", "ann%03", "ann%02", "ann%01", "ann%00"]);
  expect(last.html).toContain("Muted");
  const found = await world.owner.get(`${world.path}?find=ann%254`);
  expect(idsIn(found.html)).toHaveLength(5);
  const none = await world.owner.get(`${world.path}?find=${encodeURIComponent("<i>")}`);
  expect(none.html).toContain("begins with &lt;i&gt;.");
  expect((await world.owner.get(`${world.path}?find=${"x".repeat(3000)}`)).status).toBe(200);
});

test("a code is shown with its QR code, and lets one device join", async () => {
  const world = await newWorld();
  const shown = await world.owner.post(`${world.path}/code`, { iuid: "customer-7" });
  expect(shown.status).toBe(200);
  const [, code = ""] = /\/qrcode\/([\w-]{22})/.exec(shown.html) ?? [];
  expect(shown.html).toContain('aria-label="QR code: lets one phone join as customer-7"');
  expect(shown.html).toContain('value="customer-7"');
  expect((await redeem(await newDevice(world), code)).status).toBe(201);
  const joined = await world.owner.get(world.path);
  expect(joined.html).toContain("<code>customer-7</code>");
  const refused = await world.owner.post(`${world.path}/code`, { iuid: "x".repeat(256) });
  expect([refused.status, errorsIn(refused.html)]).toEqual([
    422,
    ["Must not be greater than 255 characters."],
  ]);
});

test("a test send goes to one person's devices, is kept for them, and the page says whom it reached", async () => {
  const world = await newWorld();
  const device = await newDevice(world);
  const { id } = await subscribe(world, device, "ann");
  await subscribe(world, await newDevice(world), "bob");
  const words = { to: "ann", title: "Hello", text: "How do you do?" };
  const sent = await world.owner.post(`${world.path}/send`, words);
  expect([sent.status, sent.to]).toEqual([303, world.path]);
  expect(saidBy(sent)).toBe("Sent to ann: a push is on its way to one device.");
  const kept = await rows("SELECT content FROM channel_messages WHERE subscription_id = ?", id);
  expect(kept.map(({ content }) => JSON.parse(content))).toEqual([
    { title: "Hello", text: "How do you do?" },
  ]);
  const pushed = await rows("SELECT targeting FROM notifications WHERE app_id = ?", world.appId);
  expect(pushed).toHaveLength(1);

  await rows("UPDATE channel_subscriptions SET mute = 1 WHERE id = ?", id);
  const muted = await world.owner.post(`${world.path}/send`, words);
  expect(saidBy(muted)).toBe("Kept for ann to read, without a push: they muted the channel.");
  await rows("UPDATE subscribers SET status = 'unsubscribed' WHERE app_id = ?", world.appId);
  const silent = await world.owner.post(`${world.path}/send`, { ...words, to: "bob" });
  expect(saidBy(silent)).toContain("none of their devices takes pushes now");
});

test("a refused send is refused at its fields, and what was typed stays", async () => {
  const world = await newWorld();
  await subscribe(world, await newDevice(world), "ann");
  const path = `${world.path}/send`;
  const words = { to: "ann", title: "Hello", text: "How do you do?" };
  const cases: [Record<string, string>, string][] = [
    [{ ...words, to: "nobody" }, "Must be the id of somebody who has joined."],
    [{ ...words, title: "Hi" }, "Must be longer than or equal to 3 characters."],
    [{ ...words, title: "x".repeat(31) }, "Must be shorter than or equal to 30 characters."],
    [{ ...words, text: "x".repeat(201) }, "Must be shorter than or equal to 200 characters."],
  ];
  for (const [fields, says] of cases) {
    const refused = await world.owner.post(path, fields);
    expect([refused.status, errorsIn(refused.html)]).toEqual([422, [says]]);
    expect(refused.html).toContain(`value="${fields["to"]}"`);
    expect(refused.html).toContain(`>\n${fields["text"]}</textarea>`);
  }
});

test("the channel gets another name and callback, and loses its callback", async () => {
  const world = await newWorld();
  const changed = await world.owner.post(world.path, {
    name: "Shipments",
    callback_url: "https://example.com/other",
  });
  expect([changed.status, changed.to]).toEqual([303, world.path]);
  const channel = async () =>
    (await api("GET", `/api/v1/channels/${world.channel.id}`, { token: world.account.key })).body
      .data;
  expect(await channel()).toMatchObject({
    name: "Shipments",
    callback_url: "https://example.com/other",
    callback_enabled: true,
  });
  const refused = await world.owner.post(world.path, { name: "", callback_url: "http://x" });
  expect(refused.status).toBe(422);
  expect(errorsIn(refused.html)[0]).toBe("Fill this in: nothing is there yet.");
  expect(refused.html).toMatch(/<dialog [^>]*id="change-ch"[^>]* open/);
  await world.owner.post(world.path, { name: "Shipments", callback_url: "" });
  expect((await channel()).callback_url).toBeNull();
  await rows(
    "UPDATE webhooks SET url = 'https://example.com', enabled = 0 WHERE app_id = ?",
    world.appId,
  );
  expect((await world.owner.get(world.path)).html).toContain("Ended after failures");
});

test("a new key is shown once; the old one ends when the form says", async () => {
  const world = await newWorld();
  const rotated = await world.owner.post(`${world.path}/key`, { grace_seconds: "3600" });
  expect(rotated.status).toBe(200);
  const [key = ""] = /sw_chn_[\w-]{20,}/.exec(rotated.html) ?? [];
  const isLet = async (api_key: string) =>
    (await channelApi({ channel: { ...world.channel, api_key } }, "GET", "/subscriptions")).status;
  expect([await isLet(key), await isLet(world.channel.api_key)]).toEqual([200, 200]);
  const { html } = await world.owner.get(world.path);
  expect(html).toContain("Old key");
  expect(html).not.toContain(key);
  await world.owner.post(`${world.path}/key`, { grace_seconds: "0" });
  expect(await isLet(key)).not.toBe(200);
  const refused = await world.owner.post(`${world.path}/key`, { grace_seconds: "99999999" });
  expect([refused.status, errorsIn(refused.html)]).toEqual([422, ["Must be from 0 to 2592000."]]);
});

test("a channel is deleted after a dialog that names it", async () => {
  const world = await newWorld();
  await subscribe(world, await newDevice(world), "ann");
  expect((await world.owner.get(world.path)).html).toContain("Delete Orders?");
  const done = await world.owner.post(`${world.path}/delete`);
  expect([done.status, done.to]).toEqual([303, `${world.owner.base}/apps/${world.appId}/channels`]);
  expect((await world.owner.get(world.path)).status).toBe(404);
  expect((await world.owner.post(`${world.path}/delete`)).status).toBe(404);
});

test("viewers look and change nothing: no controls are shown, and each form is refused", async () => {
  const world = await newWorld();
  await subscribe(world, await newDevice(world), "ann");
  const viewer = await signedIn("viewer", world.account);
  const { status, html } = await viewer.get(world.path);
  expect(status).toBe(200);
  expect(html).toContain("<code>ann</code>");
  const ways = [...html.matchAll(/<form method="post" action="([^"]*)"/g)].map(([, to]) => to);
  expect(ways.filter((to) => to?.startsWith(viewer.base))).toEqual([]);
  for (const form of ["", "/code", "/send", "/key", "/delete"]) {
    const refused = await viewer.post(world.path + form, { name: "x", iuid: "x", to: "ann" });
    expect(refused.status, form).toBe(403);
  }
  expect(await rows("SELECT id FROM channel_messages")).toEqual(expect.any(Array));
  expect((await viewer.get(world.path)).status).toBe(200);
});

test("a channel is not there for others, nor below another app, nor with a malformed id", async () => {
  const world = await newWorld();
  const sibling = await newApp(world.account.key);
  const other = await signedIn();
  const { id } = world.channel;
  const paths = [
    `${world.owner.base}/apps/${sibling.id}/channels/${id}`,
    `${world.owner.base}/apps/999999/channels/${id}`,
    `${world.owner.base}/apps/${world.appId}/channels/nonsense`,
    `${world.owner.base}/apps/${world.appId}/channels/${"0".repeat(24)}`,
  ];
  for (const path of paths) expect((await world.owner.get(path)).status, path).toBe(404);
  for (const base of [world.owner.base, other.base]) {
    const path = `${base}/apps/${world.appId}/channels/${id}`;
    expect((await other.get(path)).status).toBe(404);
    for (const form of ["", "/code", "/send", "/key", "/delete"]) {
      expect((await other.post(path + form, { name: "x" })).status, form).toBe(404);
    }
  }
  expect((await world.owner.post(`${paths[0]}/delete`)).status).toBe(404);
  expect((await browser().get(world.path)).status).toBe(303);
  expect((await world.owner.get(world.path)).status).toBe(200);
});

test("a marketer changes a channel's name, and neither its key nor where its callbacks go", async () => {
  const world = await newWorld();
  const marketer = await signedIn("marketer", world.account);
  const { html } = await marketer.get(world.path);
  expect(html).toContain("Change Orders");
  for (const gone of ["New key", 'name="callback_url"', 'name="grace_seconds"']) {
    expect(html).not.toContain(gone);
  }
  const kept = async () =>
    rows(
      "SELECT c.key_hash, w.url, w.enabled FROM channels c JOIN webhooks w ON w.id = c.callback_id WHERE c.id = ?",
      world.channel.id,
    );
  const before = await kept();
  const elsewhere = { name: "Mine", callback_url: "https://elsewhere.example/" };
  for (const [path, fields] of [
    [world.path, elsewhere],
    [world.path, { name: "Mine", callback_url: "" }],
    [`${world.path}/key`, {}],
    [world.path.slice(0, world.path.lastIndexOf("/")), elsewhere],
  ] as const) {
    expect((await marketer.post(path, fields)).status, path).toBe(403);
  }
  expect((await marketer.post(world.path, { name: "Renamed" })).status).toBe(303);
  expect(await kept()).toEqual(before);
  expect((await marketer.get(world.path)).html).toContain("<h1>Renamed</h1>");
});
