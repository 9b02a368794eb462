// Changes the given fields of an app that the push API shows, and leaves the others.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { apps } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { AppName } from "../apps/app-input.ts";
import { visibleApp, type App } from "../apps/find-app.ts";
import { audited, fieldsOf } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { pushAppOf, type PushApp } from "./push-apps.ts";
import { GivenSettings } from "./push-settings.ts";

export const UpdatePushApp = z.strictObject({
  name: AppName.optional().meta({ description: "The app's name.", example: "My App" }),
  settings: GivenSettings.optional().meta({ description: "The settings that change." }),
});

/**
 * Changes the app and returns it. An app that was made without a URL gets its first default URL as its URL. Refuses
 * `invalid`, and `not_found` when the app was deleted meanwhile.
 */
export async function updatePushApp(ctx: AccountCtx, app: App, input: unknown): Promise<PushApp> {
  const wanted = parse(UpdatePushApp, input);
  const { name, settings } = wanted;
  const url = settings?.default_url;
  const update = ctx.db
    .update(apps)
    .set({
      updatedAt: ctx.now(),
      ...(name === undefined ? {} : { name }),
      // Merged in the database (RFC 7396: null removes a setting), so that of two changes at once neither undoes the
      // other.
      ...(settings
        ? { pushSettings: sql`json_patch(${apps.pushSettings}, ${JSON.stringify(settings)})` }
        : {}),
      ...(url ? { url: sql`CASE ${apps.url} WHEN '' THEN ${url} ELSE ${apps.url} END` } : {}),
    })
    .where(visibleApp(ctx.principal, app.id));
  await audited(ctx, update, {
    did: "app.update",
    id: app.id,
    name: name ?? app.name,
    facts: fieldsOf(wanted),
  });
  return pushAppOf(ctx, app);
}
