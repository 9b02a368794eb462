// Makes an app for a website.
import { apps } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { requireWholeAccount } from "../accounts/whole-account.ts";
import type { AccountCtx } from "../context.ts";
import { CreateApp } from "./app-input.ts";
import { packageNameFor } from "./package-name.ts";
import type { App } from "./visible.ts";

/** Makes the app. Refuses `invalid`, and `forbidden` to a key limited to other apps. */
export async function createApp(ctx: AccountCtx, input: unknown): Promise<App> {
  requireWholeAccount(ctx.principal);
  const wanted = parse(CreateApp, input);
  const now = ctx.now();
  const uuid = crypto.randomUUID();
  const [app] = await ctx.db
    .insert(apps)
    .values({
      uuid,
      accountId: ctx.principal.accountId,
      name: wanted.name,
      platform: wanted.platform,
      url: wanted.url,
      packageName: wanted.package_name ?? packageNameFor(wanted.name, uuid),
      versionName: wanted.version_name,
      versionCode: wanted.version_code,
      config: wanted.config,
      publicKey: newPublicKey(),
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (!app) throw new Error("an inserted app answered no row");
  return app;
}

/** What browsers and devices of an app register with: 128 random bits. */
export function newPublicKey(): string {
  return `pk_${crypto.randomUUID().replaceAll("-", "")}`;
}
