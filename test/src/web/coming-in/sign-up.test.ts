// Signing up, confirming the address, and a new password for who forgot theirs.
import { expect, test } from "vitest";
import { newEmail, newUser, PASSWORD, tokenIn, world } from "../../../support/identity.ts";
import { cameIn, errorAt, noticeOf, sameText, Visitor, visitor } from "../../../support/visitor.ts";
import { rows } from "../../../support/worker.ts";

const SIGN_UP = "/dashboard/sign-up";
const VERIFY = "/dashboard/verify";
const FORGOT = "/dashboard/forgot";
const RESET = "/dashboard/reset";

test("somebody signs up, confirms by the link of the mail, signs in and has an account", async () => {
  const here = world();
  const came = new Visitor(here);
  const page = await came.get(SIGN_UP);
  expect(page.html).toMatch(/name="password"[^>]*autocomplete="new-password"[^>]*minlength="10"/);
  expect(page.html).toMatch(/name="name"[^>]*autocomplete="name"[^>]*autofocus/);
  const email = newEmail();
  const sent = await came.post(SIGN_UP, { name: "Ann", email, password: PASSWORD });
  expect(sent.status).toBe(200);
  expect(sent.html).toContain("<h1>Look into your mail</h1>");
  expect(sent.html).toContain(email);
  expect(sent.html).not.toContain(PASSWORD);
  await here.settled();
  const link = new URL(/https:\S+/.exec(here.mails.at(-1)?.text ?? "")?.[0] ?? "");

  // A program that looks for harm in the mail opens the link: nothing is confirmed by that.
  const looked = await new Visitor(here).get(link.pathname + link.search);
  expect(looked.status).toBe(200);
  expect(looked.html).toContain('<form method="post" action="/dashboard/verify"');
  expect(await rows("SELECT email_verified v FROM users WHERE email = ?", email)).toEqual([
    { v: 0 },
  ]);
  const done = await came.post(VERIFY, { token: link.searchParams.get("token") ?? "" });
  expect([done.status, done.to]).toEqual([303, "/dashboard/sign-in"]);
  expect((await came.get(done.to ?? "")).html).toContain(`${email} is confirmed. Now sign in.`);
  await came.signIn(email);
  const { to } = await came.get("/dashboard");
  expect((await came.get(to ?? "")).html).toContain("Ann");
});

test("where only who is invited may sign up, the page says whom to ask, and the form is refused", async () => {
  const here = visitor({ signUp: "invited" });
  const page = await here.get(SIGN_UP);
  expect(page.status).toBe(200);
  expect(page.html).toContain("An owner of the account");
  expect(page.html).not.toContain('name="password"');
  const email = newEmail();
  const answer = await here.post(SIGN_UP, { name: "Ann", email, password: PASSWORD });
  expect(answer.status).toBe(403);
  expect(await rows("SELECT 1 FROM users WHERE email = ?", email)).toEqual([]);
});

test("what is wrong stands at its field, what was typed stays, and the password does not", async () => {
  const here = visitor();
  const answer = await here.post(SIGN_UP, { name: "", email: "nobody", password: "short" });
  expect(answer.status).toBe(422);
  for (const field of ["name", "email", "password"]) {
    expect(errorAt(answer.html, `f-${field}`), field).toBeTruthy();
  }
  expect(errorAt(answer.html, "f-password")).toBe("Must have at least 10 characters.");
  expect(answer.html).toContain('value="nobody"');
  const kept = await here.post(SIGN_UP, { name: "Ann", email: "nobody", password: PASSWORD });
  expect(kept.html).toContain('value="Ann"');
  expect(kept.html).not.toContain(PASSWORD);
  expect(kept.html).toContain("Type it again");
});

test("signing up by an address that has a user looks the same; the mail says it", async () => {
  const here = world();
  const known = await newUser(here);
  const fresh = await new Visitor(here).post(SIGN_UP, {
    name: "Ann",
    email: newEmail(),
    password: PASSWORD,
  });
  const again = await new Visitor(here).post(SIGN_UP, {
    name: "Eve",
    email: known,
    password: "another long one",
  });
  expect([again.status, sameText(again.html)]).toEqual([200, sameText(fresh.html)]);
  await here.settled();
  expect(here.mails.find(({ to }) => to === known)?.subject).toBe("You are signed up already");
});

