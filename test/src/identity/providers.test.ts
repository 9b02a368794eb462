// Signing in by GitHub and Google, which are played here at the addresses that better-auth has for them.
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { beginSecondFactor, confirmSecondFactor } from "../../../src/identity/second-factor.ts";
import { finishProvider, listProviders, startProvider } from "../../../src/identity/providers.ts";
import { confirmSecond } from "../../../src/identity/sign-in.ts";
import { signUp } from "../../../src/identity/sign-up.ts";
import { listLogins } from "../../../src/identity/person.ts";
import { allowLogin, endLogin } from "../../../src/identity/provider-logins.ts";
import { requestReset, resetPassword } from "../../../src/identity/passwords.ts";
import {
  Browser,
  newEmail,
  newOperator,
  newUser,
  PASSWORD,
  refusalOf,
  signedIn,
  tokenIn,
  totp,
  world,
  type World,
} from "../../support/identity.ts";
import { rows } from "../../support/worker.ts";

const SECRETS = { clientId: "client", clientSecret: "the client's secret" };
const providers = { github: SECRETS };

/** Who GitHub says it is. */
let login = { id: 1, email: "", verified: true };
let asked: { url: string; body: string }[] = [];

beforeEach(() => {
  login = { id: Math.floor(Math.random() * 1e9), email: newEmail(), verified: true };
  asked = [];
  play(async (url) => {
    if (url.includes("access_token")) {
      return Response.json({ access_token: "gho_secret", token_type: "bearer", scope: "user" });
    }
    const { id, email, verified } = login;
    if (url.endsWith("/user")) return Response.json({ id, login: "ann", name: "Ann", email });
    return Response.json([{ email, verified, primary: true }]);
  });
});

/** Answers requests to the outside. */
function play(answer: (url: string) => Promise<Response>): void {
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    asked.push({ url: request.url, body: Buffer.from(await request.arrayBuffer()).toString() });
    return answer(request.url);
  });
  onTestFinished(() => spy.mockRestore());
}

/** Comes in by GitHub. */
async function comeIn({ ctx }: World, browser = new Browser()) {
  const { to } = browser.keep(await startProvider(ctx, browser.at(), "github"));
  const state = new URL(to).searchParams.get("state") ?? "";
  return { browser, to, ...browser.keep(await finish(ctx, browser, state)) };
}

async function finish(ctx: World["ctx"], browser: Browser, state: string, code = "abc") {
  const at = browser.at(`/dashboard/auth/callback/github?code=${code}&state=${state}`, {
    "sec-fetch-site": "cross-site",
  });
  return finishProvider(ctx, at, "github");
}

/** Expects that nothing which the provider gave out is kept. */
async function expectNothingKept(userId: string): Promise<void> {
  expect(
    await rows(
      `SELECT access_token a, refresh_token b, id_token c, scope d, image e FROM logins
       JOIN users ON users.id = user_id WHERE user_id = ?`,
      userId,
    ),
  ).toEqual([{ a: null, b: null, c: null, d: null, e: null }]);
}

test("only providers that are set up are there", async () => {
  const { ctx } = world({ providers });
  expect(listProviders(ctx)).toEqual(["github"]);
  for (const name of ["google", "facebook", "credential", "__proto__", ""]) {
    expect(await refusalOf(startProvider(ctx, new Browser().at(), name))).toMatchObject({
      code: "not_found",
    });
    expect(await refusalOf(finishProvider(ctx, new Browser().at(), name))).toMatchObject({
      code: "not_found",
    });
  }
});

test("somebody new comes in, owns an account, and comes back", async () => {
  const here = world({ providers });
  const first = await comeIn(here);
  const to = new URL(first.to);
  expect(to.origin + to.pathname).toBe("https://github.com/login/oauth/authorize");
  expect(to.searchParams.get("redirect_uri")).toBe(
    "https://slipway.test/dashboard/auth/callback/github",
  );
  expect(to.searchParams.get("code_challenge_method")).toBe("S256");
  expect(asked[0]?.body).toContain("code_verifier=");
  expect(first.end).toBe("signed_in");
  expect(await first.browser.person(here.ctx)).toMatchObject({ name: "Ann", email: login.email });
  const mine = await first.browser.signedIn(here.ctx);
  expect(await listLogins(mine)).toMatchObject([{ provider: "github" }]);
  await expectNothingKept(mine.person.id);
  expect((await comeIn(here)).end).toBe("signed_in");
  expect(
    await rows("SELECT count(*) n FROM memberships WHERE user_id = ?", mine.person.id),
  ).toEqual([{ n: 1 }]);
  await expectNothingKept(mine.person.id);
});

test("only who is invited may sign up by a provider where that is set; who is known comes in", async () => {
  const here = world({ providers, signUp: "invited" });
  expect((await comeIn(here)).end).toBe("not_invited");
  expect(await rows("SELECT 1 FROM users WHERE email = ?", login.email)).toEqual([]);
  const email = await newUser(world());
  login.email = email;
  const { browser, end } = await comeIn(here);
  expect([end, (await browser.person(here.ctx))?.email]).toEqual(["signed_in", email]);
});

