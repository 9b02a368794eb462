// Takes an app's own icon away, so that one is drawn again.
import { sql } from "drizzle-orm";
import { apps } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { auditEntry } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { visibleApp, type App } from "./find-app.ts";
import { deleteUnused } from "./set-icon.ts";

/**
 * Removes the app's icon and returns the app; one without an icon stays as it is. Builds that were triggered with the icon
 * still find it. Refuses `not_found` when the app was deleted meanwhile.
 */
export async function removeIcon(ctx: AccountCtx, app: App): Promise<App> {
  const own = visibleApp(ctx.principal, app.id);
  // One transaction, so that an icon that is uploaded at the same time is either removed with its object or stays.
  const [[removed], , [updated]] = await ctx.db.batch([
    ctx.db.select({ key: apps.iconKey }).from(apps).where(own),
    auditEntry(
      ctx,
      { did: "app.icon", id: app.id, name: app.name, facts: { removed: true } },
      sql`FROM ${apps} WHERE ${own} AND ${apps.iconKey} IS NOT NULL`,
    ),
    ctx.db
      .update(apps)
      .set({ iconKey: null, iconMediaType: null, iconSha256: null, updatedAt: ctx.now() })
      .where(own)
      .returning(),
  ]);
  if (!updated) return refuse({ code: "not_found", what: "app" });
  if (removed?.key) await deleteUnused(ctx, app.id, removed.key);
  return updated;
}
