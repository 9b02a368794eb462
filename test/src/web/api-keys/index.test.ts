// The page of API keys, as an owner's browser asks for it.
import { expect, test } from "vitest";
import { browser, signedIn, type TestPerson } from "../../../support/person.ts";
import { newApp, newKey } from "../../../support/scenario.ts";
import { api, rows } from "../../../support/worker.ts";

const NEW = { name: "Nightly builds", scopes: ["builds:read", "builds:write"], reach: "all" };

async function keysOf({ account }: TestPerson): Promise<any[]> {
  return (await api("GET", "/api/v1/api-keys?per_page=100", { token: account.key })).body.data;
}

/** What a field's or form's error says in the page; undefined for nothing. */
function errorsIn(html: string): string[] {
  return [...html.matchAll(/<p class="error"[^>]*>([^<]*)</g)].map(([, text = ""]) => text);
}

test("the page lists the account's keys, with what each may do, its apps, and when it ends", async () => {
  const owner = await signedIn();
  const shop = await newApp(owner.account.key, { name: "Marrowby Market" });
  await newKey(owner.account.id, {
    scopes: ["push:write"],
    app_ids: [shop.id],
    expires_at: "2199-12-24T18:00:00Z",
  });
  const { status, html } = await owner.get(`${owner.base}/api-keys`);
  expect(status).toBe(200);
  for (const part of ["push:write", "Marrowby Market", "24 Dec 2199", "Everything", "sw_live_"]) {
    expect(html).toContain(part);
  }
  expect(html).not.toContain(owner.account.key);
});

test("an account without keys is told what a key is for, and can make one", async () => {
  const owner = await signedIn();
  await rows("DELETE FROM api_keys WHERE account_id = ?", owner.account.id);
  const { html } = await owner.get(`${owner.base}/api-keys`);
  expect(html).toContain("No keys yet");
  expect(html).toContain('commandfor="new-key"');
  expect(html).not.toContain("<table");
});

test("a key that is made is shown once, works, and can do what was chosen and no more", async () => {
  const owner = await signedIn();
  const app = await newApp(owner.account.key);
  const made = await owner.post(`${owner.base}/api-keys`, {
    ...NEW,
    reach: "some",
    app_ids: String(app.id),
    expires_at: "2199-12-24",
  });
  expect(made.status).toBe(200);
  const [key = ""] = /sw_live_[\w-]{20,}/.exec(made.html) ?? [];
  expect(made.html).toContain(`data-copy="${key}"`);
  expect(made.html).toContain("It is shown once");
  const [listed] = await keysOf(owner);
  expect(listed).toMatchObject({
    name: "Nightly builds",
    scopes: ["builds:read", "builds:write"],
    app_ids: [app.id],
    expires_at: "2199-12-24T23:59:59.000000Z",
  });
  expect((await api("GET", `/api/v1/apps/${app.id}/builds`, { token: key })).status).toBe(200);
  expect((await api("GET", "/api/v1/apps", { token: key })).status).toBe(403);
  expect((await owner.get(`${owner.base}/api-keys`)).html).not.toContain(key);
});

test("a refused key is refused at its fields, and what was typed stays", async () => {
  const owner = await signedIn();
  const app = await newApp(owner.account.key, { name: "Chosen" });
  const path = `${owner.base}/api-keys`;
  const cases: [Record<string, string | string[]>, string][] = [
    [{ ...NEW, name: "" }, "Fill this in: nothing is there yet."],
    [{ ...NEW, name: "x".repeat(101) }, "Must not be greater than 100 characters."],
    [{ ...NEW, scopes: [] }, "Choose at least one."],
    [{ ...NEW, scopes: ["everything"] }, "Must be one of account:read"],
    [{ ...NEW, reach: "some" }, "Choose at least one app."],
    [{ ...NEW, reach: "some", app_ids: ["999999"] }, "Must hold ids of the account"],
    [{ ...NEW, expires_at: "2001-01-01" }, "Must be a date in the future."],
    [{ ...NEW, expires_at: "tomorrow" }, "Must be an ISO 8601 time with a zone."],
  ];
  for (const [fields, says] of cases) {
    const refused = await owner.post(path, fields);
    expect([refused.status, errorsIn(refused.html).join()], says).toEqual([
      422,
      expect.stringContaining(says),
    ]);
  }
  const { html } = await owner.post(path, {
    name: "<Kept>",
    scopes: ["push:read"],
    reach: "some",
    app_ids: String(app.id),
    expires_at: "2001-01-01",
  });
  expect(html).toContain('value="&lt;Kept&gt;"');
  expect(html).toContain('value="2001-01-01"');
  expect(html).toMatch(/value="push:read" checked/);
  expect(html).not.toMatch(/value="builds:write" checked/);
  expect(html).toMatch(new RegExp(`name="app_ids" value="${app.id}" checked`));
  expect(html).toMatch(/<dialog [^>]*id="new-key"[^>]* open/);
  const much = await owner.post(path, { name: "", scopes: ["x"], expires_at: "tomorrow" });
  expect(much.html).toContain("3 fields are not right yet");
  for (const [, id] of much.html.matchAll(/<a href="#(f-[^"]*)"/g)) {
    expect(much.html).toContain(`id="${id}"`);
  }
  expect(await keysOf(owner)).toHaveLength(1);
});

