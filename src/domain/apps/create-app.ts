// Creates an app for a website.
import { sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { audited, INSERTED_ID } from "../audit/entry.ts";
import { apps } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse, type Refusal } from "../../kit/refusal.ts";
import { requireWholeAccount } from "../accounts/whole-account.ts";
import type { AccountCtx } from "../context.ts";
import { CreateApp } from "./app-input.ts";
import { checkShortcuts } from "./check-shortcuts.ts";
import { packageNameFor } from "./package-name.ts";
import type { App } from "./find-app.ts";

/** Most apps of an account: more than any owner has. Keeps statements that read all of them short. */
export const MAX_APPS = 1000;

/** Creates the app and returns it. Refuses `invalid`, and `forbidden` to a key that is limited to certain apps. */
export async function createApp(ctx: AccountCtx, input: unknown): Promise<App> {
  requireWholeAccount(ctx.principal);
  const wanted = parse(CreateApp, input);
  checkShortcuts(wanted.url, wanted.config);
  const now = ctx.now();
  const uuid = crypto.randomUUID();
  const insert = insertApp(ctx, {
    uuid,
    accountId: ctx.principal.accountId,
    name: wanted.name,
    platform: wanted.platform,
    url: wanted.url,
    packageName: wanted.package_name ?? packageNameFor(wanted.name, uuid),
    versionName: wanted.version_name,
    versionCode: wanted.version_code,
    config: wanted.config,
    playSigningSha256: wanted.play_signing_sha256 ?? null,
    publicKey: newPublicKey(),
    createdAt: now,
    updatedAt: now,
  });
  const [app] = await audited(ctx, insert, {
    did: "app.create",
    id: INSERTED_ID,
    name: wanted.name,
  });
  return app ?? refuse(tooManyApps());
}

/**
 * The statement that inserts an app and returns its row; it inserts nothing when the account has MAX_APPS already.
 */
export function insertApp(ctx: AccountCtx, row: typeof apps.$inferInsert) {
  const present = sql`(SELECT count(*) FROM ${apps} WHERE ${apps.accountId} = ${row.accountId})`;
  return insertFrom(ctx.db, apps, row, sql`WHERE ${present} < ${MAX_APPS}`).returning();
}

/** The refusal of an app beyond MAX_APPS. */
export function tooManyApps(): Refusal {
  return invalidField(["apps"], `must not be more than ${MAX_APPS}`);
}

/** Makes a public key, by which browsers and devices of an app register: 128 random bits. */
export function newPublicKey(): string {
  return `pk_${crypto.randomUUID().replaceAll("-", "")}`;
}
