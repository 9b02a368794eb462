// Who comes in by what they were given: the set-up token of a deployment, and an invitation; and how people leave.
import { expect, test } from "vitest";
import { createInvitation } from "../../../src/domain/people/invitations.ts";
import { accountsOf } from "../../../src/domain/people/members.ts";
import { authenticateMember } from "../../../src/domain/people/authenticate-person.ts";
import type { AccountCtx } from "../../../src/domain/context.ts";
import { acceptAsNew } from "../../../src/identity/accept-as-new.ts";
import { sessionToken } from "../../../src/identity/cookie.ts";
import { setUp } from "../../../src/identity/new-user.ts";
import { deletePerson, rename } from "../../../src/identity/person.ts";
import { signIn } from "../../../src/identity/sign-in.ts";
import {
  Browser,
  createSetupToken,
  expectInvalid,
  newEmail,
  newOperator,
  newUser,
  PASSWORD,
  refusalOf,
  signedIn,
  world,
  type World,
} from "../../support/identity.ts";
import { ORIGIN, rows } from "../../support/worker.ts";

const operators = async () => {
  const [row] = await rows("SELECT count(*) n FROM operators");
  return row.n;
};

/** The context of the owner of the first account of whoever is signed in. */
async function owning({ ctx }: World, browser: Browser): Promise<AccountCtx> {
  const { person } = await browser.signedIn(ctx);
  const [account] = await accountsOf(ctx, person);
  const token = sessionToken(browser.at(), ctx.signIn.secret) ?? "";
  const principal = await authenticateMember(ctx, token, account?.id ?? 0);
  if (principal === null || principal === "stranger") throw new Error("no member");
  return { ...ctx, principal };
}

test("a set-up token makes an operator once, who is signed in and owns an account", async () => {
  const here = world({ signUp: "invited" });
  const before = await operators();
  const token = await createSetupToken(here.ctx);
  const browser = new Browser();
  const email = newEmail();
  const person = { token, name: "Ann", email, password: PASSWORD };
  await expectInvalid(setUp(here.ctx, browser.at(), { ...person, token: `${token}x` }), "token");
  browser.keep(await setUp(here.ctx, browser.at(), person));
  const found = await browser.signedIn(here.ctx);
  expect(
    await rows("SELECT user_id FROM operators WHERE user_id = ?", found.person.id),
  ).toHaveLength(1);
  expect(await accountsOf(here.ctx, found.person)).toMatchObject([{ name: "Ann", role: "owner" }]);
  await expectInvalid(
    setUp(here.ctx, new Browser().at(), { ...person, email: newEmail() }),
    "token",
  );
  expect(await operators()).toBe(before + 1);
  await signedIn(here, email);
});

test("two who have the same set-up token make one operator, and one user", async () => {
  const here = world();
  const before = await operators();
  const token = await createSetupToken(here.ctx);
  const emails = [newEmail(), newEmail()];
  const ends = await Promise.allSettled(
    emails.map(async (email) =>
      setUp(here.ctx, new Browser().at(), { token, name: "Ann", email, password: PASSWORD }),
    ),
  );
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await operators()).toBe(before + 1);
  expect(await rows("SELECT 1 FROM users WHERE email IN (?, ?)", ...emails)).toHaveLength(1);
});

test("a set-up token ends after a day, and with the next one", async () => {
  let now = Date.now();
  const here = world({}, () => now);
  const token = await createSetupToken(here.ctx);
  const person = { name: "Ann", email: newEmail(), password: PASSWORD };
  const next = await createSetupToken(here.ctx);
  await expectInvalid(setUp(here.ctx, new Browser().at(), { ...person, token }), "token");
  now += 86_400_001;
  await expectInvalid(setUp(here.ctx, new Browser().at(), { ...person, token: next }), "token");
});

test("a set-up token makes no operator of whoever had signed up by the address, and is not used up", async () => {
  const here = world();
  const email = await newUser(here);
  const token = await createSetupToken(here.ctx);
  const before = await operators();
  const person = { token, name: "Ann", email, password: "another long one" };
  await expectInvalid(setUp(here.ctx, new Browser().at(), person), "email");
  expect(await operators()).toBe(before);
  await setUp(here.ctx, new Browser().at(), { ...person, email: newEmail() });
});