test("an address that the provider did not confirm ends alike, whether it has a user or not, and leaves nothing", async () => {
  for (const signUp of ["open", "invited"] as const) {
    const here = world({ providers, signUp });
    const known = await newUser(world());
    for (const email of [known, newEmail()]) {
      login = { id: login.id + 1, email, verified: false };
      const { browser, end, cookies } = await comeIn(here);
      expect([end, cookies, await browser.person(here.ctx)]).toEqual(["unconfirmed", [], null]);
    }
    await here.settled();
    expect(here.mails).toEqual([]);
    expect(await rows("SELECT 1 FROM users WHERE email = ?", login.email)).toEqual([]);
    // confirmed there, it is let in
    login.verified = true;
    login.email = known;
    expect((await comeIn(here)).end).toBe("signed_in");
  }
});

test("a login whose address is a user's that nobody proved by mail is not theirs", async () => {
  const here = world({ providers });
  // signed up by the address, not confirmed: perhaps by somebody who waits for its owner
  await rows(
    `INSERT INTO users (id, name, email, email_verified, created_at, updated_at)
     VALUES (?, 'Eve', ?, 0, 1, 1)`,
    crypto.randomUUID(),
    login.email,
  );
  expect((await comeIn(here)).end).toBe("not_linked");
  // made by a set-up token, or an invitation
  const { browser, email } = await newOperator(here);
  login.email = email;
  expect((await comeIn(here)).end).toBe("not_linked");
  // until its owner sets a password by a mail
  await requestReset(here.ctx, new Browser().at(), { email });
  await here.settled();
  await resetPassword(here.ctx, new Browser().at(), {
    token: tokenIn(here.mails.at(-1)),
    password: PASSWORD,
  });
  expect(await browser.person(here.ctx)).toBeNull();
  expect((await comeIn(here)).end).toBe("signed_in");
});

test("a login elsewhere does not get around the second factor", async () => {
  const here = world({ providers });
  const email = await newUser(here);
  const own = await signedIn(here, email);
  const { secret } = await beginSecondFactor(await own.signedIn(here.ctx), own.at(), {
    password: PASSWORD,
  });
  own.keep(
    await confirmSecondFactor(await own.signedIn(here.ctx), own.at(), { code: totp(secret) }),
  );
  login.email = email;
  const { browser, end } = await comeIn(here);
  expect([end, await browser.person(here.ctx)]).toEqual(["second", null]);
  browser.keep(await confirmSecond(here.ctx, browser.at(), { code: totp(secret, 1) }));
  expect(await browser.person(here.ctx)).toMatchObject({ email });
});

test("only the browser that began it comes in, once", async () => {
  const here = world({ providers });
  const { ctx } = here;
  const browser = new Browser();
  const { to } = browser.keep(await startProvider(ctx, browser.at(), "github"));
  const state = new URL(to).searchParams.get("state") ?? "";
  const other = new Browser();
  expect((await finish(ctx, other, state)).end).toBe("failed");
  expect((await finish(ctx, browser, "made-up")).end).toBe("failed");
  expect(await rows("SELECT 1 FROM users WHERE email = ?", login.email)).toEqual([]);
  const again = await comeIn(here);
  const used = new URL(again.to).searchParams.get("state") ?? "";
  const { end, cookies } = await finish(ctx, again.browser, used);
  expect(end).toBe("failed");
  expect(cookies.join()).not.toMatch(/session_token=[^;]/);
});

test("a provider that is down, answers nonsense or refuses lets nobody in, and is no fault", async () => {
  const here = world({ providers });
  const answers = [
    async () => Promise.reject(new Error("down")),
    async () => new Response("<html>", { status: 500 }),
    async () => Response.json({}),
    async () => Response.json({ error: "bad_verification_code" }),
  ];
  for (const answer of answers) {
    vi.restoreAllMocks();
    play(answer);
    expect((await comeIn(here)).end).toBe("failed");
  }
  const browser = new Browser();
  browser.keep(await startProvider(here.ctx, browser.at(), "github"));
  for (const query of ["", "?error=access_denied", "?code=%00&state=%ff", "?code=a&code=b"]) {
    const at = browser.at(`/dashboard/auth/callback/github${query}`);
    expect((await finishProvider(here.ctx, at, "github")).end, query).toBe("failed");
  }
});

test("whoever comes in by a provider gets a new session, and the one that the browser had ends", async () => {
  const here = world({ providers });
  const planted = await signedIn(here, await newUser(here));
  const browser = new Browser();
  for (const [name, value] of planted.cookies) browser.cookies.set(name, value);
  await comeIn(here, browser);
  expect(await browser.person(here.ctx)).toMatchObject({ email: login.email });
  expect(await planted.person(here.ctx)).toBeNull();
});

