// Forgets an app's instances in bounded statements, before the app's own row goes. May be repeated.
import { eq } from "drizzle-orm";
import { deleteInParts, UNTIL_NOTHING_IS_LEFT } from "../../../db/delete-in-parts.ts";
import { installations } from "../../../db/schema/index.ts";
import type { Ctx } from "../../context.ts";

/** All of an app's. */
const BOUNDS = { rows: 5000, statements: UNTIL_NOTHING_IS_LEFT };

export async function deleteInstallations(ctx: Ctx, appId: number): Promise<void> {
  const where = eq(installations.appId, appId);
  await deleteInParts(ctx.db, installations, { key: installations.id, where }, BOUNDS);
}
