// The second factor: set up by who gives their password, asked for at each sign-in, each code once, and never skipped.
import { expect, test } from "vitest";
import { backupCodesLeft } from "../../../src/identity/backup-codes-left.ts";
import { changePassword, resetPassword, requestReset } from "../../../src/identity/passwords.ts";
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  newBackupCodes,
  secondFactorOf,
} from "../../../src/identity/second-factor.ts";
import { confirmSecond, signIn } from "../../../src/identity/sign-in.ts";
import {
  Browser,
  expectInvalid,
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

/** Somebody with a second factor, signed in. */
async function withSecond(here: World) {
  const email = await newUser(here);
  const browser = await signedIn(here, email);
  const begun = await beginSecondFactor(await browser.signedIn(here.ctx), browser.at(), {
    password: PASSWORD,
  });
  browser.keep(
    await confirmSecondFactor(await browser.signedIn(here.ctx), browser.at(), {
      code: totp(begun.secret),
    }),
  );
  return { email, browser, ...begun };
}

/** A browser in which the password was right, and the second factor is asked for. */
async function asked({ ctx }: World, email: string, remember = {}) {
  const browser = new Browser();
  const { second } = browser.keep(
    await signIn(ctx, browser.at(), { email, password: PASSWORD, ...remember }),
  );
  expect(second).toBe(true);
  return browser;
}

test("somebody sets up a second factor, and is asked for it at the next sign-in", async () => {
  const here = world();
  const { ctx } = here;
  const email = await newUser(here);
  const browser = await signedIn(here, email);
  const other = await signedIn(here, email);
  const mine = await browser.signedIn(ctx);
  await expectInvalid(
    beginSecondFactor(mine, browser.at(), { password: "wrong wrong" }),
    "password",
  );
  const { uri, secret, codes } = await beginSecondFactor(mine, browser.at(), {
    password: PASSWORD,
  });
  expect(uri).toContain(`secret=${secret}`);
  expect(uri).toMatch(/^otpauth:\/\/totp\/Slipway/);
  expect(new Set(codes).size).toBe(10);
  // begun is not on
  expect((await signIn(ctx, new Browser().at(), { email, password: PASSWORD })).second).toBe(false);
  await expectInvalid(confirmSecondFactor(mine, browser.at(), { code: "000000" }), "code");
  const first = totp(secret);
  browser.keep(await confirmSecondFactor(mine, browser.at(), { code: first }));
  expect(await secondFactorOf(await browser.signedIn(ctx))).toEqual({
    isOn: true,
    hasPassword: true,
  });
  expect(await other.person(ctx)).not.toBeNull();
  expect(
    await refusalOf(
      beginSecondFactor(await browser.signedIn(ctx), browser.at(), { password: PASSWORD }),
    ),
  ).toMatchObject({ code: "forbidden" });

  const next = await asked(here, email);
  expect(await next.person(ctx)).toBeNull();
  await expectInvalid(confirmSecond(ctx, next.at(), { code: "000000" }), "code");
  // the code that turned it on was used by that
  const early = await asked(here, email);
  await expectInvalid(confirmSecond(ctx, early.at(), { code: first }), "code");
  next.keep(await confirmSecond(ctx, next.at(), { code: totp(secret, 1) }));
  expect(await next.person(ctx)).toMatchObject({ email });
});

test("a code counts once, and a backup code is used up", async () => {
  const here = world();
  const { ctx } = here;
  const { email, secret, codes } = await withSecond(here);
  const code = totp(secret, 1);
  const [first, second] = [await asked(here, email), await asked(here, email)];
  first.keep(await confirmSecond(ctx, first.at(), { code }));
  await expectInvalid(confirmSecond(ctx, second.at(), { code }), "code");
  expect(await second.person(ctx)).toBeNull();
  const [backup = ""] = codes;
  const third = await asked(here, email);
  third.keep(await confirmSecond(ctx, third.at(), { code: backup }));
  const fourth = await asked(here, email);
  await expectInvalid(confirmSecond(ctx, fourth.at(), { code: backup }), "code");
});

test("a session of somebody else in the same browser answers for nobody's second factor", async () => {
  const here = world();
  const { ctx } = here;
  const ann = await withSecond(here);
  const eve = await withSecond(here);
  const elsewhere = await asked(here, eve.email);
  elsewhere.keep(await confirmSecond(ctx, elsewhere.at(), { code: eve.codes[0] }));
  const browser = eve.browser;
  const { second } = browser.keep(
    await signIn(ctx, browser.at(), { email: ann.email, password: PASSWORD }),
  );
  // the session that the browser had has ended; it gets another one of hers
  expect(await browser.person(ctx)).toBeNull();
  for (const [name, value] of elsewhere.cookies) browser.cookies.set(name, value);
  expect(second).toBe(true);
  await expectInvalid(confirmSecond(ctx, browser.at(), { code: totp(eve.secret, 1) }), "code");
  expect((await browser.person(ctx))?.email).not.toBe(ann.email);
});

test("five wrong codes end a sign-in, and ten all sign-ins for a while", async () => {
  const here = world();
  const { ctx } = here;
  const { email, secret } = await withSecond(here);
  const browser = await asked(here, email);
  for (let at = 0; at < 5; at += 1) {
    await expectInvalid(confirmSecond(ctx, browser.at(), { code: "000000" }), "code");
  }
  await expectInvalid(confirmSecond(ctx, browser.at(), { code: totp(secret, 1) }), "code");
  const again = await asked(here, email);
  for (let at = 0; at < 5; at += 1) {
    await expectInvalid(confirmSecond(ctx, again.at(), { code: "aaaaa-aaaaa" }), "code");
  }
  const last = await asked(here, email);
  expect(await refusalOf(confirmSecond(ctx, last.at(), { code: totp(secret, 1) }))).toMatchObject({
    code: "rate_limited",
  });
  await expectInvalid(confirmSecond(ctx, new Browser().at(), { code: totp(secret, 1) }), "code");
});

test("a new password keeps the second factor, and a browser not to be remembered is not", async () => {
  const here = world();
  const { ctx, mails, settled } = here;
  const { email, secret } = await withSecond(here);
  await requestReset(ctx, new Browser().at(), { email });
  await settled();
  const token = tokenIn(mails.find(({ text }) => text.includes("token=")));
  await resetPassword(ctx, new Browser().at(), { token, password: PASSWORD });
  const browser = await asked(here, email);
  const { cookies } = browser.keep(
    await confirmSecond(ctx, browser.at(), { code: totp(secret, 1) }),
  );
  const session = cookies.find((each) => each.includes("session_token=") && !each.includes("=;"));
  expect(session).not.toContain("Max-Age");
  const other = await withSecond(here);
  const kept = await asked(here, other.email, { remember: "on" });
  const answer = kept.keep(await confirmSecond(ctx, kept.at(), { code: totp(other.secret, 1) }));
  expect(answer.cookies.join("\n")).toContain("Max-Age=34560000;");
});

test("who gives their password gets new backup codes, or ends the second factor", async () => {
  const here = world();
  const { ctx } = here;
  const { email, browser, codes } = await withSecond(here);
  const mine = await browser.signedIn(ctx);
  await expectInvalid(newBackupCodes(mine, browser.at(), { password: "wrong wrong" }), "password");
  const { codes: fresh } = await newBackupCodes(mine, browser.at(), { password: PASSWORD });
  const next = await asked(here, email);
  await expectInvalid(confirmSecond(ctx, next.at(), { code: codes[0] }), "code");
  next.keep(await confirmSecond(ctx, next.at(), { code: fresh[0] }));
  await expectInvalid(endSecondFactor(mine, browser.at(), { password: "wrong wrong" }), "password");
  browser.keep(await endSecondFactor(mine, browser.at(), { password: PASSWORD }));
  expect(await secondFactorOf(await browser.signedIn(ctx))).toMatchObject({ isOn: false });
  await signedIn(here, email);
  expect(
    await refusalOf(
      newBackupCodes(await browser.signedIn(ctx), browser.at(), { password: PASSWORD }),
    ),
  ).toMatchObject({ code: "forbidden" });
});

test("the secret and the backup codes are sealed where they are stored", async () => {
  const here = world();
  const { secret, codes } = await withSecond(here);
  const stored = JSON.stringify(await rows("SELECT * FROM two_factors"));
  for (const text of [secret, ...codes]) expect(stored).not.toContain(text);
});

test("a second factor sealed by a former key is no fault: who has it is told, and a link by mail ends it", async () => {
  const before = world();
  const { email } = await withSecond(before);
  const key = "another key of the installation, as long as it has to be";
  const here = { ...before, ctx: { ...before.ctx, signIn: { ...before.ctx.signIn, secret: key } } };
  const { ctx, mails, settled } = here;
  const refusal = await refusalOf(
    signIn(ctx, new Browser().at(), { email, password: PASSWORD, remember: "on" }),
  );
  expect(JSON.stringify(refusal)).toContain("can't be read here any more");
  // who does not know the password learns nothing of it
  const wrong = await refusalOf(
    signIn(ctx, new Browser().at(), { email, password: "wrong wrong wrong" }),
  );
  expect(JSON.stringify(wrong)).not.toContain("second factor");
  await requestReset(ctx, new Browser().at(), { email });
  await settled();
  const token = tokenIn(mails.find(({ text }) => text.includes("/reset?")));
  await resetPassword(ctx, new Browser().at(), { token, password: PASSWORD });
  const browser = await signedIn(here, email);
  expect(await secondFactorOf(await browser.signedIn(ctx))).toMatchObject({ isOn: false });
});

test("who came in otherwise ends a second factor that can't be read, and gets no codes of it", async () => {
  const here = world();
  const { ctx } = here;
  const { email, browser } = await withSecond(here);
  await rows(
    "UPDATE two_factors SET secret = 'ab', backup_codes = 'cd' WHERE user_id IN (SELECT id FROM users WHERE email = ?)",
    email,
  );
  const mine = await browser.signedIn(ctx);
  expect(await backupCodesLeft(mine, browser.at())).toBeNull();
  const refusal = await refusalOf(newBackupCodes(mine, browser.at(), { password: PASSWORD }));
  expect(refusal).toMatchObject({ code: "forbidden" });
  browser.keep(await endSecondFactor(mine, browser.at(), { password: PASSWORD }));
  await signedIn(here, email);
});

test("a sign-in that waits for its code ends with the factor, and with a new password", async () => {
  const here = world();
  const { ctx, mails, settled } = here;
  const ann = await withSecond(here);
  const waiting = await asked(here, ann.email);
  const mine = await ann.browser.signedIn(ctx);
  ann.browser.keep(await endSecondFactor(mine, ann.browser.at(), { password: PASSWORD }));
  await expectInvalid(confirmSecond(ctx, waiting.at(), { code: ann.codes[0] }), "code");
  const refusal = await refusalOf(confirmSecond(ctx, waiting.at(), { code: totp(ann.secret, 1) }));
  expect(refusal.code).toMatch(/^(invalid|forbidden)$/);

  const bob = await withSecond(here);
  const [early, late] = [await asked(here, bob.email), await asked(here, bob.email)];
  const owner = await bob.browser.signedIn(ctx);
  await requestReset(ctx, new Browser().at(), { email: bob.email });
  await requestReset(ctx, new Browser().at(), { email: bob.email });
  await settled();
  const links = mails.filter(({ text }) => text.includes("/reset?")).map(tokenIn);
  const password = "another long password";
  bob.browser.keep(await changePassword(owner, bob.browser.at(), { current: PASSWORD, password }));
  await expectInvalid(confirmSecond(ctx, early.at(), { code: bob.codes[0] }), "code");
  for (const token of links) {
    await expectInvalid(resetPassword(ctx, new Browser().at(), { token, password }), "token");
  }
  await requestReset(ctx, new Browser().at(), { email: bob.email });
  await requestReset(ctx, new Browser().at(), { email: bob.email });
  await settled();
  const [first = "", second = ""] = mails
    .filter(({ text }) => text.includes("/reset?"))
    .map(tokenIn)
    .slice(-2);
  await resetPassword(ctx, new Browser().at(), { token: first, password });
  await expectInvalid(resetPassword(ctx, new Browser().at(), { token: second, password }), "token");
  await expectInvalid(confirmSecond(ctx, late.at(), { code: bob.codes[1] }), "code");
});

test("two that use a backup code at once are one sign-in, and no fault", async () => {
  const here = world();
  const { ctx } = here;
  const { email, codes } = await withSecond(here);
  const browsers = [await asked(here, email), await asked(here, email), await asked(here, email)];
  const ends = await Promise.allSettled(
    browsers.map(async (browser) => confirmSecond(ctx, browser.at(), { code: codes[0] })),
  );
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const end of ends) {
    if (end.status === "rejected")
      expect(end.reason).toMatchObject({ refusal: { code: "invalid" } });
  }
});

