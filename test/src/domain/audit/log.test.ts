// The audit log as owners read it: its order, its pages and filters, and how long and how many entries are kept.
import { expect, test } from "vitest";
import { expireAudit } from "../../../../src/domain/audit/expire-audit.ts";
import { listAudit } from "../../../../src/domain/audit/list-audit.ts";
import { createApiKey, revokeApiKey } from "../../../../src/domain/accounts/api-keys.ts";
import { updateApp } from "../../../../src/domain/apps/update-app.ts";
import { findApp } from "../../../../src/domain/apps/find-app.ts";
import { removeIcon } from "../../../../src/domain/apps/remove-icon.ts";
import { setIcon } from "../../../../src/domain/apps/set-icon.ts";
import { png } from "../../../support/images.ts";
import { testContext } from "../../../support/context.ts";
import { newMember } from "../../../support/members.ts";
import { signedIn } from "../../../support/person.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newAccount, newApp, newOwner } from "../../../support/scenario.ts";
import { api, newAddress, rows, send } from "../../../support/worker.ts";

/** Webhooks lead to hosts. */
useInternet();

const YEAR_MS = 365 * 86_400_000;
/** Most entries of an account (migrations/0001). */
const MOST = 100_000;

test("people and keys are named as they were at the time, and things too", async () => {
  const { account, app } = await newOwner();
  const { person, ctx } = await newMember(account.id, "owner");
  const found = await findApp(ctx, app.id);
  await updateApp(ctx, found, { name: "Renamed", config: { theme_color: "#112233" } });
  const { apiKey } = await createApiKey(ctx, { name: "CI", scopes: ["apps:read"] });
  await revokeApiKey(ctx, apiKey.id);
  await rows("UPDATE users SET name = 'Other' WHERE id = ?", person.id);
  await rows("UPDATE apps SET name = 'Other' WHERE id = ?", app.id);
  const { rows: entries, total, next } = await listAudit(ctx, {});
  const named = entries.map(({ did, who, whoName, thingId, thingName, facts }) => ({
    did,
    who,
    whoName,
    thingId,
    thingName,
    facts,
  }));
  const by = { who: `person:${person.id}`, whoName: person.name };
  const key = { thingId: String(apiKey.id), thingName: "CI" };
  expect(named).toEqual([
    { did: "key.delete", ...by, ...key, facts: {} },
    { did: "key.create", ...by, ...key, facts: { scopes: ["apps:read"], apps: null } },
    {
      did: "app.update",
      ...by,
      thingId: String(app.id),
      thingName: "Renamed",
      facts: { fields: ["name", "config.theme_color"] },
    },
    expect.objectContaining({ did: "app.create", whoName: "test", thingName: "My App" }),
    expect.objectContaining({ did: "key.create", who: "operator", whoName: "Operator" }),
    expect.objectContaining({ did: "account.create", who: "operator" }),
  ]);
  expect(total).toEqual({ count: 6, isMinimum: false });
  expect(next).toBeNull();
});

test("an icon that is removed is noted, and none where there was none", async () => {
  const { account, app } = await newOwner();
  const { ctx } = await newMember(account.id, "developer");
  const found = await findApp(ctx, app.id);
  await removeIcon(ctx, await setIcon(ctx, found, png(512, 512)));
  await removeIcon(ctx, found);
  const layered = await setIcon(ctx, found, png(512, 512), "foreground");
  await removeIcon(ctx, layered, "foreground");
  await removeIcon(ctx, layered, "monochrome");
  const { rows: entries } = await listAudit(ctx, { kind: "app" });
  expect(entries.map(({ did, facts }) => [did, facts])).toEqual([
    ["app.icon", { removed: true, layer: "foreground" }],
    ["app.icon", { layer: "foreground" }],
    ["app.icon", { removed: true }],
    ["app.icon", {}],
    ["app.create", {}],
  ]);
});

test("what a member changes on a page is noted with where they were", async () => {
  const person = await signedIn("owner");
  const address = newAddress();
  const posted = await person.post(
    `${person.base}/settings/name`,
    { name: "Marrowby" },
    { "cf-connecting-ip": address, "user-agent": `Browser ${"x".repeat(300)}` },
  );
  expect(posted.status, posted.html).toBe(303);
  const [entry] = await rows(
    "SELECT * FROM audit_entries WHERE account_id = ? ORDER BY id DESC LIMIT 1",
    person.account.id,
  );
  expect(entry).toMatchObject({
    did: "account.update",
    who: `person:${person.id}`,
    thing_name: "Marrowby",
    address,
    request_id: posted.headers.get("x-request-id"),
    agent: `Browser ${"x".repeat(192)}`,
  });
  expect(JSON.parse(entry.facts)).toMatchObject({ fields: ["name"] });
});

test("the log has pages, and filters by who and by kind", async () => {
  const { account } = await newOwner();
  const { person, ctx } = await newMember(account.id, "owner");
  for (let at = 0; at < 3; at += 1) await createApiKey(ctx, { name: `k${at}` });
  const read = async (query: Record<string, string>) => {
    const { rows: found, total, next } = await listAudit(ctx, query);
    return { names: found.map(({ thingName }) => thingName), total: total.count, next };
  };
  const first = await read({ who: `person:${person.id}`, limit: "2" });
  expect(first).toMatchObject({ names: ["k2", "k1"], total: 3 });
  expect(await read({ who: `person:${person.id}`, before: String(first.next) })).toMatchObject({
    names: ["k0"],
    next: null,
  });
  expect(await read({ who: "keys" })).toMatchObject({ names: ["My App"], total: 1 });
  expect(await read({ who: "operator", kind: "account" })).toMatchObject({ total: 1 });
  expect(await read({ kind: "app" })).toMatchObject({ names: ["My App"] });
  expect(await read({ who: "person:nobody" })).toEqual({ names: [], total: 0, next: null });
  await expect(listAudit(ctx, { kind: "nothing" })).rejects.toMatchObject({
    refusal: { code: "invalid" },
  });
  const other = await newMember((await newAccount()).id, "owner");
  const theirs = await listAudit(other.ctx, { who: `person:${person.id}` });
  expect(theirs.rows).toEqual([]);
});

