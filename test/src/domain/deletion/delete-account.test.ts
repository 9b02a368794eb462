// An account is deleted with all that it owns, at once as far as anybody can see, and for good after some minutes.
import { expect, onTestFinished, test, vi } from "vitest";
import { recoverDeletions } from "../../../../src/domain/deletion/delete-owned.ts";
import { deleteAccount } from "../../../../src/domain/deletion/delete-account.ts";
import { createInvitation, findInvitation } from "../../../../src/domain/people/invitations.ts";
import { accountsOf } from "../../../../src/domain/people/members.ts";
import { filesOf, trigger } from "../../../support/builds.ts";
import { testContext } from "../../../support/context.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { png } from "../../../support/images.ts";
import { as, newMember } from "../../../support/members.ts";
import { newAccount, newOneOfEach } from "../../../support/scenario.ts";
import { admin, api, ORIGIN, rows, send } from "../../../support/worker.ts";

const MINUTE_MS = 60_000;

/** How many rows each table has of the account, for tables that have any. */
async function owned(accountId: number): Promise<Record<string, number>> {
  const tables = await rows(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%`account_id`%'",
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [{ n }] = await rows(`SELECT count(*) n FROM ${name} WHERE account_id = ?`, accountId);
    if (n > 0) counts[name] = n;
  }
  return counts;
}

test("an account goes with its apps, builds, files, keys and members, who remain people", async () => {
  const builder = await FakeBuilder.start();
  const one = await newOneOfEach();
  const other = await newOneOfEach();
  const token = one.key;
  const app = { id: Number(one.ids.app), uuid: "" };
  const owner = await newMember(one.id, "owner");
  const member = await newMember(one.id, "viewer");
  const invited = await createInvitation(owner.ctx, ORIGIN, {
    email: "x@example.com",
    role: "viewer",
  });
  const icon = await send("PUT", `/api/v1/apps/${app.id}/icon`, { token, body: png(512, 512) });
  expect(icon.status).toBe(200);
  expect((await trigger({ account: one, app })).status).toBe(201);
  const { lease } = await builder.take();
  await rows(
    `INSERT INTO templates (uuid, account_id, default_language, created_at) VALUES (?, ?, 'en', 1)`,
    crypto.randomUUID(),
    one.id,
  );
  await rows(
    `INSERT INTO failed_icons (account_id, sha256, build_id, reason, tried_at) VALUES (?, 'x', 1, 'r', 1),
      (?, 'x', 1, 'r', 1)`,
    one.id,
    other.id,
  );
  const before = await owned(other.id);
  expect(Object.keys(await owned(one.id))).toEqual(
    expect.arrayContaining([
      "apps",
      "builds",
      "channels",
      "segments",
      "imports",
      "drafts",
      "campaigns",
      "audit_entries",
      "credit_ledger",
    ]),
  );
  expect(await filesOf(app.id)).not.toEqual([]);

  const made = await api("POST", "/api/v1/channels", {
    token,
    json: { name: "c", app_id: app.id },
  });
  const { id: channelId, api_key: channelKey } = made.body.data;
  const readChannel = async () =>
    api("GET", `/channels/${channelId}/subscriptions/ann`, {
      headers: { "x-channel-api-key": channelKey },
    });
  // the key is right, and the person unknown
  expect((await readChannel()).status).toBe(404);
  const wrong = deleteAccount(owner.ctx, { name: "Another" });
  await expect(wrong).rejects.toMatchObject({ refusal: { code: "invalid" } });
  expect((await api("GET", "/api/v1/apps", { token })).status).toBe(200);

  const { ctx, settled } = testContext();
  const acting = await as(owner.person, one.id, ctx);
  const { name } = acting.principal.account;
  await deleteAccount(acting, { name });
  // at once: nobody gets in
  expect((await api("GET", "/api/v1/apps", { token })).status).toBe(401);
  expect((await readChannel()).status).toBe(401);
  await expect(as(owner.person, one.id)).rejects.toThrow("no member");
  expect(await accountsOf(ctx, member.person)).toEqual([]);
  await expect(findInvitation(ctx, invited.token)).rejects.toMatchObject({
    refusal: { code: "invitation_ended" },
  });
  expect((await admin("PATCH", `/accounts/${one.id}`, { plan: "Pro" })).status).toBe(404);
  expect((await admin("POST", `/accounts/${one.id}/api-keys`, { name: "k" })).status).toBe(404);

  await settled();
  expect((await builder.report(lease, "POST", "heartbeat")).status).toBe(404);
  // what a request makes that had begun before is found later
  await rows(
    "INSERT INTO api_keys (account_id, name, key_hash, key_prefix, scopes, created_at) VALUES (?, 'late', 'late', 'l', '[]', 1)",
    one.id,
  );
  await recoverDeletions(testContext(() => Date.now() + 6 * MINUTE_MS).ctx);
  expect(await owned(one.id)).toEqual({ account_counts: 1 });
  expect(await filesOf(app.id)).toEqual([]);
  const [row] = await rows("SELECT name, email, emptied_at FROM accounts WHERE id = ?", one.id);
  expect(row).toMatchObject({ name: "", email: "", emptied_at: expect.any(Number) });
  expect(await rows("SELECT id FROM users WHERE id = ?", member.person.id)).toHaveLength(1);
  expect(await owned(other.id)).toEqual(before);
});

