// Channel codes: anybody who has one may bind a device to its (channel, iuid). A code can be used once, and ends
// after a day. While it is pending, requests for another code return the same one.
import { and, eq, gt, lte, sql } from "drizzle-orm";
import { z } from "zod";
import { deleteInParts } from "../../db/delete-in-parts.ts";
import { insertFrom } from "../../db/insert-from.ts";
import { accountCounts, apps, channelCodes, channels } from "../../db/schema/index.ts";
import { open, seal } from "../../kit/seal.ts";
import { hashSecret } from "../../kit/secret.ts";
import { DAY_MS } from "../../kit/time.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import { apiOriginOf } from "../builds/api-origin.ts";
import type { Ctx } from "../context.ts";
import { Iuid } from "./channel-input.ts";
import type { Channel } from "./find-channel.ts";

/** How long a code can be redeemed, ms. */
const CODE_MS = DAY_MS;
/** Most codes of an account that can be redeemed: more than one channel can ask for in a day, at 200 a minute. */
export const MAX_CODES = 300_000;
/** 128 bits: too many to guess, and few enough for a QR code with large modules. */
const CODE_BYTES = 16;
/**
 * Bounds of one deletion of expired codes: 20,000 a minute, more than are made, since those that are not deleted count
 * towards MAX_CODES.
 */
const BOUNDS = { rows: 1000, statements: 20 };
const CodeFor = z.object({ iuid: Iuid });
const CODE = /^[A-Za-z0-9_-]{22}$/;

/** Returns the pending code of (channel, iuid), after making one when there is none. Refuses `invalid`. */
export async function pendingCode(ctx: Ctx, channel: Channel, given: string): Promise<string> {
  const { iuid } = parse(CodeFor, { iuid: given });
  const code = Buffer.from(crypto.getRandomValues(new Uint8Array(CODE_BYTES))).toString(
    "base64url",
  );
  const codeHash = await hashSecret(code);
  const sealed = await seal(ctx.sealingKeys, new TextEncoder().encode(code), boundTo(codeHash));
  const isOfIuid = and(eq(channelCodes.channelId, channel.id), eq(channelCodes.iuid, iuid));
  const now = ctx.now();
  const expiresAt = now + CODE_MS;
  const [, [pending]] = await ctx.db.batch([
    insertFrom(
      ctx.db,
      channelCodes,
      { channelId: channel.id, accountId: channel.accountId, iuid, codeHash, sealed, expiresAt },
      sql`WHERE EXISTS (SELECT 1 FROM ${accountCounts} AS counts
          WHERE counts.account_id = ${channel.accountId} AND counts.channel_codes < ${MAX_CODES})
        OR EXISTS (SELECT 1 FROM ${channelCodes} WHERE ${isOfIuid})`,
    ).onConflictDoUpdate({
      target: [channelCodes.channelId, channelCodes.iuid],
      set: { codeHash, sealed, expiresAt },
      setWhere: lte(channelCodes.expiresAt, now),
    }),
    ctx.db.select().from(channelCodes).where(isOfIuid),
  ]);
  if (!pending) {
    return refuse(
      invalidField(["codes"], `must not be more than ${MAX_CODES} an account in a day`),
    );
  }
  const plain = await open(ctx.sealingKeys, pending.sealed, boundTo(pending.codeHash));
  return new TextDecoder().decode(plain);
}

/** The condition on `channel_codes` that holds for `code` as long as it can be redeemed. */
export async function isPending(ctx: Ctx, code: string) {
  return and(
    eq(channelCodes.codeHash, await hashSecret(code)),
    gt(channelCodes.expiresAt, ctx.now()),
  );
}

/**
 * Returns the app in which `code` can be redeemed, and the origin that its installed copies know the API by, null before any
 * build; null when the code can't be redeemed.
 */
export async function appOfCode(
  ctx: Ctx,
  code: string,
): Promise<{ app: App; apiOrigin: string | null } | null> {
  if (!CODE.test(code)) return null;
  const [row] = await ctx.db
    .select({ app: apps, apiOrigin: apiOriginOf(apps.id) })
    .from(channelCodes)
    .innerJoin(channels, eq(channels.id, channelCodes.channelId))
    .innerJoin(apps, eq(apps.id, channels.appId))
    .where(await isPending(ctx, code));
  return row ?? null;
}

/** Returns the app of a channel; null when there is no such channel. */
export async function appOfChannel(ctx: Ctx, id: string): Promise<App | null> {
  const [row] = await ctx.db
    .select({ app: apps })
    .from(channels)
    .innerJoin(apps, eq(apps.id, channels.appId))
    .where(eq(channels.id, id));
  return row?.app ?? null;
}

/** Deletes expired codes. */
export async function expireCodes(ctx: Ctx): Promise<void> {
  const where = lte(channelCodes.expiresAt, ctx.now());
  await deleteInParts(ctx.db, channelCodes, { key: channelCodes.codeHash, where }, BOUNDS);
}

/** What a code is sealed for. */
export function boundTo(codeHash: string): string {
  return `channel-code:${codeHash}`;
}
