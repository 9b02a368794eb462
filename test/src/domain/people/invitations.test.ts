// Invitations by a link: made, shown, accepted once and by whom they are for, withdrawn, and bounded.
import { expect, onTestFinished, test, vi } from "vitest";
import { listAudit } from "../../../../src/domain/audit/list-audit.ts";
import type { AccountCtx } from "../../../../src/domain/context.ts";
import { acceptInvitation } from "../../../../src/domain/people/accept-invitation.ts";
import {
  createInvitation,
  endInvitation,
  expireInvitations,
  findInvitation,
  listInvitations,
  MAX_INVITATIONS,
  MAX_TO_ONE,
} from "../../../../src/domain/people/invitations.ts";
import { listMembers, MAX_MEMBERS } from "../../../../src/domain/people/members.ts";
import { testContext } from "../../../support/context.ts";
import { as, newMember, newPerson, type TestPerson } from "../../../support/members.ts";
import { newAccount } from "../../../support/scenario.ts";
import { bindings, ORIGIN, rows } from "../../../support/worker.ts";

const DAY_MS = 86_400_000;
const ENDED = { refusal: { code: "invitation_ended" } };

async function newOwner(): Promise<{ id: number; ctx: AccountCtx; person: TestPerson }> {
  const { id } = await newAccount();
  return { id, ...(await newMember(id, "owner")) };
}

const invite = async (ctx: AccountCtx, email: string, role = "viewer") =>
  createInvitation(ctx, ORIGIN, { email, role });

const accept = async (person: TestPerson, token: string, now?: () => number) =>
  acceptInvitation({ ...testContext(now).ctx, person }, token);

test("a link is mailed and shown, says what it invites to, and lets the invited person in, once", async () => {
  const owner = await newOwner();
  const mails: { to: string; text: string }[] = [];
  const mail: AccountCtx["mail"] = async (sent) => void mails.push(sent);
  const { token, invitation } = await invite(
    { ...owner.ctx, mail },
    "Hana@Example.com",
    "marketer",
  );
  expect(invitation).toMatchObject({ email: "hana@example.com", role: "marketer" });
  expect(mails).toEqual([
    expect.objectContaining({
      to: "hana@example.com",
      text: expect.stringContaining(`${ORIGIN}/dashboard/invite/${token}`),
    }),
  ]);
  const { ctx } = testContext();
  const accountName = owner.ctx.principal.account.name;
  expect(await findInvitation(ctx, token)).toEqual({
    accountId: owner.id,
    accountName,
    role: "marketer",
    email: "hana@example.com",
    invitedBy: owner.person.name,
    expiresAt: invitation.createdAt + 7 * DAY_MS,
  });
  const stored = JSON.stringify(
    await rows("SELECT * FROM invitations WHERE account_id = ?", owner.id),
  );
  expect(stored).not.toContain(token.slice(7));

  const hana = await newPerson({ email: "hana@example.com", name: "Hana" });
  expect(await accept(hana, token)).toMatchObject({ accountId: owner.id });
  expect((await as(hana, owner.id)).principal.by).toMatchObject({ role: "marketer" });
  await expect(accept(hana, token)).rejects.toMatchObject(ENDED);
  await expect(findInvitation(ctx, token)).rejects.toMatchObject(ENDED);
  expect(await listInvitations(owner.ctx)).toEqual([]);
  const { rows: entries } = await listAudit(owner.ctx, {});
  expect(
    entries.map(({ did, whoName, thingName, facts }) => [did, whoName, thingName, facts]),
  ).toEqual(
    expect.arrayContaining([
      ["member.join", "Hana", "Hana", { role: "marketer" }],
      ["invitation.create", owner.person.name, "hana@example.com", { role: "marketer" }],
    ]),
  );
  expect(JSON.stringify(entries)).not.toContain(token.slice(7));
});

