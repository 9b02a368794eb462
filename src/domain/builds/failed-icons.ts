// Icons that no builder could draw, and layers of icons, known by their hash: a build with such a picture fails at once, and only
// an account's first one gets its credit back. What the bytes of a picture do is the same for all accounts, so a failure in one
// is known in all; the credit is a matter of each account. Only the picture that failed is known, and none that came with it.
import { and, desc, eq, gt, inArray, lte, sql, type SQL } from "drizzle-orm";
import { deleteInParts } from "../../db/delete-in-parts.ts";
import { insertFrom } from "../../db/insert-from.ts";
import { builds, failedIcons } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import { ICON_FAULT, type IconPicture } from "../../protocol/builder.ts";
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

/** Which failure of a picture of its icon a build ended with. */
export interface IconFailure {
  /** The hash of the picture that failed. */
  sha256: string;
  /** What the builder that tried to draw it said. */
  reason: string;
  /** When it tried, ms. */
  triedAt: number;
}

type Failed = Extract<BuildEnd, { status: "failed" }>;

/** The hashes of the pictures that a build has, by what they are; those of layers have their name before them. */
export type Hashes = Partial<Record<IconPicture, string>>;

/** What people call each picture. */
const CALLED: Readonly<Record<IconPicture, string>> = {
  icon: "icon",
  foreground: "foreground layer",
  monochrome: "monochrome layer",
};

/** How a build ends of which a builder could not draw a picture. */
export function iconFailed(failure: IconFailure): Failed {
  const message = `${failure.reason} ${CREDIT_NOTE}`;
  return { status: "failed", code: ICON_FAULT, message, icon: failure };
}

/** Returns how a build with these pictures ends at once; null when none of them is known to fail. */
export async function knownFailure(ctx: Ctx, hashes: Hashes): Promise<Failed | null> {
  const all = Object.entries(hashes);
  if (all.length === 0) return null;
  const [icon] = await ctx.db
    .select({
      sha256: failedIcons.sha256,
      reason: failedIcons.reason,
      triedAt: failedIcons.triedAt,
    })
    .from(failedIcons)
    .where(
      and(
        inArray(
          failedIcons.sha256,
          all.map(([, sha256]) => sha256),
        ),
        gt(failedIcons.triedAt, ctx.now() - KNOWN_MS),
      ),
    )
    .orderBy(desc(failedIcons.triedAt))
    .limit(1);
  if (!icon) return null;
  const [picture] = all.find(([, sha256]) => sha256 === icon.sha256) ?? ["icon"];
  const called = CALLED[picture as IconPicture];
  const message =
    `This ${called} failed before, so it was not tried again: ${icon.reason} Give the app another ${called}. ` +
    CREDIT_NOTE;
  return { status: "failed", code: ICON_FAULT, message, icon };
}

/**
 * The statements that note which build of its account was the first to fail for the picture. In a batch they come before
 * the one that ends the build.
 */
export function noteIconFailure(ctx: Ctx, buildId: number, failure: IconFailure) {
  const { reason, triedAt } = failure;
  const account = sql`(SELECT ${builds.accountId} FROM ${builds} WHERE ${builds.id} = ${buildId})`;
  const { sha256 } = failedIcons;
  return [
    insertFrom(
      ctx.db,
      failedIcons,
      {
        accountId: sql`${builds.accountId}`,
        sha256: failure.sha256,
        buildId: sql`${builds.id}`,
        reason,
        triedAt,
      },
      sql`FROM ${builds} WHERE ${builds.id} = ${buildId}
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

/** The condition on `builds`, after noteIconFailure, that an earlier build of the account failed for the same picture. */
export function hasFailedBefore({ sha256 }: IconFailure): SQL<boolean> {
  return sql`EXISTS (SELECT 1 FROM ${failedIcons} WHERE ${failedIcons.accountId} = ${builds.accountId}
    AND ${failedIcons.sha256} = ${sha256} AND ${failedIcons.buildId} <> ${builds.id})`;
}

/** Deletes failures that are not known any more. Runs daily. */
export async function expireFailedIcons(ctx: Ctx): Promise<void> {
  const end = ctx.now() - KNOWN_MS;
  const expired = { key: sql`rowid`, where: lte(failedIcons.triedAt, end) };
  await deleteInParts(ctx.db, failedIcons, expired, EXPIRE);
}
