// Deletes an app's installations in bounded statements, before the app's own row is deleted.
import { eq } from "drizzle-orm";
import { deleteInParts, UNTIL_NOTHING_IS_LEFT } from "../../../db/delete-in-parts.ts";
import { installations } from "../../../db/schema/index.ts";
import type { Ctx } from "../../context.ts";

/** Rows in one statement, which has to be short, and no bound on all of them: none may be left. */
const BOUNDS = { rows: 5000, statements: UNTIL_NOTHING_IS_LEFT };

/** Deletes every installation of the app. Doing it twice does no harm. */
export async function deleteInstallations(ctx: Ctx, appId: number): Promise<void> {
  const where = eq(installations.appId, appId);
  await deleteInParts(ctx.db, installations, { key: installations.id, where }, BOUNDS);
}
