// Passkeys: added by who is signed in, used in place of password and second factor, each answer once.
import { expect, test } from "vitest";
import type { PersonCtx } from "../../../src/domain/context.ts";
import {
  addPasskey,
  listPasskeys,
  passkeyRegistrationOptions,
  removePasskey,
} from "../../../src/identity/passkeys.ts";
import { passkeySignInOptions, signInByPasskey } from "../../../src/identity/passkey-sign-in.ts";
import { Authenticator, type Deviations } from "../../support/authenticator.ts";
import {
  Browser,
  expectInvalid,
  newUser,
  refusalOf,
  signedIn,
  world,
  type World,
} from "../../support/identity.ts";
import { ORIGIN, rows } from "../../support/worker.ts";

const MINUTE_MS = 60_000;

async function add(ctx: PersonCtx, browser: Browser, key: Authenticator, name = "Laptop") {
  const credential = key.create(await passkeyRegistrationOptions(ctx, browser.at()));
  return addPasskey(ctx, browser.at(), { name, credential });
}

async function withPasskey(here: World, now?: number) {
  const email = await newUser(here);
  const browser = await signedIn(here, email);
  const ctx = await browser.signedIn(here.ctx);
  const key = new Authenticator(ORIGIN);
  if (now !== undefined) key.counter = now;
  const passkey = await add(ctx, browser, key);
  return { email, browser, ctx, key, passkey };
}

function use({ ctx }: World, key: Authenticator, browser = new Browser(), wrong: Deviations = {}) {
  const credential = key.get(passkeySignInOptions(ctx, browser.at()), wrong);
  return signInByPasskey(ctx, browser.at(), { credential });
}

test("somebody adds a passkey and signs in by it, also where it comes as a field of a form", async () => {
  const here = world();
  const { key, email, ctx, passkey } = await withPasskey(here);
  await here.settled();
  expect(here.mails.at(-1)?.text).toContain("A passkey was added.");
  const browser = new Browser();
  browser.keep(await use(here, key, browser));
  expect(await browser.person(here.ctx)).toMatchObject({ email });
  const again = new Browser();
  const credential = JSON.stringify(key.get(passkeySignInOptions(here.ctx, again.at())));
  again.keep(await signInByPasskey(here.ctx, again.at(), { credential, remember: "on" }));
  expect(await again.person(here.ctx)).toMatchObject({ email });
  const [shown, ...others] = await listPasskeys(ctx);
  expect(others).toEqual([]);
  expect(shown).toMatchObject({ id: passkey.id, name: "Laptop", isBackedUp: false });
  expect(shown?.usedAt).toBeGreaterThan(0);
});

test("what was signed before, for another use, another person or too long ago, lets nobody in", async () => {
  let now = Date.now();
  const here = world({}, () => now);
  const { key, ctx, browser } = await withPasskey(here);
  const visitor = new Browser();
  const asked = passkeySignInOptions(here.ctx, visitor.at());
  const credential = key.get(asked);
  await signInByPasskey(here.ctx, visitor.at(), { credential });
  await expectInvalid(signInByPasskey(here.ctx, visitor.at(), { credential }), "credential");
  // the same challenge, signed anew
  await expectInvalid(
    signInByPasskey(here.ctx, visitor.at(), { credential: key.get(asked) }),
    "credential",
  );
  const registration = await passkeyRegistrationOptions(ctx, browser.at());
  for (const challenge of [registration.challenge, "AAAA", asked.challenge.slice(0, -4)]) {
    await expectInvalid(
      signInByPasskey(here.ctx, visitor.at(), { credential: key.get({ challenge }) }),
      "credential",
    );
  }
  const late = passkeySignInOptions(here.ctx, visitor.at());
  now += 5 * MINUTE_MS + 1;
  await expectInvalid(
    signInByPasskey(here.ctx, visitor.at(), { credential: key.get(late) }),
    "credential",
  );
  const other = await signedIn(here, await newUser(here));
  const theirs = await other.signedIn(here.ctx);
  const answer = new Authenticator(ORIGIN).create(registration);
  await expectInvalid(
    addPasskey(theirs, other.at(), { name: "Laptop", credential: answer }),
    "credential",
  );
});

test("a passkey that is unknown, not its user's, or of somebody unconfirmed, lets nobody in", async () => {
  const here = world();
  const { key, email } = await withPasskey(here);
  await expectInvalid(use(here, new Authenticator(ORIGIN)), "credential");
  await expectInvalid(use(here, key, new Browser(), { userHandle: "somebody else" }), "credential");
  await expectInvalid(use(here, key, new Browser(), { flags: 0x01 }), "credential");
  const [user] = await rows("SELECT id FROM users WHERE email = ?", email);
  await use(here, key, new Browser(), { userHandle: user.id });
  await rows("UPDATE users SET email_verified = 0 WHERE email = ?", email);
  await expectInvalid(use(here, key), "credential");
});

test("a count that does not grow says that the key was copied", async () => {
  const here = world();
  const { key } = await withPasskey(here, 5);
  await use(here, key);
  await expectInvalid(use(here, key, new Browser(), { counter: 6 }), "credential");
  await expectInvalid(use(here, key, new Browser(), { counter: 0 }), "credential");
  await use(here, key, new Browser(), { counter: 50 });
  await expectInvalid(use(here, key, new Browser(), { counter: 50 }), "credential");
});

test("a passkey is added once, twenty are kept, and its user alone removes it", async () => {
  const here = world();
  const { key, ctx, browser, passkey } = await withPasskey(here);
  await expectInvalid(add(ctx, browser, key), "credential");
  const stranger = await signedIn(here, await newUser(here));
  const theirs = await stranger.signedIn(here.ctx);
  await expectInvalid(add(theirs, stranger, key), "credential");
  expect(await refusalOf(removePasskey(theirs, passkey.id))).toMatchObject({ code: "not_found" });
  expect(await listPasskeys(theirs)).toEqual([]);
  await rows(
    `INSERT INTO passkeys (id, user_id, name, credential_id, public_key, counter, is_backed_up, transports, created_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 19)
     SELECT 'p' || i, ?, 'Key', 'c' || i, '', 0, 0, '[]', 1 FROM n`,
    ctx.person.id,
  );
  await expectInvalid(add(ctx, browser, new Authenticator(ORIGIN)), "name");
  await removePasskey(ctx, passkey.id);
  await expectInvalid(use(here, key), "credential");
  await add(ctx, browser, new Authenticator(ORIGIN));
});

test("who signed in long ago adds no passkey", async () => {
  let now = Date.now();
  const here = world({}, () => now);
  const browser = await signedIn(here, await newUser(here));
  now += 25 * 60 * MINUTE_MS;
  const ctx = await browser.signedIn(here.ctx);
  const refused = await refusalOf(passkeyRegistrationOptions(ctx, browser.at()));
  expect(refused).toMatchObject({ code: "forbidden" });
  const credential = new Authenticator(ORIGIN).create({ challenge: "AAAA" });
  expect(await refusalOf(addPasskey(ctx, browser.at(), { name: "a", credential }))).toMatchObject({
    code: "forbidden",
  });
});

test("asking for a challenge leaves no row behind, whoever asks", async () => {
  const { ctx } = world();
  const before = await rows("SELECT count(*) n FROM verifications");
  for (let at = 0; at < 5; at += 1) passkeySignInOptions(ctx, new Browser().at());
  expect(await rows("SELECT count(*) n FROM verifications")).toEqual(before);
});
