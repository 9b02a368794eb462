// Stores a picture of an app's icon in R2: the icon itself or a layer of it. What removes it is in remove-icon.ts.
import { and, eq, or } from "drizzle-orm";
import { apps, builds } from "../../db/schema/index.ts";
import { sha256Hex } from "../../kit/crypto.ts";
import { checkPicture } from "../../kit/image/check.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { MAX_ICON_PIXELS, type IconPicture } from "../../protocol/builder.ts";
import { auditEntry } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { visibleApp, type App } from "./find-app.ts";
import { ICON_PICTURES, pictureValues } from "./icon-pictures.ts";

/**
 * Stores `bytes` as the app's icon, or as a layer of it, and returns the app. Each upload gets an R2 object of its own, so that
 * deleting a replaced picture never deletes one that was uploaded again meanwhile. Builds that were triggered with the old
 * picture still find it. Refuses `invalid`, and `not_found` when the app was deleted meanwhile.
 */
export async function setIcon(
  ctx: AccountCtx,
  app: App,
  bytes: Uint8Array,
  picture: IconPicture = "icon",
): Promise<App> {
  const checked = checkPicture(bytes, MAX_ICON_PIXELS);
  if (!checked.ok) return refuse(invalidField(["icon"], checked.fault));
  const { mediaType } = checked.image;
  const sha256 = await sha256Hex(bytes);
  const key = `apps/${app.id}/icons/${crypto.randomUUID()}`;
  await ctx.files.put(key, bytes, { sha256, httpMetadata: { contentType: mediaType } });
  const own = visibleApp(ctx.principal, app.id);
  // One transaction, so that of two pictures uploaded at once each replaces, and deletes, another one.
  const [[replaced], [updated]] = await ctx.db.batch([
    ctx.db
      .select({ key: apps[`${picture}Key`] })
      .from(apps)
      .where(own),
    ctx.db
      .update(apps)
      .set({ ...pictureValues(picture, { key, mediaType, sha256 }), updatedAt: ctx.now() })
      .where(own)
      .returning(),
    auditEntry(ctx, { did: "app.icon", id: app.id, name: app.name, facts: layerFacts(picture) }),
  ]);
  if (!updated) {
    // The deletion of the app may have listed its files before this one was stored.
    await ctx.files.delete(key);
    return refuse({ code: "not_found", what: "app" });
  }
  if (replaced?.key) await deleteUnused(ctx, app.id, replaced.key);
  return updated;
}

/** What the audit log says beside the app: which layer it was, if it was one. */
export function layerFacts(picture: IconPicture): { layer?: IconPicture } {
  return picture === "icon" ? {} : { layer: picture };
}

/** Deletes a replaced picture unless a build was triggered with it; such pictures are deleted with the app. */
export async function deleteUnused(ctx: AccountCtx, appId: number, key: string): Promise<void> {
  const users = await ctx.db
    .select({ id: builds.id })
    .from(builds)
    .where(
      and(
        eq(builds.appId, appId),
        or(...ICON_PICTURES.map((picture) => eq(builds[`${picture}Key`], key))),
      ),
    )
    .limit(1);
  if (users.length === 0) await ctx.files.delete(key);
}
