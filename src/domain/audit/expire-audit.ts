// Deletes audit entries that are a year old. How many an account has at most is held by a trigger (migrations/0001).
import { sql } from "drizzle-orm";
import { inParts } from "../../db/delete-in-parts.ts";
import { auditEntries } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** How long an entry is kept, ms. */
const KEPT_MS = 365 * DAY_MS;
/** Entries that one statement looks at, and statements of one night: ten million entries a night, more than come in a day. */
const AT_ONCE = 5000;
const PARTS = 200;

/**
 * Deletes what is over, the oldest first: ids grow with time, so each part looks at the oldest ids alone, and no index by
 * time is needed.
 */
export async function expireAudit(ctx: Ctx): Promise<void> {
  const oldest = sql`SELECT ${auditEntries.id} AS id, ${auditEntries.createdAt} AS at
    FROM ${auditEntries} ORDER BY ${auditEntries.id} LIMIT ${AT_ONCE}`;
  const over = sql`SELECT id FROM (${oldest}) WHERE at < ${ctx.now() - KEPT_MS}`;
  await inParts(PARTS, async () => {
    const { meta } = await ctx.db
      .delete(auditEntries)
      .where(sql`${auditEntries.id} IN (${over})`)
      .run();
    // Counts that triggers write are in it too, so it may be more.
    return meta.changes >= AT_ONCE;
  });
}