test("an account that has as many keys as it can have is told so", async () => {
  const owner = await signedIn();
  const many = Array.from({ length: 499 }, (_, at) => at);
  await rows(
    `INSERT INTO api_keys (account_id, name, key_hash, key_prefix, scopes, created_at)
      SELECT ?, 'k', ? || value, 'sw_live_x', '["*"]', 1 FROM json_each(?)`,
    owner.account.id,
    `h${owner.account.id}-`,
    JSON.stringify(many),
  );
  const refused = await owner.post(`${owner.base}/api-keys`, NEW);
  expect(refused.status).toBe(422);
  expect(refused.html).toContain("as many keys as it can have");
});

test("the list is paged, and says where in it one is", async () => {
  const owner = await signedIn();
  await rows(
    `INSERT INTO api_keys (account_id, name, key_hash, key_prefix, scopes, created_at)
      SELECT ?, 'key ' || value, ? || value, 'sw_live_x', '["*"]', 1 FROM json_each(?)`,
    owner.account.id,
    `p${owner.account.id}-`,
    JSON.stringify(Array.from({ length: 24 }, (_, at) => at)),
  );
  const first = await owner.get(`${owner.base}/api-keys`);
  expect(first.html).toContain("1 to 20 of 25");
  expect(first.html).toContain(`href="${owner.base}/api-keys?page=2"`);
  const second = await owner.get(`${owner.base}/api-keys?page=2`);
  expect(second.html).toContain("21 to 25 of 25");
  expect(second.html).toContain(`href="${owner.base}/api-keys"`);
  for (const page of ["0", "-1", "x", "99999999999", "1.5"]) {
    expect((await owner.get(`${owner.base}/api-keys?page=${page}`)).status, page).toBe(200);
  }
});

test("a key that nothing used ends at a click; one that was used lately wants its name typed", async () => {
  const owner = await signedIn();
  const unused = await newKey(owner.account.id);
  const [{ id }] = await keysOf(owner);
  const ended = await owner.post(`${owner.base}/api-keys/${id}/end`);
  expect([ended.status, ended.to]).toEqual([303, `${owner.base}/api-keys`]);
  expect((await api("GET", "/api/v1/apps", { token: unused })).status).toBe(401);

  await rows(
    "UPDATE api_keys SET last_used_at = ?, name = 'CRM' WHERE account_id = ?",
    Date.now() - 1000,
    owner.account.id,
  );
  const [used] = await keysOf(owner);
  const path = `${owner.base}/api-keys/${used.id}/end`;
  const refused = await owner.post(path, { confirm: "crm" });
  expect(refused.status).toBe(422);
  expect(errorsIn(refused.html)).toEqual(["Must be the key&#39;s name, CRM."]);
  expect(refused.html).toMatch(new RegExp(`<dialog [^>]*id="end-${used.id}"[^>]* open`));
  expect(refused.html).toContain('value="crm"');
  expect((await keysOf(owner)).length).toBe(1);
  const done = await owner.post(path, { confirm: "CRM" });
  expect(done.status).toBe(303);
  expect(done.headers.get("set-cookie")).toContain(encodeURIComponent("The key CRM is ended."));
  expect((await api("GET", "/api/v1/apps", { token: owner.account.key })).status).toBe(401);
});

test("only owners see the page and its forms; another account's keys are not there", async () => {
  const owner = await signedIn();
  const [{ id }] = await keysOf(owner);
  for (const role of ["developer", "marketer", "viewer"] as const) {
    const member = await signedIn(role, owner.account);
    const path = `${member.base}/api-keys`;
    expect((await member.get(path)).status, role).toBe(403);
    expect((await member.post(path, NEW)).status, role).toBe(403);
    expect((await member.post(`${path}/${id}/end`)).status, role).toBe(403);
  }
  const other = await signedIn();
  expect((await other.get(`${owner.base}/api-keys`)).status).toBe(404);
  expect((await other.post(`${owner.base}/api-keys`, NEW)).status).toBe(404);
  expect((await other.post(`${owner.base}/api-keys/${id}/end`)).status).toBe(404);
  expect((await other.post(`${other.base}/api-keys/${id}/end`)).status).toBe(404);
  const nobody = await browser().get(`${owner.base}/api-keys`);
  expect([nobody.status, nobody.to?.startsWith("/dashboard/sign-in")]).toEqual([303, true]);
  expect(await keysOf(owner)).toHaveLength(1);
});
