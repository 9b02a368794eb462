// Changes the given fields of an app and leaves the others.
import { and, lte, sql } from "drizzle-orm";
import type { z } from "zod";
import type { SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import { apps } from "../../db/schema/index.ts";
import { AppConfig } from "../../protocol/config.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { audited, fieldsOf } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { UpdateApp } from "./app-input.ts";
import { checkShortcuts } from "./check-shortcuts.ts";
import { findApp, visibleApp, type App } from "./find-app.ts";

/**
 * Changes the app and returns it as it is then. Refuses `invalid`, also for a version code that is less than before,
 * since devices refuse to install an older version; `not_found` when the app was deleted meanwhile.
 */
export async function updateApp(ctx: AccountCtx, app: App, input: unknown): Promise<App> {
  const wanted = parse(UpdateApp, input);
  checkShortcuts(wanted.url ?? app.url, shortcutsAfter(app, wanted.config));
  const changes: SQLiteUpdateSetSource<typeof apps> = { updatedAt: ctx.now() };
  if (wanted.name !== undefined) changes.name = wanted.name;
  if (wanted.url !== undefined) changes.url = wanted.url;
  if (wanted.platform !== undefined) changes.platform = wanted.platform;
  if (wanted.package_name !== undefined) changes.packageName = wanted.package_name;
  if (wanted.version_name !== undefined) changes.versionName = wanted.version_name;
  if (wanted.version_code !== undefined) changes.versionCode = wanted.version_code;
  if (wanted.play_signing_sha256 !== undefined)
    changes.playSigningSha256 = wanted.play_signing_sha256;
  if (wanted.config !== undefined) {
    // Merged in the database, so that of two updates at once neither undoes the other (RFC 7396). What is said of pushes
    // replaces what was, since a prompt that is left out is none.
    const kept =
      wanted.config.push === undefined ? apps.config : sql`json_remove(${apps.config}, '$.push')`;
    changes.config = sql`json_patch(${kept}, ${JSON.stringify(wanted.config)})`;
  }
  const update = ctx.db
    .update(apps)
    .set(changes)
    .where(
      and(
        visibleApp(ctx.principal, app.id),
        wanted.version_code === undefined ? undefined : lte(apps.versionCode, wanted.version_code),
      ),
    )
    .returning();
  const [updated] = await audited(ctx, update, {
    did: "app.update",
    id: app.id,
    name: wanted.name ?? app.name,
    facts: fieldsOf(wanted),
  });
  if (updated) return updated;
  const { versionCode } = await findApp(ctx, app.id);
  return refuse(invalidField(["version_code"], `must be at least ${versionCode}`));
}

/** The shortcuts that the app has after the changes: of two updates at once, the later may see those of before the other. */
function shortcutsAfter(app: App, changes: z.output<typeof UpdateApp>["config"]) {
  const changed = changes?.shortcuts;
  if (changed !== undefined) return { shortcuts: changed ?? undefined };
  return { shortcuts: AppConfig.parse(app.config).shortcuts };
}
