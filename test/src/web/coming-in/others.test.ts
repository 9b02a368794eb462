// Coming in by what one has elsewhere, GitHub say, and by a passkey.
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { passkeyRegistrationOptions, addPasskey } from "../../../../src/identity/passkeys.ts";
import { Authenticator } from "../../../support/authenticator.ts";
import { newEmail, newUser, world } from "../../../support/identity.ts";
import { cameIn, Visitor } from "../../../support/visitor.ts";
import { ORIGIN } from "../../../support/worker.ts";

const providers = { github: { clientId: "client", clientSecret: "secret" } };
const CALLBACK = "/dashboard/auth/callback/github";

/** Who GitHub says it is. */
let login = { id: 1, email: "", verified: true };

beforeEach(() => {
  login = { id: Math.floor(Math.random() * 1e9), email: newEmail(), verified: true };
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const url = new Request(input).url;
    const { id, email, verified } = login;
    if (url.includes("access_token")) {
      return Response.json({ access_token: "gho_secret", token_type: "bearer", scope: "user" });
    }
    if (url.endsWith("/user")) return Response.json({ id, login: "ann", name: "Ann", email });
    return Response.json([{ email, verified, primary: true }]);
  });
  onTestFinished(() => spy.mockRestore());
});

/** Goes to GitHub and comes back. */
async function comeIn(came: Visitor, next = "") {
  const gone = await came.post("/dashboard/auth/github", { next });
  expect(gone.status).toBe(303);
  const state = new URL(gone.to ?? "").searchParams.get("state") ?? "";
  return came.get(`${CALLBACK}?code=abc&state=${state}`, { "sec-fetch-site": "cross-site" });
}

test("somebody goes to GitHub, comes back and is in, where they wanted to", async () => {
  const here = world({ providers });
  const came = new Visitor(here);
  const gone = await came.post("/dashboard/auth/github");
  expect(gone.to).toMatch(/^https:\/\/github\.com\/login\/oauth\/authorize\?/);
  expect((await comeIn(came)).to).toBe("/dashboard");
  expect((await came.get("/dashboard")).to).toMatch(/^\/dashboard\/\d+$/);
  const again = new Visitor(here);
  expect((await comeIn(again, "/dashboard/security")).to).toBe("/dashboard/security");
  expect((await again.get("/dashboard/security")).html).toContain(login.email);
  expect(again.cookies.has("slipway_next")).toBe(false);
});

test.each(["https://evil.example", "//evil.example", "/\\evil.example"])(
  "GitHub leads nobody on to %s, whatever the cookie says",
  async (next) => {
    const came = new Visitor(world({ providers }));
    expect((await comeIn(came, next)).to).toBe("/dashboard");
    const other = new Visitor(came.world);
    const gone = await other.post("/dashboard/auth/github");
    other.cookies.set("slipway_next", encodeURIComponent(next));
    const state = new URL(gone.to ?? "").searchParams.get("state") ?? "";
    expect((await other.get(`${CALLBACK}?code=abc&state=${state}`)).to).toBe("/dashboard");
  },
);

test("who could not come in is told why on the sign-in page", async () => {
  const invited = new Visitor(world({ providers, signUp: "invited" }));
  const none = await comeIn(invited, "/dashboard/security");
  expect(none.to).toBe("/dashboard/sign-in?next=%2Fdashboard%2Fsecurity&failed=not_invited");
  const page = await invited.get(none.to ?? "");
  expect(page.html).toContain("Nobody here has that address.");
  expect(page.html).toContain('name="next" value="/dashboard/security"');
  login.verified = false;
  const unconfirmed = await comeIn(new Visitor(world({ providers })));
  expect(unconfirmed.to).toBe("/dashboard/sign-in?failed=unconfirmed");
  // Not the browser that began it, and words of somebody else's.
  const stranger = new Visitor(world({ providers }));
  const failed = await stranger.get(`${CALLBACK}?code=abc&state=made-up`);
  expect(failed.to).toBe("/dashboard/sign-in?failed=failed");
  const odd = await stranger.get("/dashboard/sign-in?failed=<b>");
  expect(odd.html).toContain("That did not work.");
  expect(odd.html).not.toContain("<b>");
});

test("only GitHub and Google that are set up are there, and only for a form of ours", async () => {
  const none = new Visitor(world());
  for (const name of ["github", "google", "facebook", "__proto__"]) {
    expect((await none.post(`/dashboard/auth/${name}`)).status, name).toBe(404);
    expect((await none.get(`/dashboard/auth/callback/${name}`)).status, name).toBe(404);
  }
  const here = new Visitor(world({ providers }));
  expect((await here.get("/dashboard/auth/github")).status).toBe(405);
  const foreign = { "sec-fetch-site": "cross-site" };
  expect((await here.post("/dashboard/auth/github", {}, foreign)).status).toBe(403);
});

/** Somebody with a passkey, and a browser that is not signed in. */
async function withPasskey() {
  const { visitor: came, email } = await cameIn();
  const ctx = await came.signedIn(came.world.ctx);
  const key = new Authenticator(ORIGIN);
  const credential = key.create(await passkeyRegistrationOptions(ctx, came.at()));
  await addPasskey(ctx, came.at(), { name: "Laptop", credential });
  return { email, key, other: new Visitor(came.world) };
}

test("a passkey signs in by the form that the script fills in", async () => {
  const { email, key, other } = await withPasskey();
  const asked = await other.get("/dashboard/sign-in/passkey");
  expect(asked.headers.get("content-type")).toContain("application/json");
  const credential = JSON.stringify(key.get(JSON.parse(asked.html)));
  const next = "/dashboard/security";
  const done = await other.post("/dashboard/sign-in/passkey", { credential, next });
  expect([done.status, done.to]).toEqual([303, next]);
  expect((await other.get(next)).html).toContain(email);
  const again = await new Visitor(other.world).post("/dashboard/sign-in/passkey", { credential });
  expect(again.status).toBe(422);
  expect(again.html).toContain("Must answer what was asked in the last five minutes, once.");
});

test("a passkey of nobody, and what is none, show the sign-in page with the reason", async () => {
  const other = new Visitor(world());
  const asked = await other.get("/dashboard/sign-in/passkey");
  const unknown = JSON.stringify(new Authenticator(ORIGIN).get(JSON.parse(asked.html)));
  for (const credential of [unknown, "", "{}", "null", "x".repeat(30_000)]) {
    const answer = await other.post("/dashboard/sign-in/passkey", { credential });
    expect(answer.status, credential.slice(0, 20)).toBe(422);
    expect(answer.html).toContain("<h1>Sign in</h1>");
    expect(answer.html).toMatch(/data-passkey-says[^>]*>[^<]+</);
    // What the browser answered is good once.
    expect(answer.html).toMatch(/name="credential"\/>/);
  }
});

test("a user of a known address comes in by GitHub too, with the second factor of their user", async () => {
  const here = world({ providers });
  login.email = await newUser(here);
  const came = new Visitor(here);
  expect((await comeIn(came)).to).toBe("/dashboard");
  expect((await came.get("/dashboard/security")).html).toContain("Lets you in<");
});