test("what is refused leaves no entry, and no secret is in any", async () => {
  const { account, app } = await newOwner();
  const { ctx } = await newMember(account.id, "owner");
  const before = (await listAudit(ctx, {})).total.count;
  const token = account.key;
  await rows("UPDATE apps SET version_code = 9 WHERE id = ?", app.id);
  const refused = [
    await api("PUT", `/api/v1/apps/${app.id}`, { token, json: { version_code: 3 } }),
    await api("DELETE", "/api/v1/api-keys/999999", { token }),
    await api("POST", "/api/v1/api-keys", { token, json: { name: "k", app_ids: [999_999] } }),
    await api("POST", `/api/v1/apps/${app.id}/builds`, { token, json: { build_type: "release" } }),
    await api("DELETE", "/api/v1/notifications/999999", { token }),
    await api("POST", "/api/v1/builds/999999/cancel", { token }),
  ];
  expect(refused.map(({ status }) => status)).toEqual([422, 404, 422, 422, 404, 404]);
  expect((await listAudit(ctx, {})).total.count).toBe(before);

  const { key } = await createApiKey(ctx, { name: "k" });
  const hook = await api("POST", "/api/v1/webhooks", {
    token,
    json: { url: "https://hooks.example.com/T0/secret-path?key=x", events: ["build.failed"] },
  });
  const keystore = await api("POST", "/api/v1/keystores", {
    token,
    json: { name: "k", algorithm: "ec" },
  });
  const exported = await send("POST", `/api/v1/keystores/${keystore.body.data.id}/export`, {
    token,
    json: { password: "opensesame" },
  });
  expect([hook.status, exported.status]).toEqual([201, 200]);
  await exported.arrayBuffer();
  const all = JSON.stringify(await rows("SELECT * FROM audit_entries"));
  for (const secret of [key, token, "secret-path", "opensesame", hook.body.data.secret]) {
    expect(secret).toEqual(expect.any(String));
    expect(all).not.toContain(secret);
  }
  expect(all).toContain("hooks.example.com");
});

test("an account that has as many entries as it may loses its oldest for each new one", async () => {
  const { account } = await newOwner();
  const { ctx } = await newMember(account.id, "owner");
  const ids = async () =>
    (await rows("SELECT id FROM audit_entries WHERE account_id = ? ORDER BY id", account.id)).map(
      ({ id }) => id,
    );
  const [oldest, ...others] = await ids();
  const counted = async (entries: number) =>
    rows("UPDATE account_counts SET audit_entries = ? WHERE account_id = ?", entries, account.id);
  await counted(MOST - 1);
  await createApiKey(ctx, { name: "last" });
  expect((await ids())[0]).toBe(oldest);
  await createApiKey(ctx, { name: "beyond" });
  const left = await ids();
  expect(left.slice(0, others.length)).toEqual(others);
  expect(left).toHaveLength(others.length + 2);
  const kept = await rows(
    "SELECT audit_entries FROM account_counts WHERE account_id = ?",
    account.id,
  );
  expect(kept).toEqual([{ audit_entries: MOST }]);
});

test("entries are kept for a year, and go the oldest first", async () => {
  const { account } = await newOwner();
  const { ctx } = await newMember(account.id, "owner");
  const now = Date.now();
  await rows("UPDATE audit_entries SET created_at = ?", now);
  const [oldest] = await rows("SELECT min(id) id FROM audit_entries");
  await rows("UPDATE audit_entries SET created_at = ? WHERE id = ?", now - YEAR_MS - 1, oldest.id);
  await rows("UPDATE audit_entries SET created_at = ? WHERE id = ?", now - YEAR_MS, oldest.id + 1);
  const count = async () => (await rows("SELECT count(*) n FROM audit_entries"))[0].n as number;
  const before = await count();
  await expireAudit(testContext(() => now).ctx);
  expect(await count()).toBe(before - 1);
  expect(await rows("SELECT id FROM audit_entries WHERE id = ?", oldest.id)).toEqual([]);
  // in more than one part
  await rows(
    `INSERT INTO audit_entries (account_id, who, who_name, did, kind, facts, created_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
     SELECT ?, 'operator', 'Operator', 'app.update', 'app', '{}', 1 FROM n`,
    account.id,
  );
  await expireAudit(testContext(() => now + 2 * YEAR_MS).ctx);
  expect(await count()).toBe(0);
  expect((await listAudit(ctx, {})).total.count).toBe(0);
});

test("an app that a key deletes is named, and so is the key", async () => {
  const account = await newAccount();
  const { ctx } = await newMember(account.id, "owner");
  const app = await newApp(account.key, { name: "Gone" });
  await api("DELETE", `/api/v1/apps/${app.id}`, { token: account.key });
  expect((await listAudit(ctx, {})).rows[0]).toMatchObject({
    did: "app.delete",
    thingName: "Gone",
    whoName: "test",
  });
});
