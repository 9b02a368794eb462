// Whether an address has a user shows in no answer, and in no work that is done before it: refusals, queries and hashes are
// counted.
import { drizzle } from "drizzle-orm/d1";
import { expect, test } from "vitest";
import type { Ctx } from "../../../src/domain/context.ts";
import { requestReset } from "../../../src/identity/passwords.ts";
import { signIn } from "../../../src/identity/sign-in.ts";
import { sendConfirmation, signUp } from "../../../src/identity/sign-up.ts";
import { Browser, newEmail, newUser, PASSWORD, refusalOf, world } from "../../support/identity.ts";
import { bindings, rows } from "../../support/worker.ts";

/** A context that counts queries and hashes. What is deferred waits until it is run. */
function counting(ctx: Ctx) {
  const counts = { queries: 0, hashes: 0 };
  const later: (() => Promise<unknown>)[] = [];
  const DB = {
    prepare: (query: string) => {
      counts.queries += 1;
      return bindings.DB.prepare(query);
    },
    batch: async (statements: D1PreparedStatement[]) => bindings.DB.batch(statements),
  };
  const hasher = ctx.passwords();
  const counted: Ctx = {
    ...ctx,
    db: drizzle(DB as unknown as D1Database),
    passwords: () => ({
      hash: async (password) => {
        counts.hashes += 1;
        return hasher.hash(password);
      },
      verify: async (hash, password) => {
        counts.hashes += 1;
        return hasher.verify(hash, password);
      },
    }),
    defer: (work) => void later.push(async () => work),
  };
  return { ctx: counted, counts, later };
}

/** Somebody who comes in by GitHub alone. */
async function withoutPassword(here: ReturnType<typeof world>): Promise<string> {
  const email = await newUser(here);
  await rows("DELETE FROM logins WHERE user_id IN (SELECT id FROM users WHERE email = ?)", email);
  return email;
}

test("a wrong password, an unknown address and one without a password are the same to who signs in", async () => {
  const here = world();
  const emails = [await newUser(here), newEmail(), await withoutPassword(here)];
  const seen = [];
  for (const email of emails) {
    const { ctx, counts } = counting(here.ctx);
    const refusal = await refusalOf(
      signIn(ctx, new Browser().at(), { email, password: "wrong wrong wrong" }),
    );
    seen.push({ refusal, ...counts });
  }
  expect(seen[0]).toMatchObject({ hashes: 1, refusal: { code: "invalid" } });
  expect(seen.slice(1)).toEqual([seen[0], seen[0]]);
});

test("to sign up, to ask for a new password or another link does nothing before the answer", async () => {
  const here = world();
  const unconfirmed = newEmail();
  await signUp(here.ctx, new Browser().at(), {
    name: "Ann",
    email: unconfirmed,
    password: PASSWORD,
  });
  await here.settled();
  const seen: unknown[] = [];
  for (const email of [await newUser(here), newEmail(), unconfirmed]) {
    for (const [verb, input] of [
      [signUp, { name: "Ann", email, password: PASSWORD }],
      [requestReset, { email }],
      [sendConfirmation, { email }],
    ] as const) {
      const { ctx, counts, later } = counting(here.ctx);
      const answer = await verb(ctx, new Browser().at(), input);
      seen.push({ answer, verb: verb.name, ...counts, left: later.length });
      await Promise.all(later.map(async (work) => work()));
    }
  }
  // better-auth may have begun with its first query, which nobody waits for
  expect(seen).toEqual(
    [0, 1, 2].flatMap(() =>
      ["signUp", "requestReset", "sendConfirmation"].map((verb) => ({
        answer: undefined,
        verb,
        queries: expect.toSatisfy((count: number) => count <= 1),
        hashes: 0,
        left: 1,
      })),
    ),
  );
});
