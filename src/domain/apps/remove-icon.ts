// Takes an app's own icon away, so that one is drawn again, or a layer of it, which is made of the icon then.
import { sql } from "drizzle-orm";
import { apps } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { IconPicture } from "../../protocol/builder.ts";
import { auditEntry } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { visibleApp, type App } from "./find-app.ts";
import { pictureValues } from "./icon-pictures.ts";
import { deleteUnused, layerFacts } from "./set-icon.ts";

/**
 * Removes the app's icon, or a layer of it, and returns the app; one without it stays as it is. Builds that were triggered with
 * it still find it. Refuses `not_found` when the app was deleted meanwhile.
 */
export async function removeIcon(
  ctx: AccountCtx,
  app: App,
  picture: IconPicture = "icon",
): Promise<App> {
  const own = visibleApp(ctx.principal, app.id);
  const key = apps[`${picture}Key`];
  const facts = { removed: true, ...layerFacts(picture) };
  // One transaction, so that a picture that is uploaded at the same time is either removed with its object or stays.
  const [[removed], , [updated]] = await ctx.db.batch([
    ctx.db.select({ key }).from(apps).where(own),
    auditEntry(
      ctx,
      { did: "app.icon", id: app.id, name: app.name, facts },
      sql`FROM ${apps} WHERE ${own} AND ${key} IS NOT NULL`,
    ),
    ctx.db
      .update(apps)
      .set({ ...pictureValues(picture, null), updatedAt: ctx.now() })
      .where(own)
      .returning(),
  ]);
  if (!updated) return refuse({ code: "not_found", what: "app" });
  if (removed?.key) await deleteUnused(ctx, app.id, removed.key);
  return updated;
}
