// Install links: addresses of a page from which anybody who has one can install a completed APK, until the link expires
// or the links of the build are revoked.
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { accounts, builds } from "../../db/schema/index.ts";
import { wholeNumber } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import { AppSnapshot } from "../../protocol/builder.ts";
import { auditEntry } from "../audit/entry.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { fileNameOf, MEDIA_TYPES } from "./downloads.ts";
import { findBuild, visibleBuilds, type Build } from "./find-build.ts";
import {
  EXPIRY_UNIT_MS,
  isOfGeneration,
  makeInstallToken,
  readInstallToken,
  type InstallToken,
} from "./install-token.ts";

/** How long a link works where nobody says so, s: a week, as download links do. */
export const DEFAULT_EXPIRES_IN_S = (7 * DAY_MS) / SECOND_MS;
/** Shortest that a link may work, s. */
export const MIN_EXPIRES_IN_S = 1;
/** Longest that a link may work, s: a year. Whoever needs one for longer asks for another. */
export const MAX_EXPIRES_IN_S = (365 * DAY_MS) / SECOND_MS;

const InstallLinkQuery = z.strictObject({
  expires_in: wholeNumber(MIN_EXPIRES_IN_S, MAX_EXPIRES_IN_S, DEFAULT_EXPIRES_IN_S),
});

export interface InstallLink {
  url: string;
  expiresAt: number;
}

/** What a working link leads to. */
export interface Installable {
  build: Build;
  /** The app as the build was asked to be made of. */
  app: AppSnapshot;
  /** The name of the account whose app it is. */
  accountName: string;
  artifactKey: string;
  fileName: string;
  mediaType: string;
  expiresAt: number;
}

/** What a token leads to: an app, or nothing any more. */
export type OpenedLink =
  | { kind: "open"; installable: Installable }
  | { kind: "expired"; at: number }
  /** `at`: null where it is not known, since the links of the build were revoked again later. */
  | { kind: "revoked"; at: number | null }
  /** The build was deleted. */
  | { kind: "deleted" }
  /** The account is suspended: what it built is handed out to nobody. */
  | { kind: "stopped" };

/**
 * Makes a further link to install the build, below `origin`. Refuses `not_found`, `invalid`, `not_installable`.
 */
export async function makeInstallLink(
  ctx: AccountCtx,
  buildId: number,
  origin: string,
  query: unknown,
): Promise<InstallLink> {
  const build = await findBuild(ctx, buildId);
  const { expires_in } = parse(InstallLinkQuery, query);
  await requireInstallable(ctx, build);
  // As exactly as the token says it, so that the time in it equals the time that is shown.
  const ends = ctx.now() + expires_in * SECOND_MS;
  const expiresAt = ends - (ends % EXPIRY_UNIT_MS);
  const token = await makeInstallToken(ctx.linkSigningKey, {
    buildId: build.id,
    expiresAt,
    generation: build.installGeneration,
  });
  return { url: `${origin}/install/${token}`, expiresAt };
}

/** Revokes all links to install the build, of whatever state. Refuses `not_found`. */
export async function revokeInstallLinks(ctx: AccountCtx, buildId: number): Promise<void> {
  const isIt = and(eq(builds.id, buildId), visibleBuilds(ctx.principal));
  const [revoked] = await ctx.db.batch([
    ctx.db
      .update(builds)
      .set({
        installGeneration: sql`${builds.installGeneration} + 1`,
        installRevokedAt: ctx.now(),
      })
      .where(isIt)
      .returning({ id: builds.id }),
    auditEntry(
      ctx,
      {
        did: "build.revoke",
        id: buildId,
        name: sql`json_extract(${builds.snapshot}, '$.name') || ' ' || ${builds.versionName}`,
        facts: sql`json_object('app', ${builds.appId})`,
      },
      sql`FROM ${builds} WHERE ${isIt}`,
    ),
  ]);
  if (revoked.length === 0) refuse({ code: "not_found", what: "build" });
}

/** Returns what a link's token says, without looking anything up. Refuses `not_found` for what never was a token. */
export async function findInstallToken(ctx: Ctx, text: string): Promise<InstallToken> {
  const token = await readInstallToken(ctx.linkSigningKey, text);
  return token ?? refuse({ code: "not_found", what: "build" });
}

/** Finds out what a link's token leads to. */
export async function openInstallLink(ctx: Ctx, token: InstallToken): Promise<OpenedLink> {
  const { expiresAt } = token;
  const [row] = await ctx.db
    .select({ build: builds, account: accounts })
    .from(builds)
    .innerJoin(accounts, eq(accounts.id, builds.accountId))
    .where(eq(builds.id, token.buildId));
  if (row) {
    const { build } = row;
    const isRevoked = !isOfGeneration(token, build.installGeneration);
    // Of an older link it is not known which of several revocations ended it.
    const at = isOfGeneration(token, build.installGeneration, 1) ? build.installRevokedAt : null;
    if (isRevoked && (at === null || at < expiresAt)) return { kind: "revoked", at };
  }
  if (expiresAt <= ctx.now()) return { kind: "expired", at: expiresAt };
  if (!row) return { kind: "deleted" };
  const { build, account } = row;
  if (account.suspendedAt !== null) return { kind: "stopped" };
  const { artifactKey } = build;
  if (artifactKey === null) return { kind: "deleted" };
  return {
    kind: "open",
    installable: {
      build,
      app: AppSnapshot.parse(build.snapshot),
      accountName: account.name,
      artifactKey,
      fileName: fileNameOf(build),
      mediaType: MEDIA_TYPES[build.buildFormat],
      expiresAt,
    },
  };
}

/** Refuses `not_installable` for a build that has no file which a phone could install. */
async function requireInstallable(ctx: Ctx, build: Build): Promise<void> {
  const { status } = build;
  if (build.buildFormat === "aab") refuse({ code: "not_installable", reason: "aab", status });
  if (status !== "completed") refuse({ code: "not_installable", reason: "unfinished", status });
  const object = build.artifactKey === null ? null : await ctx.files.head(build.artifactKey);
  if (object === null) refuse({ code: "not_installable", reason: "deleted", status });
}
