// People sign up, confirm their address, sign in and out; what another site, a stranger or a guesser gets; roles.
import { beforeEach, expect, test } from "vitest";
import { confirmAddress } from "../../../src/identity/sign-in.ts";
import { signUp } from "../../../src/identity/sign-up.ts";
import { createSetupToken } from "../../../src/domain/people/setup-tokens.ts";
import { testContext } from "../../support/context.ts";
import { newAccount } from "../../support/scenario.ts";
import { bindings, moveElsewhere, ORIGIN, rows, send } from "../../support/worker.ts";

const PASSWORD = "correct horse battery";

beforeEach(moveElsewhere);

const newEmail = () => `${crypto.randomUUID().slice(0, 8)}@example.com`;

/** Posts a form as a page of ours would. */
async function post(
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const answer = await send("POST", path, {
    body: new URLSearchParams(fields),
    headers: { "sec-fetch-site": "same-origin", ...headers },
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

async function get(path: string, cookie = "") {
  const answer = await send("GET", path, { headers: cookie === "" ? {} : { cookie } });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const cookieOf = (headers: Headers) => headers.getSetCookie()[0]?.split(";")[0] ?? "";

/** Somebody with a confirmed address, made by a set-up token. */
async function newPerson(): Promise<{ id: string; email: string }> {
  const email = newEmail();
  const token = await createSetupToken(testContext().ctx);
  const made = await post("/setup", { name: "Ann", email, password: PASSWORD, token });
  expect(made.status, made.text).toBe(303);
  const [user] = await rows("SELECT id FROM users WHERE email = ?", email);
  return { id: user.id, email };
}

async function signIn(email: string): Promise<string> {
  const answer = await post("/sign-in", { email, password: PASSWORD });
  expect(answer.status, answer.text).toBe(303);
  return cookieOf(answer.headers);
}

test("a set-up token makes an operator once, who signs in, is known and signs out", async () => {
  const email = newEmail();
  const token = await createSetupToken(testContext().ctx);
  expect((await post("/setup", { name: "Ann", email, password: PASSWORD, token })).status).toBe(
    303,
  );
  expect(await rows("SELECT count(*) n FROM operators")).toEqual([{ n: 1 }]);
  const again = await post("/setup", { name: "Eve", email: newEmail(), password: PASSWORD, token });
  expect(again.status).toBe(422);
  expect(await rows("SELECT count(*) n FROM operators")).toEqual([{ n: 1 }]);

  const came = await post("/sign-in", { email: email.toUpperCase(), password: PASSWORD });
  expect(came.status).toBe(303);
  expect(came.headers.getSetCookie()[0]).toMatch(
    /^__Host-slipway\.session_token=[^;]+; Max-Age=1209600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  const cookie = cookieOf(came.headers);
  expect((await get("/me", cookie)).text).toContain(email);
  expect((await post("/sign-out", {}, { cookie })).status).toBe(303);
  expect((await get("/me", cookie)).status).toBe(401);
});

test("a set-up token ends after a day, and makes no operator of whoever had signed up before", async () => {
  const { ctx } = testContext(() => Date.now() - 86_400_001);
  const old = {
    name: "Ann",
    email: newEmail(),
    password: PASSWORD,
    token: await createSetupToken(ctx),
  };
  expect((await post("/setup", old)).status).toBe(422);
  const { email } = await newPerson();
  const before = await rows("SELECT count(*) n FROM operators");
  const token = await createSetupToken(testContext().ctx);
  expect(
    (await post("/setup", { name: "Eve", email, password: "another long one", token })).status,
  ).toBe(422);
  expect(await rows("SELECT count(*) n FROM operators")).toEqual(before);
  // it can still be used by who has it
  expect((await post("/setup", { ...old, token })).status).toBe(303);
});

test("where only who is invited may sign up, nobody else can", async () => {
  const answer = await post("/sign-up", { name: "Ann", email: newEmail(), password: PASSWORD });
  expect(answer.status).toBe(403);
});

test("a wrong password and an unknown address get the same answer", async () => {
  const { email } = await newPerson();
  const wrong = await post("/sign-in", { email, password: "wrong wrong wrong" });
  const unknown = await post("/sign-in", { email: newEmail(), password: "wrong wrong wrong" });
  expect(wrong.status).toBe(422);
  expect([unknown.status, unknown.text]).toEqual([wrong.status, wrong.text]);
});

test("what another site posts is refused, with a cookie and without", async () => {
  const { email } = await newPerson();
  const cookie = await signIn(email);
  const foreign: Record<string, string>[] = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none" },
    { "sec-fetch-site": "cross-site", origin: ORIGIN },
  ];
  for (const headers of foreign) {
    expect((await post("/sign-in", { email, password: PASSWORD }, headers)).status).toBe(403);
    expect((await post("/sign-out", {}, { cookie, ...headers })).status).toBe(403);
  }
  expect((await get("/me", cookie)).status).toBe(200);
});

test("a session that was made up, or signed by another key, lets nobody in", async () => {
  const { email } = await newPerson();
  const cookie = await signIn(email);
  const [name, value] = cookie.split("=") as [string, string];
  const flipped = value.replace(/^./, (first) => (first === "A" ? "B" : "A"));
  for (const bad of [
    `${name}=${flipped}`,
    `${name}=${value.split(".")[0]}`,
    `${name}=`,
    `${name}=%`,
    `slipway.session_token=${value}`,
  ]) {
    expect((await get("/me", bad)).status, bad).toBe(401);
  }
});

test("a new session has a new cookie, whatever the browser had before", async () => {
  const { email } = await newPerson();
  const first = await signIn(email);
  const second = await post("/sign-in", { email, password: PASSWORD }, { cookie: first });
  expect(cookieOf(second.headers)).not.toBe(first);
});

test("a role is checked like the scope of a key, and a foreign account is none", async () => {
  const account = await newAccount();
  const path = `/accounts/${account.id}/api-keys`;
  const may: Record<string, number> = { owner: 200, developer: 403, marketer: 403, viewer: 403 };
  for (const [role, status] of Object.entries(may)) {
    moveElsewhere();
    const { id, email } = await newPerson();
    const cookie = await signIn(email);
    expect((await get(path, cookie)).status).toBe(404);
    await bindings.DB.prepare("INSERT INTO memberships VALUES (?, ?, ?, ?)")
      .bind(account.id, id, role, Date.now())
      .run();
    expect((await get(path, cookie)).status, role).toBe(200);
    const made = await post(path, { name: role }, { cookie });
    expect([role, made.status]).toEqual([role, status]);
  }
  expect((await get(path)).status).toBe(401);
});

test("where anybody may, who confirms the address owns an account, once; before that nobody is signed in", async () => {
  const { ctx, settled } = testContext();
  const mails: string[] = [];
  const open = {
    ...ctx,
    signIn: { ...ctx.signIn, signUp: "open" as const },
    mail: async ({ text }: { text: string }) => void mails.push(text),
  };
  const person = { name: "Ann", email: newEmail(), password: PASSWORD };
  await signUp(open, ORIGIN, person);
  // the same answer, and another mail
  await signUp(open, ORIGIN, { ...person, name: "Eve", password: "another long one" });
  await settled();
  expect(mails).toHaveLength(2);
  const { email } = person;
  expect((await post("/sign-in", { email, password: PASSWORD })).status).toBe(422);
  const token = new URL(mails[0]!).searchParams.get("token")!;
  await expect(confirmAddress(open, ORIGIN, { token: `${token}x` })).rejects.toThrow("invalid");
  await confirmAddress(open, ORIGIN, { token });
  await confirmAddress(open, ORIGIN, { token });
  await signIn(email);
  expect(
    await rows(
      "SELECT role, name FROM memberships JOIN accounts ON accounts.id = account_id WHERE email = ?",
      email,
    ),
  ).toEqual([{ role: "owner", name: "Ann" }]);
});
