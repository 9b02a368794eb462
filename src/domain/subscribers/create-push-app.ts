// Creates an app by the push API: it has no website yet, but a credential for Web Push from the start.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { insertFrom } from "../../db/insert-from.ts";
import { apps, pushCredentials } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { generateVapidKeys } from "../../kit/push/vapid-keys.ts";
import { refuse } from "../../kit/refusal.ts";
import { requireWholeAccount } from "../accounts/whole-account.ts";
import { AppName, CreateApp } from "../apps/app-input.ts";
import { insertApp, newPublicKey, tooManyApps } from "../apps/create-app.ts";
import { packageNameFor } from "../apps/package-name.ts";
import { auditEntry, INSERTED_ID } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { sealedColumns } from "./credentials.ts";
import type { PushApp } from "./push-apps.ts";
import { GivenSettings, PushSettings } from "./push-settings.ts";
import { ownVapidKeys, VapidKey } from "./set-credential.ts";

export const CreatePushApp = z.strictObject({
  name: AppName.meta({ description: "The app's name.", example: "My App" }),
  settings: GivenSettings.default({}).meta({
    description: "Defaults of the app's notifications, and who may register.",
  }),
  /** A VAPID pair of the owner's own, for browsers that subscribed with it before; both halves or none. */
  vapid_public_key: VapidKey.optional().meta({
    description:
      "The public half of a VAPID pair of your own, in base64url, for browsers that subscribed with it " +
      "before. Both halves or none.",
  }),
  vapid_private_key: VapidKey.optional().meta({
    description: "The private half of that pair, in base64url.",
  }),
});

/**
 * Creates the app with a VAPID pair, a new one unless the input has one. The app's URL is the default URL of its
 * notifications, or empty. Refuses `invalid`, and `forbidden` to a key that is limited to certain apps.
 */
export async function createPushApp(
  ctx: AccountCtx,
  input: unknown,
): Promise<{ push: PushApp; vapidPrivateKey: string }> {
  requireWholeAccount(ctx.principal);
  const { accountId } = ctx.principal;
  const wanted = parse(CreatePushApp, input);
  const settings = PushSettings.parse(wanted.settings);
  const keys =
    (await ownVapidKeys(wanted.vapid_public_key, wanted.vapid_private_key, [
      "vapid_public_key",
      "vapid_private_key",
    ])) ?? (await generateVapidKeys());
  const credential = await sealedColumns(ctx, accountId, {
    provider: "webpush",
    secret: { subject: ctx.vapidSubject, ...keys },
  });
  const now = ctx.now();
  const uuid = crypto.randomUUID();
  const url = settings.default_url ?? "";
  // The defaults of an app that API v1 creates.
  const { platform, version_name, version_code, config } = CreateApp.omit({ url: true }).parse({
    name: wanted.name,
  });
  const made = sql`(SELECT ${apps.id} FROM ${apps} WHERE ${apps.uuid} = ${uuid})`;
  const [[app]] = await ctx.db.batch([
    insertApp(ctx, {
      uuid,
      accountId,
      name: wanted.name,
      platform,
      url,
      packageName: packageNameFor(wanted.name, uuid),
      versionName: version_name,
      versionCode: version_code,
      config,
      publicKey: newPublicKey(),
      pushSettings: { ...settings },
      createdAt: now,
      updatedAt: now,
    }),
    auditEntry(ctx, { did: "app.create", id: INSERTED_ID, name: wanted.name }),
    insertFrom(
      ctx.db,
      pushCredentials,
      { ...credential, appId: made, version: now, createdAt: now, updatedAt: now },
      sql`WHERE ${made} IS NOT NULL`,
    ),
  ]);
  if (!app) return refuse(tooManyApps());
  return {
    push: {
      app,
      publicKey: app.publicKey ?? "",
      vapidPublicKey: keys.publicKey,
      subscriberCount: 0,
      settings,
    },
    vapidPrivateKey: keys.privateKey,
  };
}
