// The page on which people sign in, and the one that asks for the second factor.
import { expect, test } from "vitest";
import { beginSecondFactor, confirmSecondFactor } from "../../../../src/identity/second-factor.ts";
import { newEmail, newUser, PASSWORD, totp, world } from "../../../support/identity.ts";
import { cameIn, errorAt, noticeOf, sameText, Visitor, visitor } from "../../../support/visitor.ts";

const SIGN_IN = "/dashboard/sign-in";
const SESSION = "__Host-slipway.session_token";

test("the page asks for address and password, and shows only the ways in that there are", async () => {
  const { html, headers } = await visitor().get(SIGN_IN);
  expect(html).toContain("<h1>Sign in</h1>");
  expect(html).toMatch(/name="email"[^>]*type="email"[^>]*autocomplete="username"[^>]*autofocus/);
  expect(html).toMatch(/name="password"[^>]*autocomplete="current-password"/);
  expect(html).toMatch(/name="remember"[^>]*checked/);
  expect(html).not.toContain("/dashboard/auth/");
  expect(html).toMatch(/action="\/dashboard\/sign-in\/passkey"[^>]*hidden/);
  expect(html).toContain('href="/dashboard/sign-up">Sign up<');
  expect(headers.get("content-security-policy")).toContain("form-action 'self';");
  const secrets = { clientId: "a", clientSecret: "b" };
  const providers = { github: secrets, google: secrets };
  const both = await visitor({ providers, signUp: "invited" }).get(SIGN_IN);
  expect(both.html).toContain("Continue with GitHub");
  expect(both.html).toContain("Continue with Google");
  expect(both.html).toContain("Whom to ask");
  // Browsers hold where a form is redirected to against this too.
  expect(both.headers.get("content-security-policy")).toContain(
    "form-action 'self' https://github.com https://accounts.google.com;",
  );
});

test("the right password begins a session and leads to the account; who is in is led on", async () => {
  const here = world();
  const email = await newUser(here);
  const came = new Visitor(here);
  const answer = await came.signIn(email.toUpperCase());
  expect([answer.status, answer.to]).toEqual([303, "/dashboard"]);
  expect(answer.set.get(SESSION)).toBeTruthy();
  const led = await came.get("/dashboard");
  expect(led.to).toMatch(/^\/dashboard\/\d+$/);
  expect((await came.get(led.to ?? "")).status).toBe(200);
  expect((await came.get(SIGN_IN)).to).toBe("/dashboard");
  expect((await came.get(`${SIGN_IN}?next=/dashboard/security`)).to).toBe("/dashboard/security");
  expect((await came.get("/dashboard/sign-up")).to).toBe("/dashboard");
});

test("a wrong password and an unknown address get the same page, which keeps what was typed but the password", async () => {
  const here = world();
  const email = await newUser(here);
  const [wrong, unknown] = [new Visitor(here), new Visitor(here)];
  const given = { password: "wrong wrong wrong", next: "/dashboard/security" };
  const one = await wrong.post(SIGN_IN, { ...given, email });
  const other = await unknown.post(SIGN_IN, { ...given, email: newEmail() });
  expect([one.status, other.status]).toEqual([422, 422]);
  expect(sameText(one.html)).toBe(sameText(other.html));
  expect(errorAt(one.html, "f-password")).toBe(
    "This address and password do not go together: type both again, or choose “Forgot it?”.",
  );
  expect(one.html).toContain(`value="${email}"`);
  expect(one.html).toContain('name="next" value="/dashboard/security"');
  expect(one.html).not.toContain("wrong wrong wrong");
  // It was not ticked.
  expect(one.html).not.toMatch(/name="remember"[^>]*checked/);
  expect(one.set.has(SESSION)).toBe(false);
});

test("an address that is not confirmed is told to who knows the password, and only to them", async () => {
  const here = world();
  const email = newEmail();
  const visitor = new Visitor(here);
  await visitor.post("/dashboard/sign-up", { name: "Ann", email, password: PASSWORD });
  const right = await visitor.signIn(email);
  expect(errorAt(right.html, "f-email")).toContain("confirmed first");
  const wrong = await visitor.signIn(email, "wrong wrong wrong");
  expect(errorAt(wrong.html, "f-email")).toBe(null);
});

test("what is no address or too long is refused at its field", async () => {
  const here = visitor();
  const answer = await here.post(SIGN_IN, { email: "nobody", password: "" });
  expect(answer.status).toBe(422);
  expect(errorAt(answer.html, "f-email")).toBeTruthy();
  expect(errorAt(answer.html, "f-password")).toBeTruthy();
  const long = await here.post(SIGN_IN, { email: newEmail(), password: "x".repeat(129) });
  expect(errorAt(long.html, "f-password")).toBeTruthy();
});

test.each([
  "https://evil.example/",
  "//evil.example",
  "/\\evil.example",
  "/dashboard/../..//evil.example",
  "javascript:alert(1)",
  "/api/v1/apps",
  "/dashboard@evil.example",
])("nobody is led to %s", async (next) => {
  const { visitor: came, email } = await cameIn();
  const led = await came.get(`${SIGN_IN}?next=${encodeURIComponent(next)}`);
  expect(led.to).toBe("/dashboard");
  const other = new Visitor(came.world);
  const shown = await other.get(`${SIGN_IN}?next=${encodeURIComponent(next)}`);
  expect(shown.html).toContain('name="next" value="/dashboard"');
  expect((await other.signIn(email, PASSWORD, next)).to).toBe("/dashboard");
  expect((await other.post("/dashboard/sign-out", { next })).to).toBe(SIGN_IN);
});