test("who is invited and has no user makes one, is signed in and is a member", async () => {
  const here = world({ signUp: "invited" });
  const { browser: owner } = await newOperator(here);
  const ctx = await owning(here, owner);
  const email = newEmail();
  const { token } = await createInvitation(ctx, ORIGIN, { email, role: "viewer" });
  const browser = new Browser();
  const input = { token, name: "Bea", password: PASSWORD };
  expect(
    await refusalOf(acceptAsNew(here.ctx, browser.at(), { ...input, token: "sw_inv_x" })),
  ).toEqual({ code: "invitation_ended" });
  const { accountId } = browser.keep(await acceptAsNew(here.ctx, browser.at(), input));
  expect(accountId).toBe(ctx.principal.accountId);
  const { person } = await browser.signedIn(here.ctx);
  expect(person).toMatchObject({ name: "Bea", email });
  expect(await accountsOf(here.ctx, person)).toMatchObject([{ id: accountId, role: "viewer" }]);
  expect(await refusalOf(acceptAsNew(here.ctx, new Browser().at(), input))).toEqual({
    code: "invitation_ended",
  });
});

test("who is invited to an account that is full is not left behind as a user without one", async () => {
  const here = world({ signUp: "invited" });
  const { browser: owner } = await newOperator(here);
  const ctx = await owning(here, owner);
  const email = newEmail();
  const { token } = await createInvitation(ctx, ORIGIN, { email, role: "viewer" });
  await rows(
    `INSERT INTO users (id, name, email, email_verified, created_at, updated_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 199)
     SELECT 'full' || i, 'Cy', 'full' || i || '@example.com', 1, 1, 1 FROM n`,
  );
  await rows(
    `INSERT INTO memberships (account_id, user_id, role, created_at)
     SELECT ?, id, 'viewer', 1 FROM users WHERE id LIKE 'full%'`,
    ctx.principal.accountId,
  );
  const input = { token, name: "Bea", password: PASSWORD };
  await expectInvalid(acceptAsNew(here.ctx, new Browser().at(), input), "members");
  expect(await rows("SELECT 1 FROM users WHERE email = ?", email)).toEqual([]);
});

test("an invitation to somebody who has a user is not taken by a new one", async () => {
  const here = world();
  const email = await newUser(here);
  const { browser: owner } = await newOperator(here);
  const { token } = await createInvitation(await owning(here, owner), ORIGIN, {
    email,
    role: "viewer",
  });
  const input = { token, name: "Eve", password: "another long one" };
  await expectInvalid(acceptAsNew(here.ctx, new Browser().at(), input), "email");
  await expectInvalid(
    signIn(here.ctx, new Browser().at(), { email, password: "another long one" }),
    "password",
  );
});

test("somebody renames themselves", async () => {
  const here = world();
  const browser = await signedIn(here, await newUser(here));
  const mine = await browser.signedIn(here.ctx);
  await rename(mine, browser.at(), { name: " Anna  " });
  expect(await browser.person(here.ctx)).toMatchObject({ name: "Anna" });
  for (const name of ["", "\u0000", "x".repeat(101), "\u200b"]) {
    await expectInvalid(rename(mine, browser.at(), { name }), "name");
  }
});

test("somebody deletes themselves with all they came in by, not while they are a last owner", async () => {
  const here = world();
  const email = await newUser(here);
  const browser = await signedIn(here, email);
  const mine = await browser.signedIn(here.ctx);
  const { id } = mine.person;
  await expectInvalid(deletePerson(mine, browser.at(), { email: newEmail() }), "email");
  expect(await refusalOf(deletePerson(mine, browser.at(), { email }))).toEqual({
    code: "last_owner",
    accounts: ["Ann"],
  });
  const other = await (await signedIn(here, await newUser(here))).signedIn(here.ctx);
  await rows(
    "INSERT INTO memberships SELECT account_id, ?, 'owner', 1 FROM memberships WHERE user_id = ?",
    other.person.id,
    id,
  );
  browser.keep(await deletePerson(mine, browser.at(), { email: email.toUpperCase() }));
  expect([...browser.cookies]).toEqual([]);
  for (const table of ["users", "sessions", "logins", "memberships", "passkeys", "two_factors"]) {
    const column = table === "users" ? "id" : "user_id";
    expect(await rows(`SELECT 1 FROM ${table} WHERE ${column} = ?`, id), table).toEqual([]);
  }
  const log = "SELECT did, thing_id, facts FROM audit_entries WHERE who = ? ORDER BY id";
  expect(await rows(log, `person:${id}`)).toEqual([
    { did: "account.create", thing_id: expect.any(String), facts: '{"plan":"Free"}' },
    { did: "member.leave", thing_id: id, facts: '{"role":"owner"}' },
  ]);
  await expectInvalid(
    signIn(here.ctx, new Browser().at(), { email, password: PASSWORD }),
    "password",
  );
});