test("where nothing can send mail, signing up and a new password say so", async () => {
  const here = world();
  const silent = new Visitor({ ...here, ctx: { ...here.ctx, mail: null } });
  const email = newEmail();
  const up = await silent.post(SIGN_UP, { name: "Ann", email, password: PASSWORD });
  expect(up.status).toBe(503);
  for (const path of [SIGN_UP, FORGOT, VERIFY]) {
    const { status, html } = await silent.get(path);
    expect(status).toBe(200);
    expect(noticeOf(html), path).toContain("can&#39;t send mail");
    expect(html).not.toContain('name="email"');
  }
  expect((await silent.post(FORGOT, { email })).status).toBe(503);
});

test("a link that has ended, or was made up, says so and offers another, whoever asks", async () => {
  const here = world();
  const known = await newUser(here);
  const came = new Visitor(here);
  const ended = await came.post(VERIFY, { token: "made-up" });
  expect(ended.status).toBe(422);
  expect(ended.html).toContain("<h1>This link has ended</h1>");
  expect(ended.html).toContain('action="/dashboard/verify/again"');
  expect((await came.get(VERIFY)).html).toContain('action="/dashboard/verify/again"');
  const one = await came.post(`${VERIFY}/again`, { email: known });
  const other = await came.post(`${VERIFY}/again`, { email: newEmail() });
  expect([one.status, sameText(one.html)]).toEqual([200, sameText(other.html)]);
  const bad = await came.post(`${VERIFY}/again`, { email: "nobody" });
  expect(errorAt(bad.html, "f-again-email")).toBeTruthy();
});

test("the link is sent again to who has not confirmed yet", async () => {
  const here = world();
  const came = new Visitor(here);
  const email = newEmail();
  await came.post(SIGN_UP, { name: "Ann", email, password: PASSWORD });
  await came.post(`${VERIFY}/again`, { email });
  await here.settled();
  expect(here.mails.map(({ to }) => to)).toEqual([email, email]);
  await came.post(VERIFY, { token: tokenIn(here.mails[1]) });
  expect((await came.signIn(email)).status).toBe(303);
});

test("who forgot their password sets another by the link, once, which signs out everywhere", async () => {
  const { visitor: elsewhere, email } = await cameIn();
  const { world: here } = elsewhere;
  const came = new Visitor(here);
  const [known, unknown] = [
    await came.post(FORGOT, { email }),
    await came.post(FORGOT, { email: newEmail() }),
  ];
  expect([known.status, sameText(known.html)]).toEqual([200, sameText(unknown.html)]);
  expect(known.html).toContain("If somebody here has that address");
  await here.settled();
  expect(here.mails.length).toBe(1);
  const token = tokenIn(here.mails[0]);
  const page = await came.get(`${RESET}?token=${token}`);
  expect(page.html).toContain(`name="token" value="${token}"`);
  expect(page.headers.get("referrer-policy")).toBe("same-origin");
  const short = await came.post(RESET, { token, password: "short" });
  expect(errorAt(short.html, "f-password")).toBe("Must have at least 10 characters.");
  expect(short.html).toContain(`name="token" value="${token}"`);
  const password = "a new one that is long";
  const done = await came.post(RESET, { token, password });
  expect([done.status, done.to]).toEqual([303, "/dashboard/sign-in"]);
  expect((await elsewhere.get("/dashboard")).to).toContain("/dashboard/sign-in");
  expect((await came.signIn(email)).status).toBe(422);
  expect((await came.signIn(email, password)).status).toBe(303);
  const again = await came.post(RESET, { token, password });
  expect(again.status).toBe(422);
  expect(again.html).toContain("<h1>This link has ended</h1>");
});

test("a link without a token has ended too, and an address that is none is refused at its field", async () => {
  const here = visitor();
  expect((await here.get(RESET)).html).toContain("<h1>This link has ended</h1>");
  const bad = await here.post(FORGOT, { email: "nobody" });
  expect(bad.status).toBe(422);
  expect(errorAt(bad.html, "f-email")).toBeTruthy();
  expect(bad.html).toContain('value="nobody"');
});

test("what is typed is text on the page", async () => {
  const name = '"><script>alert(1)</script>';
  const { html } = await visitor().post(SIGN_UP, { name, email: name, password: "short" });
  expect(html).not.toContain("<script>alert");
  const reset = await visitor().get(`${RESET}?token=${encodeURIComponent(name)}`);
  expect(reset.html).not.toContain("<script>alert");
});