test("a deletion that was interrupted goes on by the clock", async () => {
  const one = await newOneOfEach();
  const owner = await newMember(one.id, "owner");
  const interrupted = { ...owner.ctx, defer: () => {} };
  await deleteAccount(interrupted, { name: owner.ctx.principal.account.name });
  expect(await owned(one.id)).toMatchObject({ apps: 1 });
  await recoverDeletions(testContext().ctx);
  expect(await owned(one.id)).toEqual({ account_counts: 1 });
  const left = async () =>
    rows("SELECT id FROM accounts WHERE id = ? AND emptied_at IS NULL", one.id);
  expect(await left()).toHaveLength(1);
  await recoverDeletions(testContext(() => Date.now() + 6 * MINUTE_MS).ctx);
  expect(await left()).toEqual([]);
});

test("a name that was changed meanwhile confirms nothing", async () => {
  const one = await newOneOfEach();
  const owner = await newMember(one.id, "owner");
  const { name } = owner.ctx.principal.account;
  await rows("UPDATE accounts SET name = 'Other' WHERE id = ?", one.id);
  await expect(deleteAccount(owner.ctx, { name })).rejects.toMatchObject({
    refusal: { code: "changed_meanwhile" },
  });
  expect((await api("GET", "/api/v1/apps", { token: one.key })).status).toBe(200);
});

test("an account that can't be deleted keeps no other from going", async () => {
  const [stuck, fine] = [await newAccount(), await newAccount()];
  const { ctx } = testContext();
  for (const { id } of [stuck, fine]) {
    await rows("UPDATE accounts SET deleted_at = ? WHERE id = ?", Date.now(), id);
  }
  await rows(
    `CREATE TRIGGER stuck BEFORE DELETE ON credit_ledger WHEN OLD.account_id = ${stuck.id}
     BEGIN SELECT RAISE(ABORT, 'stuck'); END`,
  );
  onTestFinished(async () => void (await rows("DROP TRIGGER stuck")));
  const error = vi.spyOn(ctx.log, "error").mockReturnValue();
  await recoverDeletions(ctx);
  expect(error.mock.calls.map(([event, , facts]) => [event, facts])).toEqual([
    ["deletion_fault", { account: stuck.id }],
  ]);
  expect(await owned(fine.id)).toEqual({ account_counts: 1 });
  expect(await owned(stuck.id)).toMatchObject({ credit_ledger: 1 });
});
