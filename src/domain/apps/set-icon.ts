// Stores an app's icon in R2. What removes it is in remove-icon.ts.
import { and, eq } from "drizzle-orm";
import { apps, builds } from "../../db/schema/index.ts";
import { sha256Hex } from "../../kit/crypto.ts";
import { sniffImage } from "../../kit/image.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { MAX_ICON_PIXELS } from "../../protocol/builder.ts";
import { auditEntry } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { visibleApp, type App } from "./find-app.ts";

/**
 * Stores `bytes` as the app's icon and returns the app. Each upload gets an R2 object of its own, so that deleting a
 * replaced icon never deletes one that was uploaded again meanwhile. Builds that were triggered with the old icon
 * still find it. Refuses `invalid`, and `not_found` when the app was deleted meanwhile.
 */
export async function setIcon(ctx: AccountCtx, app: App, bytes: Uint8Array): Promise<App> {
  const image = sniffImage(bytes);
  if (image === null) {
    refuse(invalidField(["icon"], "must be a PNG, JPEG, WebP or SVG image"));
  }
  if (image.width * image.height > MAX_ICON_PIXELS) {
    refuse(invalidField(["icon"], `must not have more than ${MAX_ICON_PIXELS} pixels`));
  }
  const sha256 = await sha256Hex(bytes);
  const key = `apps/${app.id}/icons/${crypto.randomUUID()}`;
  await ctx.files.put(key, bytes, { sha256, httpMetadata: { contentType: image.mediaType } });
  const own = visibleApp(ctx.principal, app.id);
  // One transaction, so that of two icons uploaded at once each replaces, and deletes, another one.
  const [[replaced], [updated]] = await ctx.db.batch([
    ctx.db.select({ key: apps.iconKey }).from(apps).where(own),
    ctx.db
      .update(apps)
      .set({
        iconKey: key,
        iconMediaType: image.mediaType,
        iconSha256: sha256,
        updatedAt: ctx.now(),
      })
      .where(own)
      .returning(),
    auditEntry(ctx, { did: "app.icon", id: app.id, name: app.name }),
  ]);
  if (!updated) {
    // The deletion of the app may have listed its files before this one was stored.
    await ctx.files.delete(key);
    return refuse({ code: "not_found", what: "app" });
  }
  if (replaced?.key) await deleteUnused(ctx, app.id, replaced.key);
  return updated;
}

/** Deletes a replaced icon unless a build was triggered with it; such icons are deleted with the app. */
export async function deleteUnused(ctx: AccountCtx, appId: number, key: string): Promise<void> {
  const users = await ctx.db
    .select({ id: builds.id })
    .from(builds)
    .where(and(eq(builds.appId, appId), eq(builds.iconKey, key)))
    .limit(1);
  if (users.length === 0) await ctx.files.delete(key);
}
