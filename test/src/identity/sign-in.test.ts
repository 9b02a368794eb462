// Signing up, confirming, signing in and out; resets and changes of passwords; what a browser's sessions are worth.
import { expect, onTestFinished, test, vi } from "vitest";
import { changePassword, requestReset, resetPassword } from "../../../src/identity/passwords.ts";
import { listSessions, endOtherSessions, endSession } from "../../../src/identity/sessions.ts";
import { signIn, signOut } from "../../../src/identity/sign-in.ts";
import { confirmAddress, sendConfirmation, signUp } from "../../../src/identity/sign-up.ts";
import {
  Browser,
  expectInvalid,
  newEmail,
  newOperator,
  newUser,
  PASSWORD,
  refusalOf,
  signedIn,
  tokenIn,
  world,
} from "../../support/identity.ts";
import { testContext } from "../../support/context.ts";
import { rows } from "../../support/worker.ts";

const DAY_MS = 86_400_000;

test("somebody signs up, confirms the address, owns an account with its credits, signs in and out", async () => {
  const here = world();
  const { ctx, mails, settled } = here;
  const browser = new Browser();
  const email = newEmail();
  await signUp(ctx, browser.at(), { name: "Ann", email: email.toUpperCase(), password: PASSWORD });
  await settled();
  expect(mails.map(({ to }) => to)).toEqual([email]);
  // before that nobody is signed in, and only who knows the password learns why
  await expectInvalid(signIn(ctx, browser.at(), { email, password: PASSWORD }), "email");
  await expectInvalid(signIn(ctx, browser.at(), { email, password: "wrong wrong" }), "password");
  const token = tokenIn(mails[0]);
  await expectInvalid(confirmAddress(ctx, browser.at(), { token: `${token}x` }), "token");
  await confirmAddress(ctx, browser.at(), { token });
  await confirmAddress(ctx, browser.at(), { token });
  expect(
    await rows(
      `SELECT role, accounts.name, build_credits credits, monthly_credits monthly FROM memberships
       JOIN accounts ON accounts.id = account_id JOIN plans ON plans.id = plan_id WHERE email = ?`,
      email,
    ),
  ).toEqual([{ role: "owner", name: "Ann", credits: 10, monthly: 10 }]);

  const { second } = browser.keep(await signIn(ctx, browser.at(), { email, password: PASSWORD }));
  expect(second).toBe(false);
  expect(await browser.person(ctx)).toMatchObject({ name: "Ann", email });
  const kept = new Map(browser.cookies);
  browser.keep(await signOut(ctx, browser.at()));
  expect([...browser.cookies]).toEqual([]);
  for (const [name, value] of kept) browser.cookies.set(name, value);
  expect(await browser.person(ctx)).toBeNull();
});

test("an address that is signed up already gets the same answer and another mail", async () => {
  const here = world();
  const { ctx, mails, settled } = here;
  const email = await newUser(here);
  const other = { name: "Eve", email, password: "another long one" };
  await signUp(ctx, new Browser().at(), other);
  await settled();
  expect(mails.map(({ to, text }) => [to, text.includes("token=")])).toEqual([[email, false]]);
  expect(mails[0]?.text).not.toContain("Eve");
  const { password } = other;
  await expectInvalid(signIn(ctx, new Browser().at(), { email, password }), "password");
  await signedIn(here, email);
});

test("two sign-ups at once make one user, and neither shows it", async () => {
  const { ctx, settled, mails } = world();
  const errors = vi.spyOn(console, "error");
  onTestFinished(() => errors.mockRestore());
  const person = { name: "Ann", email: newEmail(), password: PASSWORD };
  await Promise.all([1, 2, 3].map(async () => signUp(ctx, new Browser().at(), person)));
  await settled();
  expect(errors).not.toHaveBeenCalled();
  expect(await rows("SELECT count(*) n FROM users WHERE email = ?", person.email)).toEqual([
    { n: 1 },
  ]);
  await confirmAddress(ctx, new Browser().at(), {
    token: tokenIn(mails.find(({ text }) => text.includes("token="))),
  });
  await signIn(ctx, new Browser().at(), { email: person.email, password: PASSWORD });
});

