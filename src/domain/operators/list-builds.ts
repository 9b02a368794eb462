// The builds of all accounts, newest first: of one status, and of one account or one builder host.
import { desc, eq, inArray, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { accounts, apps, builders, builds } from "../../db/schema/index.ts";
import type { Build } from "../builds/find-build.ts";
import type { Ctx } from "../context.ts";
import { GivenId, LISTED, newestOf, pageOf } from "./newest.ts";

export const BUILD_STATUSES = builds.status.enumValues;

const Query = z.object({
  status: z.enum(BUILD_STATUSES).optional().catch(undefined),
  account: GivenId,
  /** Not looked at where an account is named: no index has both. */
  builder: GivenId,
  /** Only those that are older than the one with this id. */
  before: GivenId,
});

/** A build as the list shows it. */
export type AnyBuild = Pick<
  Build,
  | "id"
  | "status"
  | "buildType"
  | "buildFormat"
  | "adiToken"
  | "versionName"
  | "versionCode"
  | "errorCode"
  | "createdAt"
  | "startedAt"
  | "completedAt"
  | "appId"
  | "accountId"
  | "builderId"
> & {
  appName: string;
  accountName: string;
  /** The name of the host that had it last; null for none, and for one that was removed. */
  builderName: string | null;
};

export interface BuildsOfAll {
  rows: AnyBuild[];
  /** The `before` of the next page; null on the last one. */
  next: number | null;
  /** By what they are filtered. */
  filters: { status?: Build["status"]; account?: number; builder?: number };
  isFirst: boolean;
  /** The names of the account and the host that are filtered by; null for none, and for what is not there. */
  names: { account: string | null; builder: string | null };
}

const COLUMNS = {
  id: builds.id,
  status: builds.status,
  buildType: builds.buildType,
  buildFormat: builds.buildFormat,
  adiToken: builds.adiToken,
  versionName: builds.versionName,
  versionCode: builds.versionCode,
  errorCode: builds.errorCode,
  createdAt: builds.createdAt,
  startedAt: builds.startedAt,
  completedAt: builds.completedAt,
  appId: builds.appId,
  accountId: builds.accountId,
  builderId: builds.builderId,
  appName: sql<string>`${apps.name}`.as("app_name"),
  accountName: sql<string>`${accounts.name}`.as("account_name"),
  builderName: sql<string | null>`${builders.name}`.as("builder_name"),
};

/** Returns a page of the builds of all accounts, in one round trip. What the query asks for that is not offered is left out. */
export async function listAllBuilds(ctx: Ctx, query: unknown): Promise<BuildsOfAll> {
  const { status, account, builder: named, before } = Query.parse(query);
  const builder = account === undefined ? named : undefined;
  const statuses = status === undefined ? BUILD_STATUSES : [status];
  const limit = LISTED + 1;
  const ids =
    status === undefined && account === undefined && builder === undefined
      ? newestOf([sql`SELECT id FROM builds WHERE true`], { before, limit })
      : newestOf(
          statuses.map((each) => listed(each, account, builder)),
          { before, limit },
        );
  const [found, [names]] = await ctx.db.batch([
    ctx.db
      .select(COLUMNS)
      .from(builds)
      .innerJoin(apps, eq(apps.id, builds.appId))
      .innerJoin(accounts, eq(accounts.id, builds.accountId))
      .leftJoin(builders, eq(builders.id, builds.builderId))
      .where(inArray(builds.id, sql`(${ids})`))
      .orderBy(desc(builds.id)),
    ctx.db
      .select({
        account: sql<string | null>`(SELECT name FROM accounts WHERE id = ${account ?? null})`.as(
          "account",
        ),
        builder: sql<string | null>`(SELECT name FROM builders WHERE id = ${builder ?? null})`.as(
          "builder",
        ),
      })
      .from(sql`(SELECT 1)`),
  ]);
  return {
    ...pageOf(found),
    filters: {
      ...(status === undefined ? {} : { status }),
      ...(account === undefined ? {} : { account }),
      ...(builder === undefined ? {} : { builder }),
    },
    isFirst: before === undefined,
    names: { account: names?.account ?? null, builder: names?.builder ?? null },
  };
}

/** The query for the ids of builds of a status, by the index that has them in order. */
function listed(
  status: Build["status"],
  account: number | undefined,
  builder: number | undefined,
): SQL {
  if (account !== undefined) {
    return sql`SELECT id FROM builds INDEXED BY builds_account_status
      WHERE account_id = ${account} AND status = ${status}`;
  }
  if (builder !== undefined) {
    return sql`SELECT id FROM builds INDEXED BY builds_builder
      WHERE builder_id = ${builder} AND status = ${status}`;
  }
  return sql`SELECT id FROM builds INDEXED BY builds_of_status WHERE status = ${status}`;
}
