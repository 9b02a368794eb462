// What a passkey signs: random bytes, and an HMAC that says for what, for whom and until when they are good. So nobody who only
// asks for one leaves a row behind; one that was used does, and can't be used again.
import { sql } from "drizzle-orm";
import { insertFrom } from "../db/insert-from.ts";
import { verifications } from "../db/schema/index.ts";
import type { Ctx } from "../domain/context.ts";
import { equalBytes, mac, sha256Hex } from "../kit/crypto.ts";
import { refuse } from "../kit/refusal.ts";
import { MINUTE_MS } from "../kit/time.ts";
import { wrong } from "./called.ts";

/** How long a person may take to unlock their passkey, ms. */
export const CHALLENGE_MS = 5 * MINUTE_MS;
const RANDOM_BYTES = 16;
/** A time, ms, big-endian. */
const TIME_BYTES = 6;
const HEAD_BYTES = RANDOM_BYTES + TIME_BYTES;

type Purpose = "register" | "sign-in";

const ENDED = wrong("credential", "must answer what was asked in the last five minutes, once");

/** Makes a challenge for a user ("" for whoever comes), base64url. */
export function makeChallenge(ctx: Ctx, purpose: Purpose, userId: string): string {
  const head = Buffer.alloc(HEAD_BYTES);
  crypto.getRandomValues(head.subarray(0, RANDOM_BYTES));
  head.writeUIntBE(ctx.now() + CHALLENGE_MS, RANDOM_BYTES, TIME_BYTES);
  return Buffer.concat([head, sign(ctx, purpose, userId, head)]).toString("base64url");
}

/** Refuses `invalid` unless the challenge was made for this purpose and user, lately. */
export function requireChallenge(
  ctx: Ctx,
  challenge: string,
  purpose: Purpose,
  userId: string,
): void {
  const bytes = Buffer.from(challenge, "base64url");
  const head = bytes.subarray(0, HEAD_BYTES);
  const isOurs =
    head.length === HEAD_BYTES &&
    equalBytes(bytes.subarray(HEAD_BYTES), sign(ctx, purpose, userId, head));
  if (!isOurs || endOf(head) < ctx.now()) refuse(ENDED);
}

/** Notes that the challenge was used. Refuses `invalid` if it was before. */
export async function spendChallenge(ctx: Ctx, challenge: string): Promise<void> {
  const bytes = Buffer.from(challenge, "base64url");
  const identifier = `challenge:${await sha256Hex(bytes)}`;
  const now = new Date(ctx.now());
  const row = {
    id: identifier,
    identifier,
    value: "used",
    expiresAt: new Date(endOf(bytes)),
    createdAt: now,
    updatedAt: now,
  };
  const spent = await insertFrom(ctx.db, verifications, row, sql`WHERE true`)
    .onConflictDoNothing()
    .returning({ id: verifications.id });
  if (spent.length === 0) refuse(ENDED);
}

const endOf = (bytes: Buffer) => bytes.readUIntBE(RANDOM_BYTES, TIME_BYTES);

const sign = (ctx: Ctx, purpose: Purpose, userId: string, head: Uint8Array) =>
  mac(
    ctx.signIn.secret,
    `passkey challenge\n${purpose}\n${userId}\n${Buffer.from(head).toString("base64url")}`,
  );
