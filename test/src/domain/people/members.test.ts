// Members of an account: their roles, how they come and go, and that an owner is always left.
import { expect, test } from "vitest";
import { listAudit } from "../../../../src/domain/audit/list-audit.ts";
import {
  accountsOf,
  changeRole,
  leaveAccount,
  listMembers,
  removeMember,
} from "../../../../src/domain/people/members.ts";
import { renameAccount } from "../../../../src/domain/people/rename-account.ts";
import { newAccount } from "../../../support/scenario.ts";
import { as, join, newMember, newPerson } from "../../../support/members.ts";
import { rows } from "../../../support/worker.ts";

const roles = async (accountId: number) =>
  rows("SELECT user_id, role FROM memberships WHERE account_id = ? ORDER BY created_at", accountId);

test("an owner changes roles and removes members, who remain people; the audit log tells", async () => {
  const { id } = await newAccount();
  const owner = await newMember(id, "owner");
  const other = await newMember(id, "viewer");
  expect((await listMembers(owner.ctx)).map(({ name, role }) => [name, role])).toEqual([
    [owner.person.name, "owner"],
    [other.person.name, "viewer"],
  ]);
  expect(await changeRole(owner.ctx, other.person.id, { role: "developer" })).toMatchObject({
    id: other.person.id,
    role: "developer",
  });
  expect((await as(other.person, id)).principal.by).toMatchObject({ role: "developer" });
  await removeMember(owner.ctx, other.person.id);
  await expect(as(other.person, id)).rejects.toThrow("no member");
  expect(await rows("SELECT name FROM users WHERE id = ?", other.person.id)).toEqual([
    { name: other.person.name },
  ]);
  const { rows: entries } = await listAudit(owner.ctx, { kind: "member" });
  expect(entries.map(({ did, who, thingName, facts }) => [did, who, thingName, facts])).toEqual([
    ["member.remove", `person:${owner.person.id}`, other.person.name, { role: "developer" }],
    [
      "member.change",
      `person:${owner.person.id}`,
      other.person.name,
      { from: "viewer", to: "developer" },
    ],
  ]);
});

test("the last owner can neither leave, nor be removed, nor lose the role", async () => {
  const { id } = await newAccount();
  const { person, ctx } = await newMember(id, "owner");
  await newMember(id, "developer");
  const last = { refusal: { code: "invalid" } };
  await expect(leaveAccount(ctx)).rejects.toMatchObject(last);
  await expect(removeMember(ctx, person.id)).rejects.toMatchObject(last);
  await expect(changeRole(ctx, person.id, { role: "viewer" })).rejects.toMatchObject(last);
  expect(await accountsOf(ctx, person)).toMatchObject([{ id, members: 2, isOnlyOwner: true }]);
  expect((await listAudit(ctx, { kind: "member" })).rows).toEqual([]);
});

test("of two owners who leave or demote each other at once, one stays owner", async () => {
  for (const go of [
    async (ctx: Parameters<typeof leaveAccount>[0]) => leaveAccount(ctx),
    async (ctx: Parameters<typeof leaveAccount>[0], id: string) =>
      changeRole(ctx, id, { role: "viewer" }),
  ]) {
    const { id } = await newAccount();
    const [one, two] = [await newMember(id, "owner"), await newMember(id, "owner")];
    const done = await Promise.allSettled([go(one.ctx, two.person.id), go(two.ctx, one.person.id)]);
    expect(done.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await roles(id)).filter(({ role }) => role === "owner")).toHaveLength(1);
    expect((await listAudit(one.ctx, { kind: "member" })).rows).toHaveLength(1);
  }
});

test("another account's members are not found", async () => {
  const [mine, theirs] = [await newAccount(), await newAccount()];
  const owner = await newMember(mine.id, "owner");
  const foreign = await newMember(theirs.id, "viewer");
  const missing = { refusal: { code: "not_found", what: "member" } };
  await expect(changeRole(owner.ctx, foreign.person.id, { role: "owner" })).rejects.toMatchObject(
    missing,
  );
  await expect(removeMember(owner.ctx, foreign.person.id)).rejects.toMatchObject(missing);
  expect(await roles(theirs.id)).toEqual([{ user_id: foreign.person.id, role: "viewer" }]);
});

test("a person's accounts are theirs alone, the one joined last first", async () => {
  const person = await newPerson();
  const [first, second] = [await newAccount(), await newAccount()];
  await join(first.id, person, "viewer");
  await rows("UPDATE memberships SET created_at = 1 WHERE user_id = ?", person.id);
  await join(second.id, person, "owner");
  const ctx = await as(person, second.id);
  await renameAccount(ctx, { name: "  Marrowby " });
  expect(await accountsOf(ctx, person)).toMatchObject([
    { id: second.id, name: "Marrowby", role: "owner", isOnlyOwner: true },
    { id: first.id, role: "viewer", members: 1, isOnlyOwner: false },
  ]);
  expect((await listAudit(ctx, { kind: "account" })).rows[0]).toMatchObject({
    did: "account.update",
    thingName: "Marrowby",
  });
});