test("a password is the same however its letters are composed", async () => {
  const { ctx: cheap, mails, settled } = world();
  const ctx = { ...cheap, passwords: testContext().ctx.passwords };
  const email = newEmail();
  const password = "Cafe\u0301 an der Ecke ﬁn";
  await signUp(ctx, new Browser().at(), { name: "Ann", email, password });
  await settled();
  await confirmAddress(ctx, new Browser().at(), { token: tokenIn(mails[0]) });
  await signIn(ctx, new Browser().at(), { email, password: "Café an der Ecke fin" });
});

test("only who is invited can sign up where that is set, and nobody where no mail can be sent", async () => {
  const person = { name: "Ann", email: newEmail(), password: PASSWORD };
  const { ctx } = world({ signUp: "invited" });
  expect(await refusalOf(signUp(ctx, new Browser().at(), person))).toMatchObject({
    code: "forbidden",
  });
  const mute = { ...world().ctx, mail: null };
  for (const work of [signUp, sendConfirmation, requestReset]) {
    const input = work === signUp ? person : { email: person.email };
    expect(await refusalOf(work(mute, new Browser().at(), input))).toEqual({
      code: "mail_not_configured",
    });
  }
  expect(await rows("SELECT count(*) n FROM users WHERE email = ?", person.email)).toEqual([
    { n: 0 },
  ]);
});

