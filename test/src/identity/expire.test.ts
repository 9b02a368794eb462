// What time ends: sessions, what was to be brought back, and users who never confirmed their address.
import { expect, test } from "vitest";
import { runSchedule } from "../../../src/cron/schedules.ts";
import { requestReset, resetPassword } from "../../../src/identity/passwords.ts";
import { signUp } from "../../../src/identity/sign-up.ts";
import {
  Browser,
  expectInvalid,
  newEmail,
  newUser,
  PASSWORD,
  signedIn,
  tokenIn,
  world,
} from "../../support/identity.ts";
import { rows } from "../../support/worker.ts";

const DAY_MS = 86_400_000;

const count = async (table: string) => {
  const [row] = await rows(`SELECT count(*) n FROM ${table}`);
  return row.n;
};

test("each night the ended is deleted, and what lasts stays", async () => {
  let now = Date.now();
  const here = world({}, () => now);
  const { ctx, settled } = here;
  const email = await newUser(here);
  await signedIn(here, email);
  const unconfirmed = newEmail();
  await signUp(ctx, new Browser().at(), { name: "Ann", email: unconfirmed, password: PASSWORD });
  await requestReset(ctx, new Browser().at(), { email });
  await settled();
  const before = [await count("users"), await count("sessions"), await count("verifications")];
  await runSchedule(ctx, "0 3 * * *");
  expect([await count("users"), await count("sessions"), await count("verifications")]).toEqual(
    before,
  );
  now += DAY_MS;
  await runSchedule(ctx, "0 3 * * *");
  expect(await count("verifications")).toBe(0);
  expect([await count("users"), await count("sessions")]).toEqual(before.slice(0, 2));
  now += 7 * DAY_MS;
  await runSchedule(ctx, "0 3 * * *");
  expect(await rows("SELECT email FROM users WHERE email IN (?, ?)", email, unconfirmed)).toEqual([
    { email },
  ]);
  now += 7 * DAY_MS;
  await runSchedule(ctx, "0 3 * * *");
  expect(await count("sessions")).toBe(0);
});

test("a link to set a password ends after an hour", async () => {
  const here = world();
  const email = await newUser(here);
  await requestReset(here.ctx, new Browser().at(), { email });
  await here.settled();
  const token = tokenIn(here.mails[0]);
  await rows("UPDATE verifications SET expires_at = expires_at - 3600000");
  await expectInvalid(
    resetPassword(here.ctx, new Browser().at(), { token, password: PASSWORD }),
    "token",
  );
});
