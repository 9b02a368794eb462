// Forgets an app's instances in bounded statements, before the app's own row goes. May be repeated.
import { eq } from "drizzle-orm";
import { deleteInParts, UNTIL_NOTHING_IS_LEFT } from "../../../db/delete-in-parts.ts";
import { sendInstances } from "../../../db/schema/index.ts";
import type { Ctx } from "../../context.ts";

/** All of an app's. */
const BOUNDS = { rows: 5000, statements: UNTIL_NOTHING_IS_LEFT };

export async function deleteInstances(ctx: Ctx, appId: number): Promise<void> {
  const where = eq(sendInstances.appId, appId);
  await deleteInParts(ctx.db, sendInstances, { key: sendInstances.id, where }, BOUNDS);
}