test("the session that the browser had before ends, whoever planted it", async () => {
  const here = world();
  const [mine, theirs] = [await newUser(here), await newUser(here)];
  const attacker = new Visitor(here);
  await attacker.signIn(theirs);
  const planted = attacker.cookies.get(SESSION) ?? "";
  const victim = new Visitor(here);
  victim.cookies.set(SESSION, planted);
  await victim.signIn(mine);
  expect(victim.cookies.get(SESSION)).not.toBe(planted);
  expect((await attacker.get("/dashboard")).to).toContain(SIGN_IN);
  expect((await victim.get("/dashboard/security")).html).toContain(mine);
});

test.each([
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
  { "sec-fetch-site": "none" },
  { "sec-fetch-site": "", origin: "https://evil.example" },
  { "sec-fetch-site": "", origin: "null" },
])("what another site posts is refused: %o", async (headers) => {
  const here = world();
  const email = await newUser(here);
  const came = new Visitor(here);
  const answer = await came.post(SIGN_IN, { email, password: PASSWORD }, headers);
  expect(answer.status).toBe(403);
  expect(answer.set.has(SESSION)).toBe(false);
});

test("after too many tries the page says when to try again, and keeps what was typed", async () => {
  const here = visitor();
  const email = newEmail();
  let answer = await here.signIn(email, "wrong wrong wrong");
  for (let n = 0; n < 30 && answer.status === 422; n += 1) {
    answer = await here.signIn(email, "wrong wrong wrong");
  }
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(noticeOf(answer.html)).toMatch(/^Too many tries\. Try again in \d+ seconds?\.$/);
  expect(answer.html).toContain(`value="${email}"`);
});

/** Somebody with a second factor, at a browser that gave the password. */
async function withSecond(next = "") {
  const { visitor: came, email } = await cameIn();
  const { world: here } = came;
  const ctx = await came.signedIn(here.ctx);
  const { secret, codes } = await beginSecondFactor(ctx, came.at(), { password: PASSWORD });
  came.keep(await confirmSecondFactor(ctx, came.at(), { code: totp(secret) }));
  const other = new Visitor(here);
  const asked = await other.signIn(email, PASSWORD, next);
  return { visitor: other, asked, secret, codes };
}

test("a second factor is asked for by a page of its own, which goes on to where one wanted", async () => {
  const { visitor: other, asked, secret } = await withSecond("/dashboard/security");
  expect(asked.to).toBe("/dashboard/sign-in/second?next=%2Fdashboard%2Fsecurity");
  expect((await other.get("/dashboard")).to).toContain(SIGN_IN);
  const page = await other.get(asked.to ?? "");
  expect(page.html).toMatch(/name="code"[^>]*inputmode="numeric"[^>]*autocomplete="one-time-code"/);
  const wrong = await other.post("/dashboard/sign-in/second", { code: "000000" });
  expect(wrong.status).toBe(422);
  expect(errorAt(wrong.html, "f-code")).toContain("code that your app shows");
  const next = "/dashboard/security";
  // The present one was used to turn it on. One of before is right no more where the next begins on the way.
  const code = totp(secret, 1);
  const right = await other.post("/dashboard/sign-in/second", { code, next });
  expect([right.status, right.to]).toEqual([303, next]);
  expect((await other.get(next)).status).toBe(200);
});

test("a backup code lets in once, and its error stands at its own field", async () => {
  const { visitor: other, codes } = await withSecond();
  const path = "/dashboard/sign-in/second/backup";
  const wrong = await other.post(path, { code: "aaaaa-bbbbb" });
  expect(errorAt(wrong.html, "f-backup-code")).toContain("backup codes");
  expect(errorAt(wrong.html, "f-code")).toBe(null);
  expect(wrong.html).toContain("<details open");
  expect((await other.post(path, { code: codes[0] ?? "", next: "//evil" })).to).toBe("/dashboard");
  expect((await other.get("/dashboard/security")).html).toContain("9 backup codes are left");
});

test("a code without a password before it says to sign in again", async () => {
  const answer = await visitor().post("/dashboard/sign-in/second", { code: "123456" });
  expect(answer.status).toBe(422);
  expect(errorAt(answer.html, "f-code")).toContain("sign in again");
});

test("signing out ends the session, here and for whoever has a copy of the cookie", async () => {
  const { visitor: came } = await cameIn();
  const copy = new Visitor(came.world);
  copy.cookies.set(SESSION, came.cookies.get(SESSION) ?? "");
  const out = await came.post("/dashboard/sign-out");
  expect([out.status, out.to]).toEqual([303, SIGN_IN]);
  expect(came.cookies.has(SESSION)).toBe(false);
  expect((await copy.get("/dashboard")).to).toContain(SIGN_IN);
  expect((await came.get("/dashboard/sign-out")).status).toBe(405);
});
