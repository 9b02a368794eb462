// Where somebody goes on who came in: one account, several, none.
import { expect, test } from "vitest";
import { newUser, world } from "../../../support/identity.ts";
import { operatorSignedIn, signedIn } from "../../../support/person.ts";
import { newAccount } from "../../../support/scenario.ts";
import { cameIn, Visitor } from "../../../support/visitor.ts";
import { bindings } from "../../../support/worker.ts";

const join = async (userId: string, accountId: number, role: string) =>
  bindings.DB.prepare(
    "INSERT INTO memberships (account_id, user_id, role, created_at) VALUES (?, ?, ?, ?)",
  )
    .bind(accountId, userId, role, Date.now())
    .run();

test("the only account is led to; of several one chooses, and comes back to the last", async () => {
  const person = await signedIn("viewer");
  expect((await person.get("/dashboard")).to).toBe(person.base);
  const second = await newAccount();
  await join(person.id, second.id, "owner");
  const list = await person.get("/dashboard");
  expect(list.status).toBe(200);
  expect(list.html).toContain("2 accounts");
  expect(list.html).toContain(`href="${person.base}"`);
  expect(list.html).toContain(`href="/dashboard/${second.id}"`);
  expect(list.html).toContain("owner, 1 member");
  const seen = await person.get(`/dashboard/${second.id}`);
  const last = seen.headers.getSetCookie().find((each) => each.startsWith("slipway_account="));
  const cookie = `${person.cookie}; ${last?.split(";")[0]}`;
  expect((await person.get("/dashboard", { cookie })).to).toBe(`/dashboard/${second.id}`);
  expect((await person.get("/dashboard?choose", { cookie })).html).toContain("2 accounts");
  // Somebody else at the same browser is led to no account of the former's.
  const other = await signedIn();
  const mixed = `${other.cookie}; ${last?.split(";")[0]}`;
  expect((await other.get("/dashboard", { cookie: mixed })).to).toBe(other.base);
});

test("who is in no account is told what to do: to be invited, or to open one where they may", async () => {
  const here = world({ signUp: "invited" });
  const email = await newUser({
    ...here,
    ctx: { ...here.ctx, signIn: { ...here.ctx.signIn, signUp: "open" } },
  });
  await bindings.DB.prepare(
    "DELETE FROM memberships WHERE user_id = (SELECT id FROM users WHERE email = ?)",
  )
    .bind(email)
    .run();
  const came = new Visitor(here);
  await came.signIn(email);
  const none = await came.get("/dashboard");
  expect(none.status).toBe(200);
  expect(none.html).toContain("<h1>You belong to no account</h1>");
  expect(none.html).toContain(email);
  expect(none.html).not.toContain("/dashboard/accounts");
  expect((await came.post("/dashboard/accounts")).status).toBe(403);
  expect((await came.get("/dashboard/security")).status).toBe(200);

  const open = new Visitor({
    ...here,
    ctx: { ...here.ctx, signIn: { ...here.ctx.signIn, signUp: "open" } },
  });
  open.cookies.set(
    "__Host-slipway.session_token",
    came.cookies.get("__Host-slipway.session_token") ?? "",
  );
  expect((await open.get("/dashboard")).html).toContain("Open an account of your own");
  expect((await open.post("/dashboard/accounts")).to).toBe("/dashboard");
  expect((await open.get("/dashboard")).to).toMatch(/^\/dashboard\/\d+$/);
});

test("an operator who is in no account finds the installation, and nobody else does", async () => {
  const [operator, somebody] = [await operatorSignedIn(), await signedIn()];
  for (const { id } of [operator, somebody]) {
    await bindings.DB.prepare("DELETE FROM memberships WHERE user_id = ?").bind(id).run();
  }
  const link = 'href="/dashboard/admin"';
  expect((await operator.get("/dashboard")).html).toContain(link);
  expect((await somebody.get("/dashboard")).html).not.toContain(link);
});

test("who has an account opens no second one", async () => {
  const { visitor: came } = await cameIn();
  const { to } = await came.get("/dashboard");
  await came.post("/dashboard/accounts");
  expect((await came.get("/dashboard?choose")).html).toContain("one account");
  expect((await came.get("/dashboard")).to).toBe(to);
});

test("who is not signed in is led to where they can, and back", async () => {
  const { to } = await new Visitor(world()).get("/dashboard");
  expect(to).toBe("/dashboard/sign-in?next=%2Fdashboard");
});
