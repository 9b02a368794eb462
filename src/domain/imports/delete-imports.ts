// Deletes an app's imports, so that its own row can be deleted. Their files go with the app's.
import { eq } from "drizzle-orm";
import { imports } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** Deletes the rows of the app's imports; there are never many (create-import.ts). */
export async function deleteImports(ctx: Ctx, appId: number): Promise<void> {
  await ctx.db.delete(imports).where(eq(imports.appId, appId));
}
