// Triggers a build of an app in its present state.
import { z } from "zod";
import { BuildFormat, BuildType, type AppSnapshot } from "../../protocol/builder.ts";
import { AppConfig } from "../../protocol/config.ts";
import { integer } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse, type Refusal } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { ensureDebugKeystore } from "../keystores/debug-keystore.ts";
import { keystoreById } from "../keystores/find-keystore.ts";
import { MAX_APPS_EVER } from "../keystores/keystore-apps.ts";

/** What a build costs on plans that count credits. */
export const BUILD_COST = 1;

const KEYSTORE_FULL = `must name a keystore that is for fewer than ${MAX_APPS_EVER} apps, deleted ones included`;

export const TriggerBuild = z.strictObject({
  build_format: BuildFormat.default("apk").meta({
    description: "`apk` can be installed, `aab` is for stores.",
    example: "apk",
  }),
  build_type: BuildType.default("debug").meta({
    description:
      "`debug` is for trying out, `release` for stores; a release needs a `keystore_id`.",
    example: "debug",
  }),
  keystore_id: integer(1, Number.MAX_SAFE_INTEGER)
    .nullish()
    .meta({
      description:
        "The keystore that signs the build. Without, or null, the account's own debug key signs a debug " +
        "build.",
    }),
});

export interface Triggered {
  id: number;
  buildType: BuildType;
  buildFormat: BuildFormat;
  debuggable: boolean;
  versionName: string;
  versionCode: number;
  createdAt: number;
  bookmark: string | null;
}

/**
 * Takes the app's lock, the credit and a place in the queue, all or none. Refuses `invalid`, `active_build`,
 * `insufficient_credits`, `no_builders`, and `not_found` when the app was deleted meanwhile.
 */
export async function triggerBuild(ctx: AccountCtx, app: App, input: unknown): Promise<Triggered> {
  const { principal } = ctx;
  const wanted = parse(TriggerBuild, input);
  // Apps made by the push API have no URL until they are given one.
  if (app.url === "")
    refuse(invalidField(["url"], "must be set on the app before it can be built"));
  const keystoreId = await signingKeystore(ctx, app, wanted);
  // A debuggable app gives away its data to whoever holds the device, so an owner's key, which also signs what users
  // have, signs none.
  const debuggable = wanted.build_type === "debug" && keystoreId === null;
  const cost = principal.plan.monthlyCredits === null ? 0 : BUILD_COST;
  const result = await ctx.buildLock(app.id).trigger({
    accountId: principal.accountId,
    appId: app.id,
    platform: app.platform,
    buildType: wanted.build_type,
    buildFormat: wanted.build_format,
    versionName: app.versionName,
    versionCode: app.versionCode,
    snapshot: snapshotOf(app),
    keystoreId,
    debuggable,
    cost,
    availableCredits: principal.account.buildCredits,
  });
  if (!result.ok) {
    switch (result.reason) {
      case "app_deleted":
        return refuse({ code: "not_found", what: "app" });
      case "keystore_deleted":
        return refuse(unknownKeystore());
      case "keystore_full":
        return refuse(invalidField(["keystore_id"], KEYSTORE_FULL));
      case "insufficient_credits":
        return refuse({ code: result.reason, required: cost, available: result.available });
      case "no_builders":
        return refuse({
          code: result.reason,
          ...(result.isAny ? { lacking: wanted.build_format } : {}),
        });
      default:
        return refuse({ code: result.reason });
    }
  }
  return {
    id: result.buildId,
    buildType: wanted.build_type,
    buildFormat: wanted.build_format,
    debuggable,
    versionName: app.versionName,
    versionCode: app.versionCode,
    createdAt: result.createdAt,
    bookmark: result.bookmark,
  };
}

/**
 * Returns the id of the keystore that the input names; null for a debug build without one, which the account's debug
 * keystore signs.
 */
async function signingKeystore(
  ctx: AccountCtx,
  app: App,
  wanted: z.output<typeof TriggerBuild>,
): Promise<number | null> {
  if (wanted.keystore_id) {
    // A key that is limited to certain apps finds only the keystores of these: it can't sign with those of others. Nor
    // does it make one that is for other apps too a keystore of this app.
    const found = await keystoreById(ctx, wanted.keystore_id);
    const isForApp = found && (found.appIds.includes(app.id) || !found.hasOtherApps);
    return isForApp ? found.keystore.id : refuse(unknownKeystore());
  }
  if (wanted.build_type === "release") {
    refuse(invalidField(["keystore_id"], "is required for a release build"));
  }
  await ensureDebugKeystore(ctx);
  return null;
}

function unknownKeystore(): Refusal {
  return invalidField(["keystore_id"], "must name a keystore of the account");
}

function snapshotOf(app: App): AppSnapshot {
  return {
    name: app.name,
    url: app.url,
    package_name: app.packageName,
    version_name: app.versionName,
    version_code: app.versionCode,
    config: AppConfig.parse(app.config),
  };
}