test("who has no password changes the second factor in a session of the last day alone", async () => {
  const here = world();
  const { ctx } = here;
  const email = await newUser(here);
  const browser = await signedIn(here, email);
  await rows("DELETE FROM logins WHERE user_id IN (SELECT id FROM users WHERE email = ?)", email);
  const mine = await browser.signedIn(ctx);
  await beginSecondFactor(mine, browser.at(), {});
  await rows(
    "UPDATE sessions SET created_at = ? WHERE id = ?",
    Date.now() - 90_000_000,
    mine.person.sessionId,
  );
  for (const verb of [beginSecondFactor, endSecondFactor, newBackupCodes]) {
    expect(await refusalOf(verb(mine, browser.at(), {}))).toMatchObject({ code: "forbidden" });
  }
});

test("what a browser says of itself is kept in part, however it came in", async () => {
  const here = world();
  const { email, browser, codes } = await withSecond(here);
  const long = { "user-agent": "x".repeat(5000) };
  const other = await asked(here, email);
  await confirmSecond(here.ctx, other.at("/", long), { code: codes[0] });
  const mine = await browser.signedIn(here.ctx);
  await endSecondFactor(mine, browser.at("/", long), { password: PASSWORD });
  await signIn(here.ctx, new Browser().at("/", long), { email, password: PASSWORD });
  const kept = await rows(
    "SELECT length(user_agent) n FROM sessions WHERE user_id = ? ORDER BY n DESC",
    mine.person.id,
  );
  expect(kept.length).toBeGreaterThan(2);
  expect(kept[0]).toEqual({ n: 300 });
});