test("of two acceptances at once one wins, and there is one membership", async () => {
  const owner = await newOwner();
  const guest = await newPerson();
  const { token } = await invite(owner.ctx, guest.email);
  const done = await Promise.allSettled([accept(guest, token), accept(guest, token)]);
  expect(done.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(await listMembers(owner.ctx)).toHaveLength(2);
  const joined = (await listAudit(owner.ctx, { kind: "member" })).rows;
  expect(joined.map(({ did }) => did)).toEqual(["member.join"]);
});

test("somebody with another address, or one that is not confirmed, is refused and told why", async () => {
  const owner = await newOwner();
  const guest = await newPerson();
  const { token } = await invite(owner.ctx, guest.email);
  const other = await newPerson();
  await expect(accept(other, token)).rejects.toMatchObject({
    refusal: {
      code: "forbidden",
      message:
        `This invitation is for ${guest.email}, and you are signed in as ${other.email}. ` +
        "Sign in with that address to accept it.",
    },
  });
  await rows("UPDATE users SET email_verified = 0 WHERE id = ?", guest.id);
  await expect(accept(guest, token)).rejects.toMatchObject({
    refusal: { code: "forbidden", message: "Confirm your e-mail address first." },
  });
  await rows("UPDATE users SET email_verified = 1 WHERE id = ?", guest.id);
  expect(await listMembers(owner.ctx)).toHaveLength(1);
  expect(await accept(guest, token)).toMatchObject({ accountId: owner.id });
});

test("a link ends when it is withdrawn, replaced or seven days old, and no other link was ever one", async () => {
  const owner = await newOwner();
  const guest = await newPerson();
  const first = await invite(owner.ctx, guest.email);
  const second = await invite(owner.ctx, guest.email, "developer");
  expect((await listInvitations(owner.ctx)).map(({ id }) => id)).toEqual([second.invitation.id]);
  await expect(accept(guest, first.token)).rejects.toMatchObject(ENDED);
  const late = () => second.invitation.expiresAt;
  await expect(accept(guest, second.token, late)).rejects.toMatchObject(ENDED);
  await endInvitation(owner.ctx, second.invitation.id);
  await expect(accept(guest, second.token)).rejects.toMatchObject(ENDED);
  const missing = { refusal: { code: "not_found", what: "invitation" } };
  await expect(endInvitation(owner.ctx, second.invitation.id)).rejects.toMatchObject(missing);
  for (const token of ["", "x", "sw_inv_", `sw_inv_${"A".repeat(43)}`]) {
    await expect(accept(guest, token)).rejects.toMatchObject(ENDED);
  }
  const { rows: entries } = await listAudit(owner.ctx, { kind: "invitation" });
  expect(entries.map(({ did, thingName }) => [did, thingName])).toEqual([
    ["invitation.end", guest.email],
    ["invitation.create", guest.email],
    ["invitation.create", guest.email],
  ]);
});

test("another account's invitations can neither be seen nor withdrawn", async () => {
  const [mine, theirs] = [await newOwner(), await newOwner()];
  const { token, invitation } = await invite(theirs.ctx, "x@example.com");
  expect(await listInvitations(mine.ctx)).toEqual([]);
  await expect(endInvitation(mine.ctx, invitation.id)).rejects.toMatchObject({
    refusal: { code: "not_found" },
  });
  expect(await findInvitation(testContext().ctx, token)).toMatchObject({ accountId: theirs.id });
});

test("a member is not invited, and roles and addresses are checked", async () => {
  const owner = await newOwner();
  const field = async (input: unknown) => {
    const refused = await createInvitation(owner.ctx, ORIGIN, input).catch(
      (error: unknown) => error,
    );
    return (refused as { refusal: { issues: { path: string[] }[] } }).refusal.issues.map(
      ({ path }) => path.join("."),
    );
  };
  expect(await field({ email: owner.person.email, role: "viewer" })).toEqual(["email"]);
  expect(await field({ email: "nobody", role: "viewer" })).toEqual(["email"]);
  expect(await field({ email: "x@example.com", role: "admin" })).toEqual(["role"]);
  expect((await listAudit(owner.ctx, { kind: "invitation" })).rows).toEqual([]);
});

test("invitations are bounded by address, by account and week, and with its members", async () => {
  const issue = async (work: Promise<unknown>) => {
    const refused = (await work.catch((error: unknown) => error)) as any;
    const [{ path, message }] = refused.refusal.issues;
    return [path[0], message];
  };
  const owner = await newOwner();
  for (let made = 0; made < MAX_TO_ONE; made += 1) await invite(owner.ctx, "x@example.com");
  expect(await issue(invite(owner.ctx, "x@example.com"))).toEqual([
    "email",
    "must not get more than 5 invitations to this account within 7 days",
  ]);
  const many = async (count: number, ended: number | null) =>
    rows(
      `INSERT INTO invitations (account_id, email, role, token_hash, created_at, expires_at, ended_at)
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       SELECT ?, 'n' || i || '@example.com', 'viewer', hex(randomblob(32)), 1, ?, ? FROM n`,
      count,
      owner.id,
      Date.now() + DAY_MS,
      ended,
    );
  await many(MAX_INVITATIONS - MAX_TO_ONE, 1);
  expect(await issue(invite(owner.ctx, "y@example.com"))).toEqual([
    "invitations",
    "must not be more than 200 within 7 days",
  ]);
  await rows("DELETE FROM invitations WHERE account_id = ?", owner.id);
  await many(MAX_MEMBERS - 2, null);
  await invite(owner.ctx, "last@example.com");
  expect(await issue(invite(owner.ctx, "y@example.com"))).toEqual([
    "members",
    "must not be more than 200, open invitations included",
  ]);
  // a full account takes nobody, whoever was invited before
  const guest = await newPerson({ email: "last@example.com" });
  const { token } = await invite(owner.ctx, guest.email);
  await rows(
    `INSERT INTO users (id, name, email, email_verified, created_at, updated_at)
     WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     SELECT 'full-' || i, 'x', 'full' || i || '@example.com', 1, 1, 1 FROM n`,
    MAX_MEMBERS,
  );
  await rows(
    "INSERT INTO memberships SELECT ?, id, 'viewer', 1 FROM users WHERE id LIKE 'full-%'",
    owner.id,
  );
  expect(await issue(accept(guest, token))).toEqual(["members", "must not be more than 200"]);
  expect(await findInvitation(testContext().ctx, token)).toMatchObject({ email: guest.email });
});

test("invitations are deleted when their time is over", async () => {
  const owner = await newOwner();
  const { invitation } = await invite(owner.ctx, "x@example.com");
  const left = async () => rows("SELECT id FROM invitations WHERE account_id = ?", owner.id);
  await expireInvitations(testContext(() => invitation.expiresAt - 1).ctx);
  expect(await left()).toHaveLength(1);
  await expireInvitations(testContext(() => invitation.expiresAt).ctx);
  expect(await left()).toEqual([]);
  // and those that still hold are not looked through for them
  const { invitation: next } = await invite(owner.ctx, "y@example.com");
  await rows(
    `INSERT INTO invitations (account_id, email, role, token_hash, created_at, expires_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
     SELECT ?, 'z', 'viewer', 'hash-' || i, 1, ? FROM n`,
    owner.id,
    next.expiresAt + 1,
  );
  const { ctx } = testContext(() => next.expiresAt);
  const run = vi.spyOn(
    Object.getPrototypeOf(bindings.DB.prepare("SELECT 1")) as D1PreparedStatement,
    "run",
  );
  onTestFinished(() => run.mockRestore());
  await expireInvitations(ctx);
  const [{ value }] = run.mock.settledResults as any;
  expect(value.meta.rows_read).toBeLessThan(20);
  expect(await left()).toHaveLength(2000);
});
