// Icons that no builder could draw, known by their hash: a build with such an icon fails at once, and only an account's
// first one gets its credit back. What the bytes of a picture do is the same for all accounts, so a failure in one is
// known in all; the credit is a matter of each account.
import { and, desc, eq, gt, inArray, lte, sql, type SQL } from "drizzle-orm";
import { deleteInParts } from "../../db/delete-in-parts.ts";
import { insertFrom } from "../../db/insert-from.ts";
import { builds, failedIcons } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import { ICON_FAULT } from "../../protocol/builder.ts";
import type { Ctx } from "../context.ts";
import type { BuildEnd } from "./transitions.ts";

/** How long a failure is known, ms: a builder of a later version may draw the icon. */
const KNOWN_MS = 30 * DAY_MS;
/** Most icons noted of one account, the newest: one makes a row with each build of an icon that nobody has seen. */
const MAX_AN_ACCOUNT = 1_000;
/** What one night deletes; the next one takes the rest. */
const EXPIRE = { rows: 1_000, statements: 100 };

const CREDIT_NOTE =
  "Only the first build of an account that fails for an icon gets its credit back; later ones with the same icon don't.";

/** Which failure of its icon a build ended with. */
export interface IconFailure {
  /** What the builder that tried to draw the icon said. */
  reason: string;
  /** When it tried, ms. */
  triedAt: number;
}

type Failed = Extract<BuildEnd, { status: "failed" }>;

/** How a build ends whose icon a builder could not draw at `triedAt`, ms, for the `reason` that it reports. */
export function iconFailed(reason: string, triedAt: number): Failed {
  const message = `${reason} ${CREDIT_NOTE}`;
  return { status: "failed", code: ICON_FAULT, message, icon: { reason, triedAt } };
}

/** Returns how a build with this icon ends at once; null when the icon is not known to fail. */
export async function knownFailure(ctx: Ctx, iconSha256: string): Promise<Failed | null> {
  const [icon] = await ctx.db
    .select({ reason: failedIcons.reason, triedAt: failedIcons.triedAt })
    .from(failedIcons)
    .where(and(eq(failedIcons.sha256, iconSha256), gt(failedIcons.triedAt, ctx.now() - KNOWN_MS)))
    .orderBy(desc(failedIcons.triedAt))
    .limit(1);
  if (!icon) return null;
  const message =
    `This icon failed before, so it was not tried again: ${icon.reason} Give the app another icon. ` +
    CREDIT_NOTE;
  return { status: "failed", code: ICON_FAULT, message, icon };
}

/**
 * The statements that note which build of its account was the first to fail for its icon. In a batch they come before
 * the one that ends the build.
 */
export function noteIconFailure(ctx: Ctx, buildId: number, { reason, triedAt }: IconFailure) {
  const account = sql`(SELECT ${builds.accountId} FROM ${builds} WHERE ${builds.id} = ${buildId})`;
  const { sha256 } = failedIcons;
  return [
    insertFrom(
      ctx.db,
      failedIcons,
      {
        accountId: sql`${builds.accountId}`,
        sha256: sql`${builds.iconSha256}`,
        buildId: sql`${builds.id}`,
        reason,
        triedAt,
      },
      sql`FROM ${builds} WHERE ${builds.id} = ${buildId} AND ${builds.iconSha256} IS NOT NULL
        AND ${inArray(builds.status, ["pending", "building"])}`,
    ).onConflictDoUpdate({
      target: [failedIcons.accountId, sha256],
      // The expired failure is not known any more, so this is the first one again.
      set: { buildId: sql`excluded.build_id`, reason, triedAt },
      setWhere: lte(failedIcons.triedAt, ctx.now() - KNOWN_MS),
    }),
    ctx.db.delete(failedIcons).where(
      and(
        eq(failedIcons.accountId, account),
        inArray(
          sha256,
          sql`(SELECT ${sha256} FROM ${failedIcons} WHERE ${failedIcons.accountId} = ${account}
            ORDER BY ${failedIcons.triedAt} DESC LIMIT -1 OFFSET ${MAX_AN_ACCOUNT})`,
        ),
      ),
    ),
  ] as const;
}

/** The condition on `builds`, after noteIconFailure, that an earlier build of the account failed for the same icon. */
export function hasFailedBefore(): SQL<boolean> {
  return sql`EXISTS (SELECT 1 FROM ${failedIcons} WHERE ${failedIcons.accountId} = ${builds.accountId}
    AND ${failedIcons.sha256} = ${builds.iconSha256} AND ${failedIcons.buildId} <> ${builds.id})`;
}

/** Deletes failures that are not known any more. Runs daily. */
export async function expireFailedIcons(ctx: Ctx): Promise<void> {
  const end = ctx.now() - KNOWN_MS;
  const expired = { key: sql`rowid`, where: lte(failedIcons.triedAt, end) };
  await deleteInParts(ctx.db, failedIcons, expired, EXPIRE);
}
