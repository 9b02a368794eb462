// The page of somebody's sign-in and security: what it shows, and each of its forms.
import { expect, test } from "vitest";
import { Authenticator } from "../../../support/authenticator.ts";
import { newUser, PASSWORD, totp, world } from "../../../support/identity.ts";
import { signedIn } from "../../../support/person.ts";
import { cameIn, errorAt, noticeOf, Visitor } from "../../../support/visitor.ts";
import { bindings, ORIGIN, rows } from "../../../support/worker.ts";

const SECURITY = "/dashboard/security";
const LONG = "another long password";

const idIn = (html: string, pattern: RegExp) => pattern.exec(html)?.[1] ?? "";

test("the page shows the ways in and the places signed in, within the frame of the account", async () => {
  const { visitor: came, email } = await cameIn();
  const page = await came.get(SECURITY, {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
  });
  expect(page.status).toBe(200);
  expect(page.html).toContain("1 way in, 1 place signed in.");
  expect(page.html).toContain("This one");
  expect(page.html).toContain(email);
  expect(page.html).toContain('aria-current="page">Sign-in and security</span>');
  expect(page.html).toContain('<nav class="side"');
  expect(page.html).not.toContain("End all others");
  // A session is known by its id: what is in its cookie is nowhere on the page.
  const [token = "none"] = decodeURIComponent(
    came.cookies.get("__Host-slipway.session_token") ?? "",
  ).split(".");
  expect(page.html).not.toContain(token);
  expect((await new Visitor(came.world).get(SECURITY)).to).toContain("/dashboard/sign-in?next=");
});