test("a login is found by its index, and is tied to one user by the database itself", async () => {
  const here = world({ providers });
  await comeIn(here);
  const [plan] = await rows(
    "EXPLAIN QUERY PLAN SELECT * FROM logins WHERE provider_id = 'github' AND login_id = ?",
    String(login.id),
  );
  expect(plan.detail).toContain("SEARCH logins USING INDEX logins_provider");
  const again = rows(
    `INSERT INTO logins (id, user_id, provider_id, login_id, created_at, updated_at)
     SELECT 'again', user_id, provider_id, login_id, 1, 1 FROM logins WHERE login_id = ?`,
    String(login.id),
  );
  await expect(again).rejects.toThrow("UNIQUE constraint failed");
});

test("a login whose address was never confirmed does not wait in the user of who has it", async () => {
  const here = world({ providers });
  const { email } = login;
  const id = crypto.randomUUID();
  await rows(
    `INSERT INTO users (id, name, email, email_verified, created_at, updated_at)
     VALUES (?, 'Eve', ?, 0, ?, 1)`,
    id,
    email,
    Date.now(),
  );
  await rows(
    `INSERT INTO logins (id, user_id, provider_id, login_id, created_at, updated_at)
     VALUES (?, ?, 'github', ?, 1, 1)`,
    crypto.randomUUID(),
    id,
    String(login.id),
  );
  // Its owner signs up, is told that there is a user, and sets a password by the mail.
  await signUp(here.ctx, new Browser().at(), { name: "Ann", email, password: PASSWORD });
  await here.settled();
  expect(here.mails.at(-1)?.text).toContain("is signed up already");
  await requestReset(here.ctx, new Browser().at(), { email });
  await here.settled();
  const token = tokenIn(here.mails.at(-1));
  await resetPassword(here.ctx, new Browser().at(), { token, password: PASSWORD });
  const owner = await signedIn(here, email);
  expect(await listLogins(await owner.signedIn(here.ctx))).toMatchObject([
    { provider: "credential" },
  ]);
});

test("who has a second factor that can't be read any more is told so, and not signed in", async () => {
  const here = world({ providers });
  const email = await newUser(here);
  const own = await signedIn(here, email);
  const mine = await own.signedIn(here.ctx);
  const { secret } = await beginSecondFactor(mine, own.at(), { password: PASSWORD });
  await confirmSecondFactor(mine, own.at(), { code: totp(secret) });
  await rows("UPDATE two_factors SET secret = 'ab' WHERE user_id = ?", mine.person.id);
  login.email = email;
  const { browser, end } = await comeIn(here);
  expect([end, await browser.person(here.ctx)]).toEqual(["factor_lost", null]);
});

test("a login that was ended comes in no more, also by its address, until it is allowed again", async () => {
  const here = world({ providers });
  const email = await newUser(here);
  login.email = email;
  expect((await comeIn(here)).end).toBe("signed_in");
  const own = await signedIn(here, email);
  const mine = await own.signedIn(here.ctx);
  expect(await refusalOf(endLogin(mine, own.at(), "google"))).toMatchObject({ code: "not_found" });
  await endLogin(mine, own.at(), "github");
  await here.settled();
  expect(here.mails.at(-1)).toMatchObject({
    to: email,
    text: expect.stringContaining("GitHub was disconnected"),
  });
  expect(await listLogins(mine)).toMatchObject([{ provider: "credential" }]);
  expect((await comeIn(here)).end).toBe("not_linked");
  expect(await refusalOf(endLogin(mine, own.at(), "github"))).toMatchObject({ code: "not_found" });
  // somebody else's user is another matter
  const theirs = login.email;
  login.email = await newUser(here);
  expect((await comeIn(here)).end).toBe("signed_in");
  login.email = theirs;
  login.id += 1;
  expect((await comeIn(here)).end).toBe("not_linked");
  await allowLogin(mine, "github");
  expect((await comeIn(here)).end).toBe("signed_in");
  expect((await listLogins(mine)).map(({ provider }) => provider)).toContain("github");
});

test("the last way in is not ended", async () => {
  const here = world({ providers });
  const { browser } = await comeIn(here);
  const mine = await browser.signedIn(here.ctx);
  expect(await refusalOf(endLogin(mine, browser.at(), "github"))).toMatchObject({
    code: "invalid",
  });
  expect(await listLogins(mine)).toMatchObject([{ provider: "github" }]);
  await rows(
    `INSERT INTO passkeys (id, user_id, name, credential_id, public_key, counter, is_backed_up, transports, created_at)
     VALUES (?, ?, 'Key', ?, '', 0, 0, '[]', 0)`,
    crypto.randomUUID(),
    mine.person.id,
    crypto.randomUUID(),
  );
  await endLogin(mine, browser.at(), "github");
  expect(await listLogins(mine)).toEqual([]);
});
