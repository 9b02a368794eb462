// Guessing and mail are bounded by network and by address, before anything is hashed or looked up.
import { expect, test } from "vitest";
import { changePassword, requestReset } from "../../../src/identity/passwords.ts";
import { signIn } from "../../../src/identity/sign-in.ts";
import { setUp } from "../../../src/identity/new-user.ts";
import {
  Browser,
  newEmail,
  newUser,
  PASSWORD,
  refusalOf,
  signedIn,
  world,
} from "../../support/identity.ts";
import { beginMinute } from "../../support/worker.ts";

const wrong = "wrong wrong wrong";

/** How many of `most` calls are let through before one is `rate_limited`. */
async function letThrough(most: number, call: () => Promise<unknown>): Promise<number> {
  for (let at = 0; at < most; at += 1) {
    try {
      const refusal = await refusalOf(call());
      if (refusal.code === "rate_limited") return at;
    } catch {
      // it was not refused
    }
  }
  return most;
}

/** A context that can't hash. */
function hashless({ ctx }: ReturnType<typeof world>) {
  let hashes = 0;
  const passwords = () => ({
    hash: async () => `${(hashes += 1)}`,
    verify: async () => {
      hashes += 1;
      return false;
    },
  });
  return { ctx: { ...ctx, passwords }, hashes: () => hashes };
}

test("a network has twenty tries a minute, whatever it tries", async () => {
  const next = beginMinute();
  const { ctx, hashes } = hashless(world());
  const browser = new Browser();
  const tryIt = async () => signIn(ctx, browser.at(), { email: newEmail(), password: wrong });
  expect(await letThrough(30, tryIt)).toBe(20);
  expect(hashes()).toBe(20);
  const input = { token: "sw_set_x", name: "Ann", email: newEmail(), password: PASSWORD };
  expect((await refusalOf(setUp(ctx, browser.at(), input))).code).toBe("rate_limited");
  next();
  expect((await refusalOf(tryIt())).code).toBe("invalid");
});

test("an address is tried thirty times in ten minutes, from wherever, whether it is known or not", async () => {
  const here = world();
  const known = await newUser(here);
  const { ctx, hashes } = hashless(here);
  const next = beginMinute();
  for (const email of [known, newEmail()]) {
    const before = hashes();
    const tryIt = async () => signIn(ctx, new Browser().at(), { email, password: wrong });
    // signing up was a try, too
    expect(await letThrough(40, tryIt)).toBe(email === known ? 29 : 30);
    expect(hashes() - before).toBeLessThanOrEqual(30);
    expect(await refusalOf(tryIt())).toMatchObject({ code: "rate_limited" });
    expect(
      (
        await refusalOf(
          signIn(ctx, new Browser().at(), { email: email.toUpperCase(), password: wrong }),
        )
      ).code,
    ).toBe("rate_limited");
    for (let minute = 0; minute < 11; minute += 1) next();
    expect((await refusalOf(tryIt())).code).toBe("invalid");
  }
});

test("an address gets five mails an hour, whoever asks, and a network asks for thirty", async () => {
  const here = world();
  const { ctx, mails, settled } = here;
  const email = await newUser(here);
  const ask = async () => requestReset(ctx, new Browser().at(), { email });
  expect(await letThrough(10, ask)).toBe(4);
  await settled();
  expect(mails).toHaveLength(4);
  const browser = new Browser();
  expect(
    await letThrough(40, async () => requestReset(ctx, browser.at(), { email: newEmail() })),
  ).toBe(30);
});

test("who is signed in guesses their password thirty times in ten minutes", async () => {
  const here = world();
  const browser = await signedIn(here, await newUser(here));
  const mine = { ...(await browser.signedIn(here.ctx)), passwords: hashless(here).ctx.passwords };
  const tries = await letThrough(40, async () =>
    changePassword(
      mine,
      {
        ...new Browser().at(),
        request: browser.at("/", { "cf-connecting-ip": new Browser().address }).request,
      },
      {
        current: wrong,
        password: PASSWORD,
      },
    ),
  );
  expect(tries).toBe(30);
});