test("another place is ended by its id, a foreign one is not, and all others are at once", async () => {
  const { visitor: came, email } = await cameIn();
  const phone = new Visitor(came.world);
  const agent = {
    "user-agent": "Mozilla/5.0 (Linux; Android 15) Chrome/131.0 Mobile Safari/537.36",
  };
  await phone.post("/dashboard/sign-in", { email, password: PASSWORD }, agent);
  const page = await came.get(SECURITY);
  expect(page.html).toContain("2 places signed in");
  expect(page.html).toContain("End Chrome on Android?");
  const id = idIn(page.html, /security\/sessions\/([^/"]+)\/end"/);
  const { visitor: stranger } = await cameIn(came.world);
  expect((await stranger.post(`${SECURITY}/sessions/${id}/end`)).status).toBe(404);
  expect((await phone.get(SECURITY)).status).toBe(200);
  expect((await came.post(`${SECURITY}/sessions/${id}/end`)).to).toBe(SECURITY);
  expect((await phone.get(SECURITY)).status).toBe(303);
  await phone.signIn(email);
  await new Visitor(came.world).signIn(email);
  expect((await came.post(`${SECURITY}/sessions/end-others`)).to).toBe(SECURITY);
  expect((await phone.get(SECURITY)).status).toBe(303);
  expect((await came.get(SECURITY)).html).toContain("1 place signed in");
});

test("the password is changed by who knows it, which signs out elsewhere; errors stand at their fields", async () => {
  const { visitor: came, email } = await cameIn();
  const other = new Visitor(came.world);
  await other.signIn(email);
  const wrong = await came.post(`${SECURITY}/password`, { current: LONG, password: LONG });
  expect(wrong.status).toBe(422);
  expect(errorAt(wrong.html, "f-password-current")).toBe("Must be your present password.");
  expect(wrong.html).toMatch(/<dialog[^>]*id="password"[^>]*open/);
  expect(wrong.html).not.toContain(LONG);
  const short = await came.post(`${SECURITY}/password`, { current: PASSWORD, password: "short" });
  expect(errorAt(short.html, "f-password-password")).toBe("Must have at least 10 characters.");
  expect(short.html).not.toContain(PASSWORD);
  const done = await came.post(`${SECURITY}/password`, { current: PASSWORD, password: LONG });
  expect([done.status, done.to]).toEqual([303, SECURITY]);
  expect((await came.get(SECURITY)).status).toBe(200);
  expect((await other.get(SECURITY)).status).toBe(303);
  expect((await other.signIn(email)).status).toBe(422);
  expect((await other.signIn(email, LONG)).status).toBe(303);
});

test("the second factor is set up with a code to scan and codes shown once, and turned off", async () => {
  const { visitor: came, email } = await cameIn();
  const off = await came.get(SECURITY);
  expect(off.html).toContain('id="tf-h">Second factor</h2><span class="chip" data-tone="off">Off');
  const wrong = await came.post(`${SECURITY}/factor`, { password: LONG });
  expect(errorAt(wrong.html, "f-factor-password")).toBe("Must be your present password.");
  const begun = await came.post(`${SECURITY}/factor`, { password: PASSWORD });
  expect(begun.status).toBe(200);
  expect(begun.html).toContain('aria-label="QR code: for an authenticator app"');
  const uri = idIn(begun.html, /name="uri" value="([^"]+)"/).replaceAll("&amp;", "&");
  const codes = idIn(begun.html, /name="codes" value="([^"]+)"/);
  expect(codes.split(" ")).toHaveLength(10);
  const secret = new URL(uri).searchParams.get("secret") ?? "";
  expect(begun.html).toContain(secret.replaceAll(/.{4}(?=.)/g, "$& "));
  // A wrong code shows the same again, since it can't be looked up.
  const no = await came.post(`${SECURITY}/factor/confirm`, { code: "000000", uri, codes });
  expect(no.status).toBe(422);
  expect(errorAt(no.html, "f-factor-confirm-code")).toBeTruthy();
  expect(idIn(no.html, /name="uri" value="([^"]+)"/).replaceAll("&amp;", "&")).toBe(uri);
  expect(idIn(no.html, /name="codes" value="([^"]+)"/)).toBe(codes);
  const odd = { code: "000000", uri: "javascript:alert(1)", codes: "<b>" };
  const forged = await came.post(`${SECURITY}/factor/confirm`, odd);
  expect(forged.html).not.toContain("javascript:");
  const on = await came.post(`${SECURITY}/factor/confirm`, { code: totp(secret), uri, codes });
  expect([on.status, on.to]).toEqual([303, SECURITY]);
  const shown = await came.get(SECURITY);
  expect(shown.html).toContain("10 backup codes are left");
  expect(shown.html).not.toContain(codes.split(" ")[0]);
  const other = new Visitor(came.world);
  expect((await other.signIn(email)).to).toBe("/dashboard/sign-in/second");

  const made = await came.post(`${SECURITY}/factor/codes`, { password: PASSWORD });
  expect(made.html).toContain("Your new backup codes");
  expect((await came.get(SECURITY)).html).not.toContain("Your new backup codes");
  const stays = await came.post(`${SECURITY}/factor/end`, { password: LONG });
  expect(errorAt(stays.html, "f-factor-end-password")).toBeTruthy();
  expect((await came.post(`${SECURITY}/factor/end`, { password: PASSWORD })).to).toBe(SECURITY);
  expect((await other.signIn(email)).to).toBe("/dashboard");
});

test("few codes left are said on top", async () => {
  const { visitor: came, email } = await cameIn();
  const begun = await came.post(`${SECURITY}/factor`, { password: PASSWORD });
  const uri = idIn(begun.html, /name="uri" value="([^"]+)"/).replaceAll("&amp;", "&");
  const codes = idIn(begun.html, /name="codes" value="([^"]+)"/).split(" ");
  const code = totp(new URL(uri).searchParams.get("secret") ?? "");
  await came.post(`${SECURITY}/factor/confirm`, { code });
  expect((await came.get(SECURITY)).html).not.toContain("of 10 backup codes");
  for (const each of codes.slice(0, 7)) {
    const other = new Visitor(came.world);
    await other.signIn(email);
    expect((await other.post("/dashboard/sign-in/second/backup", { code: each })).status).toBe(303);
  }
  expect((await came.get(SECURITY)).html).toContain("3 of 10 backup codes are left.");
});

