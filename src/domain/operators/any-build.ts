// One build of whichever account, for operators, who help its people: its facts, its log, and its end. What they read or end there
// stands in the account's audit log.
import { eq, sql } from "drizzle-orm";
import { accounts, apps, builders, builds } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { asOperator, note } from "../audit/entry.ts";
import { logFrom } from "../builds/build-logs.ts";
import { cancelFound } from "../builds/cancel-build.ts";
import { nameOf, type Build } from "../builds/find-build.ts";
import type { Ctx, PersonCtx } from "../context.ts";

export interface FoundBuild {
  build: Build;
  appName: string;
  accountName: string;
  /** The name of the host that had it last; null for none, and for one that was removed. */
  builderName: string | null;
}

/** Returns the build with this id, in one round trip. Refuses `not_found`. */
export async function findAnyBuild(ctx: Ctx, id: number): Promise<FoundBuild> {
  const [row] = await ctx.db
    .select({
      build: builds,
      appName: sql<string>`${apps.name}`.as("app_name"),
      accountName: sql<string>`${accounts.name}`.as("account_name"),
      builderName: sql<string | null>`${builders.name}`.as("builder_name"),
    })
    .from(builds)
    .innerJoin(apps, eq(apps.id, builds.appId))
    .innerJoin(accounts, eq(accounts.id, builds.accountId))
    .leftJoin(builders, eq(builders.id, builds.builderId))
    .where(eq(builds.id, id));
  return row ?? refuse({ code: "not_found", what: "build" });
}

/** Returns the log of the build as it is now, which is noted in its account before. Refuses `not_found`. */
export async function readAnyLog(ctx: PersonCtx, id: number): Promise<string> {
  const { build } = await findAnyBuild(ctx, id);
  await note(asOperator(ctx, build.accountId), {
    did: "build.inspect",
    id,
    name: nameOf(build),
    facts: { app: build.appId },
  });
  const log = await logFrom(ctx, build, 0, build.status, 0);
  return log?.text ?? "";
}

/** Cancels the build. Refuses `not_found`, and `not_cancellable` when it has ended. */
export async function cancelAnyBuild(ctx: PersonCtx, id: number): Promise<void> {
  const { build } = await findAnyBuild(ctx, id);
  await cancelFound(asOperator(ctx, build.accountId), build);
}
