// Who asked for a build: by the audit log, which has an entry right after each trigger.
import { and, desc, eq, inArray } from "drizzle-orm";
import { auditEntries } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";
import type { Deed } from "./deeds.ts";

const TRIGGER: Deed = "build.trigger";
/** Newest entries about builds that are looked at: there is no index by thing, and an account can have 100,000. */
const MAX_LOOKED_AT = 2000;

/**
 * Returns who triggered each of these builds, by its id: a person's name, or null for an API key, whose names are for owners.
 * Builds that are older than what is looked at are left out.
 */
export async function whoTriggered(
  ctx: AccountCtx,
  builds: readonly number[],
): Promise<ReadonlyMap<number, string | null>> {
  const newest = ctx.db
    .select({
      did: auditEntries.did,
      build: auditEntries.thingId,
      who: auditEntries.who,
      name: auditEntries.whoName,
    })
    .from(auditEntries)
    .where(and(eq(auditEntries.accountId, ctx.principal.accountId), eq(auditEntries.kind, "build")))
    .orderBy(desc(auditEntries.id))
    .limit(MAX_LOOKED_AT)
    .as("newest");
  const found = await ctx.db
    .select()
    .from(newest)
    .where(and(eq(newest.did, TRIGGER), inArray(newest.build, builds.map(String))));
  return new Map(
    found.map(({ build, who, name }) => [Number(build), who.startsWith("person:") ? name : null]),
  );
}