test("a passkey is added by the form that the script fills in, named and removed", async () => {
  const { visitor: came } = await cameIn();
  const key = new Authenticator(ORIGIN);
  const asked = await came.get(`${SECURITY}/passkeys`);
  expect(asked.headers.get("content-type")).toContain("application/json");
  const credential = JSON.stringify(key.create(JSON.parse(asked.html)));
  const nameless = await came.post(`${SECURITY}/passkeys`, { credential, name: "" });
  expect(errorAt(nameless.html, "f-passkeys-name")).toBeTruthy();
  const none = await came.post(`${SECURITY}/passkeys`, { credential: "", name: "Laptop" });
  expect(none.status).toBe(422);
  expect(none.html).toMatch(/<dialog[^>]*id="add-passkey"[^>]*open/);
  expect(none.html).toContain("Must be what your browser just made.");
  expect(none.html).toContain('value="Laptop"');
  const added = await came.post(`${SECURITY}/passkeys`, { credential, name: "Laptop" });
  expect([added.status, added.to]).toEqual([303, SECURITY]);
  const shown = await came.get(SECURITY);
  expect(shown.html).toContain("2 ways in");
  expect(shown.html).toContain("Remove the passkey “Laptop”?");
  expect(shown.html).toContain("Your password still does.");
  const id = idIn(shown.html, /security\/passkeys\/([^/"]+)\/remove"/);
  const { visitor: stranger } = await cameIn(came.world);
  expect((await stranger.post(`${SECURITY}/passkeys/${id}/remove`)).status).toBe(404);
  expect((await came.post(`${SECURITY}/passkeys/${id}/remove`)).to).toBe(SECURITY);
  expect((await came.get(SECURITY)).html).toContain("1 way in");
});

test("who signed in more than a day ago is asked to again, before passkeys and the end of their user", async () => {
  const { visitor: came, email } = await cameIn();
  await rows(
    "UPDATE sessions SET created_at = ? WHERE user_id = (SELECT id FROM users WHERE email = ?)",
    Date.now() - 86_400_001,
    email,
  );
  const page = await came.get(SECURITY);
  expect(page.html).toContain("You signed in more than a day ago.");
  expect(page.html).toMatch(/commandfor="delete"[^>]*disabled/);
  expect((await came.get(`${SECURITY}/passkeys`)).status).toBe(403);
  const answer = await came.post(`${SECURITY}/delete`, { email });
  expect([answer.status, answer.html.includes("Sign in again")]).toEqual([403, true]);
  expect((await came.post("/dashboard/sign-out", { next: SECURITY })).to).toBe(SECURITY);
  expect((await came.get(SECURITY)).to).toBe("/dashboard/sign-in?next=%2Fdashboard%2Fsecurity");
});

test("the name is changed, and what is wrong with one stands at it", async () => {
  const { visitor: came } = await cameIn();
  const bad = await came.post(`${SECURITY}/name`, { name: " " });
  expect(bad.status).toBe(422);
  expect(errorAt(bad.html, "f-name-name")).toBeTruthy();
  expect((await came.post(`${SECURITY}/name`, { name: "<b>Mira</b>" })).to).toBe(SECURITY);
  const page = await came.get(SECURITY);
  expect(page.html).toContain("&lt;b&gt;Mira&lt;/b&gt;");
  expect(page.html).not.toContain("<b>Mira");
});

test("a user is deleted by who types their address, unless an account would have no owner", async () => {
  const here = world();
  const { visitor: came, email } = await cameIn(here);
  const page = await came.get(SECURITY);
  expect(page.html).toContain("First make somebody else an owner of Ann, or delete it");
  const wrong = await came.post(`${SECURITY}/delete`, { email: "other@example.com" });
  expect(errorAt(wrong.html, "f-delete-email")).toBe("Must be your own address.");
  const owner = await came.post(`${SECURITY}/delete`, { email });
  expect(owner.status).toBe(409);
  expect(noticeOf(owner.html)).toContain("You are the last owner of Ann.");
  expect(owner.html).toMatch(/<dialog[^>]*id="delete"[^>]*open/);
  const other = await signedIn("viewer");
  const done = await other.post(`${SECURITY}/delete`, { email: other.email });
  expect([done.status, done.to]).toEqual([303, "/dashboard/sign-in"]);
  expect(await rows("SELECT 1 FROM users WHERE id = ?", other.id)).toEqual([]);
  expect((await other.get(SECURITY)).status).toBe(303);
});

test("who has no password is sent a link that sets one, and no dialog asks for it", async () => {
  const here = world();
  const email = await newUser(here);
  const came = new Visitor(here);
  await came.signIn(email);
  await bindings.DB.prepare(
    "UPDATE logins SET provider_id = 'github', password = NULL WHERE user_id = (SELECT id FROM users WHERE email = ?)",
  )
    .bind(email)
    .run();
  const page = await came.get(SECURITY);
  expect(page.html).toContain("You come in without one.");
  expect(page.html).not.toMatch(/id="f-password-current"/);
  expect(page.html).not.toMatch(/id="f-factor-password"/);
  expect(page.html).toContain("Lets you in<");
  expect((await came.post("/dashboard/forgot", { email })).html).toContain("Look into your mail");
});

test("what another site posts changes nothing", async () => {
  const { visitor: came, email } = await cameIn();
  const foreign = { "sec-fetch-site": "cross-site" };
  for (const [path, fields] of [
    ["/password", { current: PASSWORD, password: LONG }],
    ["/factor", { password: PASSWORD }],
    ["/factor/codes", { password: PASSWORD }],
    ["/factor/end", { password: PASSWORD }],
    ["/sessions/end-others", {}],
    ["/sessions/x/end", {}],
    ["/passkeys", { name: "x", credential: "{}" }],
    ["/passkeys/x/remove", {}],
    ["/name", { name: "Eve" }],
    ["/delete", { email }],
  ] as const) {
    expect((await came.post(SECURITY + path, fields, foreign)).status, path).toBe(403);
  }
  expect((await came.get(SECURITY)).html).toContain("Ann");
});

test("GitHub is disconnected while something else lets one in, and let in again", async () => {
  const { visitor: came, email } = await cameIn(
    world({ providers: { github: { clientId: "client", clientSecret: "secret" } } }),
  );
  const { html } = await came.get(SECURITY);
  expect(html).toContain(`Sign in by it once with ${email}`);
  expect((await came.post(`${SECURITY}/logins/github/end`)).status).toBe(404);
  await rows(
    `INSERT INTO logins (id, user_id, provider_id, login_id, created_at, updated_at)
     SELECT ?, id, 'github', '7', 0, 0 FROM users WHERE email = ?`,
    crypto.randomUUID(),
    email,
  );
  const page = await came.get(SECURITY);
  expect(page.html).toContain("Disconnect GitHub?");
  expect(page.html).toContain("Your password still does.");
  expect(page.html).toContain("2 ways in");
  expect((await came.post(`${SECURITY}/logins/github/end`)).to).toBe(SECURITY);
  const after = await came.get(SECURITY);
  expect(after.html).toContain("Disconnected by you");
  expect(after.html).toContain("1 way in");
  expect((await came.post(`${SECURITY}/logins/github/allow`)).to).toBe(SECURITY);
  expect((await came.get(SECURITY)).html).toContain(`Sign in by it once with ${email}`);
  // What is the only way in stays, and the dialog says so.
  await rows(
    "UPDATE logins SET provider_id = 'github' WHERE user_id = (SELECT id FROM users WHERE email = ?)",
    email,
  );
  const kept = await came.post(`${SECURITY}/logins/github/end`);
  expect(kept.status).toBe(422);
  expect(kept.html).toMatch(/<dialog[^>]*id="login-github"[^>]* open/);
  expect(kept.html).toContain("nothing else lets you in");
});
