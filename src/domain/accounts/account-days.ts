// How many builds of an account ended on each day, as a trigger counts them (migrations/0001).
import { lt, sql } from "drizzle-orm";
import { deleteInParts } from "../../db/delete-in-parts.ts";
import { accountDays } from "../../db/schema/index.ts";
import { DAY_MS, utcDay } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** How long a day is kept, ms: pages show the last 30. */
const KEPT_MS = 366 * DAY_MS;
/** Bounds of one night's deletion. The next night takes the rest. */
const BOUNDS = { rows: 5000, statements: 20 };

/** Deletes days that are over a year ago. */
export async function expireAccountDays(ctx: Ctx): Promise<void> {
  const where = lt(accountDays.date, utcDay(ctx.now() - KEPT_MS));
  // rowid, since the key has two columns.
  await deleteInParts(ctx.db, accountDays, { key: sql`rowid`, where }, BOUNDS);
}
