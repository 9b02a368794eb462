// Deletes an app's subscribers and push credentials, so that the app's own row can be deleted. In bounded statements,
// since an app can have millions of subscribers; may be repeated after an interruption.
import { eq, sql } from "drizzle-orm";
import { deleteInParts, UNTIL_NOTHING_IS_LEFT } from "../../db/delete-in-parts.ts";
import { pushCredentials, subscribers, tagBlocks } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** Bounds of the deletion of who has which tag. */
const BLOCKS = { rows: 5000, statements: UNTIL_NOTHING_IS_LEFT };
/** Bounds of the deletion of all of an app's subscribers. For each of them a trigger looks for the blocks of fifty tags. */
const BOUNDS = { rows: 2000, statements: UNTIL_NOTHING_IS_LEFT };

/** Deletes the subscribers and push credentials of an app. */
export async function deletePush(ctx: Ctx, appId: number): Promise<void> {
  await ctx.db.delete(pushCredentials).where(eq(pushCredentials.appId, appId));
  // Before the subscribers, so that these need not be taken out one by one.
  const ofTags = { key: sql`rowid`, where: eq(tagBlocks.appId, appId) };
  await deleteInParts(ctx.db, tagBlocks, ofTags, BLOCKS);
  const where = eq(subscribers.appId, appId);
  await deleteInParts(ctx.db, subscribers, { key: subscribers.id, where }, BOUNDS);
}
