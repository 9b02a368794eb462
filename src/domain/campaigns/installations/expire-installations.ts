// Deletes installations that never reported an address. Runs daily and in bounded statements; may run twice at once.
import { and, isNull, lt } from "drizzle-orm";
import { deleteInParts } from "../../../db/delete-in-parts.ts";
import { installations } from "../../../db/schema/index.ts";
import { DAY_MS } from "../../../kit/time.ts";
import type { Ctx } from "../../context.ts";

/** After how long an installation without an address is deleted, ms. */
const UNREACHABLE_MS = 30 * DAY_MS;
/** Bounds of one run: 500,000 installations. The run of the next day deletes the rest. */
const BOUNDS = { rows: 5000, statements: 100 };

/** Deletes the installations that have had no address for long. */
export async function expireInstallations(ctx: Ctx): Promise<void> {
  const where = and(
    isNull(installations.subscriberId),
    lt(installations.createdAt, ctx.now() - UNREACHABLE_MS),
  );
  await deleteInParts(ctx.db, installations, { key: installations.id, where }, BOUNDS);
}
