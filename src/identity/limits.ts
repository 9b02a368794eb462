// Bounds guessing and mail, by the network that a request comes from and by the address that it names. What costs a hash is
// counted before it is hashed, and an address nobody has counts like any other.
import type { Ctx } from "../domain/context.ts";
import { refuse } from "../kit/refusal.ts";
import { hashSecret } from "../kit/secret.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../kit/time.ts";
import { networkAt, type At } from "./at.ts";

interface Limit {
  name: string;
  most: number;
  /** The length of its windows, ms; the minute of the clock where it is left out. */
  windowMs?: number;
}

/** Tries of a network, an office say, in a minute: 20 hashes are 2 s of CPU. */
const DOOR: Limit = { name: "people-door", most: 20 };
/** Tries at one address from wherever: 4,320 guesses a day, and its owner still gets in by a passkey or a new password. */
const ADDRESS: Limit = { name: "people-address", most: 30, windowMs: 10 * MINUTE_MS };
/** Tries of somebody who is signed in at their own password or code. */
const PERSON: Limit = { name: "people-person", most: 30, windowMs: 10 * MINUTE_MS };
/** Mails to one address in an hour, so that nobody is flooded through us. */
const MAILS: Limit = { name: "people-mails", most: 5, windowMs: HOUR_MS };
/** Mails that a network asks for in an hour. */
const MAILS_ASKED: Limit = { name: "people-mails-asked", most: 30, windowMs: HOUR_MS };
/** How long a code of an authenticator counts as used, ms: it is right for a minute and a half. */
const CODE: Limit = { name: "people-code", most: 1, windowMs: 2 * MINUTE_MS };

/** Counts a try to come in, by network and, where it names an address, by that. Refuses `rate_limited`. */
export async function countTry(ctx: Ctx, at: At, email?: string): Promise<void> {
  await count(ctx, DOOR, networkAt(at));
  if (email !== undefined) await count(ctx, ADDRESS, await hashSecret(email));
}

/** Counts a try of somebody who is signed in. Refuses `rate_limited`. */
export async function countOwnTry(ctx: Ctx, at: At, userId: string): Promise<void> {
  await count(ctx, DOOR, networkAt(at));
  await count(ctx, PERSON, userId);
}

/** Counts a mail that is asked for. Refuses `rate_limited`. */
export async function countMail(ctx: Ctx, at: At, email: string): Promise<void> {
  await count(ctx, MAILS_ASKED, networkAt(at));
  await count(ctx, MAILS, await hashSecret(email));
}

/** Whether this code of the user's authenticator was used before (RFC 6238 section 5.2: once). Notes that it was. */
export async function isUsedCode(ctx: Ctx, userId: string, code: string): Promise<boolean> {
  const { count: times } = await hit(ctx, CODE, `${userId}:${code}`);
  return times > CODE.most;
}

async function count(ctx: Ctx, limit: Limit, whom: string): Promise<void> {
  const { count: times, resetAt } = await hit(ctx, limit, whom);
  if (times <= limit.most) return;
  const retryAfterS = Math.max(1, Math.ceil((resetAt - Date.now()) / SECOND_MS));
  refuse({ code: "rate_limited", retryAfterS });
}

const hit = async (ctx: Ctx, { name, windowMs }: Limit, whom: string) =>
  ctx.rateLimiter(`${name}:${whom}`).hit(windowMs);