test("a session's cookie is for this host alone, and none that was made up lets anybody in", async () => {
  const here = world();
  const email = await newUser(here);
  const { ctx } = here;
  const [cookie = ""] = (
    await signIn(ctx, new Browser().at(), { email, password: PASSWORD, remember: "on" })
  ).cookies;
  expect(cookie).toMatch(
    /^__Host-slipway\.session_token=[^;]+; Max-Age=34560000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  const value = /=([^;]+)/.exec(cookie)?.[1] ?? "";
  const flip = (letter: string) => (letter === "A" ? "B" : "A");
  const otherToken = value.replace(/^./, flip);
  const otherSignature = value.replace(/(?<=\.)./, flip);
  const name = "__Host-slipway.session_token";
  for (const [as, made] of [
    [name, otherToken],
    [name, otherSignature],
    [name, value.split(".")[0] ?? ""],
    [name, ""],
    [name, "%"],
    ["slipway.session_token", value],
  ] as const) {
    const browser = new Browser();
    browser.cookies.set(as, made);
    expect(await browser.person(ctx), made).toBeNull();
  }
  const browser = new Browser();
  browser.cookies.set(name, value);
  expect(await browser.person(ctx)).not.toBeNull();
});

test("whoever signs in gets a new session, and the one that the browser had ends, whoever's it was", async () => {
  const here = world();
  const { ctx } = here;
  const [eve, ann] = [await newUser(here), await newUser(here)];
  const planted = await signedIn(here, eve);
  const browser = new Browser();
  for (const [name, value] of planted.cookies) browser.cookies.set(name, value);
  browser.keep(await signIn(ctx, browser.at(), { email: ann, password: PASSWORD }));
  expect(await browser.person(ctx)).toMatchObject({ email: ann });
  expect(await planted.person(ctx)).toBeNull();
});

test("a session that is used lasts, one that the browser was not to remember ends after a day", async () => {
  let now = Date.now();
  const here = world({}, () => now);
  const { ctx, settled } = here;
  const email = await newUser(here);
  const kept = await signedIn(here, email);
  const brief = new Browser();
  const { cookies } = brief.keep(await signIn(ctx, brief.at(), { email, password: PASSWORD }));
  expect(cookies.find((each) => each.includes("session_token"))).not.toContain("Max-Age");
  for (let week = 0; week < 3; week += 1) {
    now += 13 * DAY_MS;
    expect(await kept.person(ctx), `week ${week}`).not.toBeNull();
    await settled();
    expect(await brief.person(ctx)).toBeNull();
  }
  now += 14 * DAY_MS + 1000;
  expect(await kept.person(ctx)).toBeNull();
});

test("a session is extended at most once a day", async () => {
  let now = Date.now();
  const here = world({}, () => now);
  const browser = await signedIn(here, await newUser(here));
  const ends = async () => {
    await browser.person(here.ctx);
    await here.settled();
    const [session] = await listSessions(await browser.signedIn(here.ctx));
    return session?.expiresAt;
  };
  const first = (await ends()) ?? 0;
  const made = first - 14 * DAY_MS;
  now = made + DAY_MS - 1000;
  expect(await ends()).toBe(first);
  now = made + DAY_MS + 1000;
  const second = await ends();
  expect(second).toBe(now + 14 * DAY_MS);
  now += 60_000;
  expect(await ends()).toBe(second);
});

test("sessions are listed without their tokens and ended by id; at most twenty last", async () => {
  const here = world();
  const { ctx } = here;
  const email = await newUser(here);
  const [first, second, third] = [
    await signedIn(here, email),
    await signedIn(here, email),
    await signedIn(here, email),
  ];
  const mine = await first.signedIn(ctx);
  const list = await listSessions(mine);
  expect(list.map(({ isCurrent, browser, address }) => [isCurrent, browser, address])).toEqual([
    [false, "Test browser", third.address],
    [false, "Test browser", second.address],
    [true, "Test browser", first.address],
  ]);
  const tokens = await rows("SELECT token FROM sessions");
  for (const { token } of tokens) expect(JSON.stringify(list)).not.toContain(token);
  const stranger = await (await signedIn(here, await newUser(here))).signedIn(ctx);
  const id = list.find(({ address }) => address === second.address)?.id ?? "";
  expect(await refusalOf(endSession(stranger, id))).toEqual({ code: "not_found", what: "session" });
  expect(await second.person(ctx)).not.toBeNull();
  await endSession(mine, id);
  expect(await second.person(ctx)).toBeNull();
  await endOtherSessions(mine);
  expect([(await first.person(ctx)) !== null, await third.person(ctx)]).toEqual([true, null]);
  await rows(
    `INSERT INTO sessions (id, user_id, token, expires_at, created_at, updated_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
     SELECT 's' || i, ?, 't' || i, ?, i, i FROM n`,
    mine.person.id,
    Date.now() + DAY_MS,
  );
  await signedIn(here, email);
  expect(await rows("SELECT count(*) n FROM sessions WHERE user_id = ?", mine.person.id)).toEqual([
    { n: 20 },
  ]);
});

test("a forgotten password is set anew by a link, once, which ends all sessions", async () => {
  const here = world();
  const { ctx, mails, settled } = here;
  const email = await newUser(here);
  const before = await signedIn(here, email);
  await requestReset(ctx, new Browser().at(), { email });
  await requestReset(ctx, new Browser().at(), { email: newEmail() });
  await settled();
  expect(mails.map(({ to }) => to)).toEqual([email]);
  const token = tokenIn(mails[0]);
  const password = "another long password";
  await expectInvalid(
    resetPassword(ctx, new Browser().at(), { token, password: "short" }),
    "password",
  );
  await resetPassword(ctx, new Browser().at(), { token, password });
  await expectInvalid(resetPassword(ctx, new Browser().at(), { token, password }), "token");
  expect(await before.person(ctx)).toBeNull();
  await expectInvalid(signIn(ctx, new Browser().at(), { email, password: PASSWORD }), "password");
  await signedIn(here, email, password);
});

test("a reset is used once, also by two at once", async () => {
  const here = world();
  const { ctx, mails, settled } = here;
  const email = await newUser(here);
  await requestReset(ctx, new Browser().at(), { email });
  await settled();
  const token = tokenIn(mails[0]);
  const ends = await Promise.allSettled(
    ["first long password", "second long password"].map(async (password) =>
      resetPassword(ctx, new Browser().at(), { token, password }),
    ),
  );
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("who knows the present password changes it, which ends the other sessions", async () => {
  const here = world();
  const { ctx, mails, settled } = here;
  const email = await newUser(here);
  const [browser, other] = [await signedIn(here, email), await signedIn(here, email)];
  const mine = await browser.signedIn(ctx);
  const password = "another long password";
  await expectInvalid(
    changePassword(mine, browser.at(), { current: "wrong wrong", password }),
    "current",
  );
  browser.keep(await changePassword(mine, browser.at(), { current: PASSWORD, password }));
  expect(await browser.person(ctx)).toMatchObject({ email });
  expect(await other.person(ctx)).toBeNull();
  await settled();
  expect(mails.map(({ subject }) => subject)).toEqual(["Your way to sign in was changed"]);
  await signedIn(here, email, password);
});

test("the first person of a deployment is signed in at once", async () => {
  const here = world({ signUp: "invited" });
  const { browser, email } = await newOperator(here);
  expect(await browser.person(here.ctx)).toMatchObject({ email });
});
