// The page of an invitation: for who has no user yet, for whom it is, for somebody else, and after its end.
import { expect, test } from "vitest";
import { createInvitation, endInvitation } from "../../../../src/domain/people/invitations.ts";
import type { Role } from "../../../../src/domain/people/roles.ts";
import { newEmail, newUser, PASSWORD, world, type World } from "../../../support/identity.ts";
import { newMember } from "../../../support/members.ts";
import { newAccount } from "../../../support/scenario.ts";
import { cameIn, errorAt, noticeOf, sameText, Visitor } from "../../../support/visitor.ts";
import { rows } from "../../../support/worker.ts";

/** An invitation of `email` to a new account. */
async function invite(here: World, email: string, role: Role = "marketer") {
  const account = await newAccount();
  const { ctx } = await newMember(account.id, "owner");
  const owner = { ...here.ctx, principal: ctx.principal };
  const { token, invitation } = await createInvitation(owner, "https://slipway.test", {
    email,
    role,
  });
  return { accountId: account.id, owner, id: invitation.id, path: `/dashboard/invite/${token}` };
}

const roleOf = async (email: string, accountId: number) => {
  const found = await rows(
    "SELECT role FROM memberships JOIN users ON users.id = user_id WHERE email = ? AND account_id = ?",
    email,
    accountId,
  );
  return found[0]?.role ?? null;
};

test("who has no user makes one of the invited address, and is in the account at once", async () => {
  const here = world({ signUp: "invited" });
  const email = newEmail();
  const { path, accountId } = await invite(here, email);
  const came = new Visitor(here);
  const page = await came.get(path);
  expect(page.status).toBe(200);
  expect(page.html).toContain(`invites <b>${email}</b> as marketer`);
  expect(page.html).toContain("A marketer</strong>");
  expect(page.html).toMatch(new RegExp(`name="email" value="${email}"[^>]*readonly`));
  const short = await came.post(`${path}/new`, { name: "", email, password: "short" });
  expect(short.status).toBe(422);
  expect(errorAt(short.html, "f-new-name")).toBeTruthy();
  expect(errorAt(short.html, "f-new-password")).toBe("Must have at least 10 characters.");
  // Only the invitation says whose user it makes.
  const given = { name: "Hana", email: "eve@example.com", password: PASSWORD };
  const done = await came.post(`${path}/new`, given);
  expect([done.status, done.to]).toEqual([303, `/dashboard/${accountId}`]);
  expect((await came.get(done.to ?? "")).html).toContain("Hana");
  expect(await roleOf(email, accountId)).toBe("marketer");
  expect(await rows("SELECT 1 FROM users WHERE email = 'eve@example.com'")).toEqual([]);
  const again = await new Visitor(here).get(path);
  expect(again.status).toBe(404);
  expect(again.html).toContain("<h1>This invitation has ended</h1>");
});

test("the page is the same whether or not the address has a user", async () => {
  const present = Date.now();
  const here = world({}, () => present);
  const known = await newUser(here);
  const one = await new Visitor(here).get((await invite(here, known)).path);
  const other = await new Visitor(here).get((await invite(here, newEmail())).path);
  const same = (html: string) => {
    const [, account = ""] = /<h1>Join (.*?)<\/h1>/.exec(html) ?? [];
    return sameText(html)
      .replaceAll(account, "<account>")
      .replaceAll(/sw_inv_[\w-]+/g, "<token>")
      .replaceAll(/Ann \w{4}/g, "<name>");
  };
  expect(same(one.html)).toBe(same(other.html));
});

test("who has a user signs in and joins by one press", async () => {
  const here = world();
  const email = await newUser(here);
  const { path, accountId } = await invite(here, email, "viewer");
  const came = new Visitor(here);
  const page = await came.get(path);
  expect(page.html).toContain(`href="/dashboard/sign-in?next=${encodeURIComponent(path)}"`);
  const known = await came.post(`${path}/new`, { name: "Eve", password: PASSWORD });
  expect(known.status).toBe(422);
  expect(errorAt(known.html, "f-new-email")).toContain("nobody signed up by yet");
  expect((await came.signIn(email, PASSWORD, path)).to).toBe(path);
  const mine = await came.get(path);
  expect(mine.html).toContain("Join as Ann");
  const joined = await came.post(`${path}/join`);
  expect([joined.status, joined.to]).toEqual([303, `/dashboard/${accountId}`]);
  expect(await roleOf(email, accountId)).toBe("viewer");
});

test("somebody else is told whose it is, can sign out and comes back; they can't take it", async () => {
  const { visitor: came, email } = await cameIn();
  const { world: here } = came;
  const theirs = newEmail();
  const { path, accountId } = await invite(here, theirs);
  const page = await came.get(path);
  expect(page.html).toContain(`You are signed in as ${email}.`);
  expect(page.html).toContain(`The invitation is for ${theirs}`);
  expect(page.html).not.toContain(`${path}/join`);
  expect((await came.post(`${path}/join`)).status).toBe(403);
  expect(await roleOf(email, accountId)).toBe(null);
  expect((await came.post("/dashboard/sign-out", { next: path })).to).toBe(path);
  expect((await came.get(path)).html).toContain("Sign up and join");
});

test("who is not signed in is led to where they can, from the form too", async () => {
  const here = world();
  const { path } = await invite(here, newEmail());
  expect((await new Visitor(here).post(`${path}/join`)).to).toContain("/dashboard/sign-in");
});

test("a withdrawn invitation, one whose time is over and what is none have ended", async () => {
  const here = world();
  const { path, owner, id } = await invite(here, newEmail());
  await endInvitation(owner, id);
  const late = await invite(here, newEmail());
  const later = world({}, () => Date.now() + 7 * 86_400_000 + 1000);
  for (const [who, at] of [
    [new Visitor(here), path],
    [new Visitor(later), late.path],
    [new Visitor(here), "/dashboard/invite/none"],
    [new Visitor(here), `/dashboard/invite/${"x".repeat(90)}`],
  ] as const) {
    const page = await who.get(at);
    expect([page.status, page.html.includes("<h1>This invitation has ended</h1>")]).toEqual([
      404,
      true,
    ]);
    const answer = await who.post(`${at}/new`, { name: "Ann", password: PASSWORD });
    expect(answer.status).toBe(404);
    expect(answer.html).toContain("<h1>This invitation has ended</h1>");
  }
});

test("what another site posts takes no invitation", async () => {
  const { visitor: came, email } = await cameIn();
  const { path, accountId } = await invite(came.world, email);
  const headers = { "sec-fetch-site": "cross-site" };
  expect((await came.post(`${path}/join`, {}, headers)).status).toBe(403);
  expect(await roleOf(email, accountId)).toBe(null);
  expect(noticeOf((await came.get(path)).html)).toBe(null);
});
