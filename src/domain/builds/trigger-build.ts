// Triggers a build of an app in its present state.
import { z } from "zod";
import { BuildFormat, BuildType, MAX_ADI_TOKEN, type AppSnapshot } from "../../protocol/builder.ts";
import { AppConfig } from "../../protocol/config.ts";
import { integer } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse, type Refusal } from "../../kit/refusal.ts";
import { MAX_VERSION_CODE } from "../apps/app-input.ts";
import { requireActiveNow } from "../accounts/suspension.ts";
import type { App } from "../apps/find-app.ts";
import { noteDone } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { ensureDebugKeystore } from "../keystores/debug-keystore.ts";
import { keystoreById, type Keystore } from "../keystores/find-keystore.ts";
import { MAX_APPS_EVER } from "../keystores/keystore-apps.ts";
import type { ReleaseOrder, TriggerResult } from "../ports/builds.ts";

/** What a build costs on plans that count credits. */
export const BUILD_COST = 1;

const KEYSTORE_FULL = `must name a keystore that is for fewer than ${MAX_APPS_EVER} apps, deleted ones included`;

const USED_UP = `must be false: ${MAX_VERSION_CODE} is released, and stores accept no higher version code`;

/** Printable ASCII, spaces included (Android developer verification; longest: see the builder protocol). */
const ADI_TOKEN = new RegExp(`^[ -~]{1,${MAX_ADI_TOKEN}}$`);

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
  auto_increment: z
    .boolean()
    .default(false)
    .meta({
      description:
        "Has a release take the version code above the highest that was released, or the app's own if that is higher. The " +
        "app's own follows when the release completes.",
    }),
  allow_signing_key_change: z
    .boolean()
    .default(false)
    .meta({
      description:
        "Allows a release that is signed with another certificate than the app's last: no device that has the app can update " +
        "to it.",
    }),
  allow_package_change: z.boolean().default(false).meta({
    description:
      "Allows a release under another package name than the app's last: devices and stores take it for another app.",
  }),
  allow_version_reuse: z.boolean().default(false).meta({
    description:
      "Allows a release whose version code is not above the highest that was released: devices that have that don't update.",
  }),
  adi_token: z
    .string()
    .regex(ADI_TOKEN, `must be 1 to ${MAX_ADI_TOKEN} printable ASCII characters`)
    .nullish()
    .meta({
      description:
        "The token that Google's developer verification shows for a package name. The build is then the proof of who owns " +
        "it: an APK that holds the token. It is no release. For release builds of the format `apk` alone; without, or null, " +
        "the build is none.",
      minLength: 1,
      maxLength: MAX_ADI_TOKEN,
    }),
});
type Wanted = z.output<typeof TriggerBuild>;

export interface Triggered {
  id: number;
  buildType: BuildType;
  buildFormat: BuildFormat;
  debuggable: boolean;
  keystoreId: number | null;
  certificateSha256: string;
  certificateSha1: string;
  isProof: boolean;
  versionName: string;
  versionCode: number;
  createdAt: number;
  bookmark: string | null;
}

/**
 * Takes the app's lock, the credit and a place in the queue, all or none. Refuses `invalid`, `active_build`; a release that
 * would be no update of those before as `signing_key_changed`, `package_changed` or `version_code_used`;
 * `insufficient_credits`, `no_builders`, `account_suspended` where that happened meanwhile, and `not_found` when the app was
 * deleted meanwhile. `apiOrigin` is the origin by which the API was reached.
 */
export async function triggerBuild(
  ctx: AccountCtx,
  app: App,
  apiOrigin: string,
  input: unknown,
): Promise<Triggered> {
  const { principal } = ctx;
  const wanted = parse(TriggerBuild, input);
  // Apps made by the push API have no URL until they are given one.
  if (app.url === "")
    refuse(invalidField(["url"], "must be set on the app before it can be built"));
  const keystore = await signingKeystore(ctx, app, wanted);
  const keystoreId = keystore?.id ?? null;
  const adiToken = wanted.adi_token ?? null;
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
    adiToken,
    apiOrigin,
    release: keystore && isRelease(wanted) ? releaseOrder(app, keystore, wanted) : null,
    cost,
    availableCredits: principal.account.buildCredits,
  });
  if (!result.ok) {
    if (result.reason === "account_suspended") await requireActiveNow(ctx, principal.accountId);
    return refuse(refusalOf(result, wanted.build_format, cost));
  }
  await noteDone(ctx, {
    did: "build.trigger",
    id: result.buildId,
    name: `${app.name} ${app.versionName}`,
    facts: { app: app.id, type: wanted.build_type, format: wanted.build_format },
  });
  return {
    id: result.buildId,
    buildType: wanted.build_type,
    buildFormat: wanted.build_format,
    debuggable,
    keystoreId,
    certificateSha256: result.certificateSha256,
    certificateSha1: result.certificateSha1,
    isProof: adiToken !== null,
    versionName: app.versionName,
    versionCode: result.versionCode,
    createdAt: result.createdAt,
    bookmark: result.bookmark,
  };
}

/** Why no build of this format and cost was made. */
function refusalOf(
  result: Extract<TriggerResult, { ok: false }>,
  format: BuildFormat,
  cost: number,
): Refusal {
  switch (result.reason) {
    // It goes on again by now, and its last build is just about to end.
    case "account_suspended":
      return { code: "active_build" };
    case "app_deleted":
      return { code: "not_found", what: "app" };
    case "keystore_deleted":
      return unknownKeystore();
    case "keystore_full":
      return invalidField(["keystore_id"], KEYSTORE_FULL);
    case "other_identity":
      return result.refusal;
    case "version_codes_used_up":
      return invalidField(["auto_increment"], USED_UP);
    case "insufficient_credits":
      return { code: result.reason, required: cost, available: result.available };
    case "no_builders":
      return { code: result.reason, ...(result.isAny ? { lacking: format } : {}) };
    default:
      return { code: result.reason };
  }
}

/** Whether the build is to be a release, and not a debug build or the proof of who owns the package name. */
function isRelease(wanted: Wanted): boolean {
  return wanted.build_type === "release" && !wanted.adi_token;
}

function releaseOrder(app: App, keystore: Keystore, wanted: Wanted): ReleaseOrder {
  return {
    packageName: app.packageName,
    certificateSha256: keystore.certificateSha256,
    versionCode: app.versionCode,
    format: wanted.build_format,
    autoIncrement: wanted.auto_increment,
    allow: {
      signingKeyChange: wanted.allow_signing_key_change,
      packageChange: wanted.allow_package_change,
      versionReuse: wanted.allow_version_reuse,
    },
  };
}

/** Refuses `invalid` for fields that are not for this kind of build, and for a release without a keystore. */
function requireFit(wanted: Wanted): void {
  const isForStores = wanted.build_type === "release";
  const wrong: [string, string][] = [];
  if (isForStores && !wanted.keystore_id)
    wrong.push(["keystore_id", "is required for a release build"]);
  const isApk = wanted.build_format === "apk";
  if (wanted.adi_token && !(isForStores && isApk && wanted.keystore_id))
    wrong.push([
      "adi_token",
      "must come with build_type release, a keystore_id and build_format apk",
    ]);
  if (wanted.auto_increment && !isRelease(wanted))
    wrong.push(["auto_increment", "must be false except for a release that is no proof"]);
  const issues = wrong.flatMap(([field, rule]) => invalidField([field], rule).issues);
  if (issues.length > 0) refuse({ code: "invalid", issues });
}

/**
 * Returns the keystore that the input names; null for a debug build without one, which the account's debug keystore signs.
 */
async function signingKeystore(
  ctx: AccountCtx,
  app: App,
  wanted: Wanted,
): Promise<Keystore | null> {
  requireFit(wanted);
  if (!wanted.keystore_id) {
    await ensureDebugKeystore(ctx);
    return null;
  }
  // A key that is limited to certain apps finds only the keystores of these: it can't sign with those of others. Nor
  // does it make one that is for other apps too a keystore of this app.
  const found = await keystoreById(ctx, wanted.keystore_id);
  const isForApp = found && (found.appIds.includes(app.id) || !found.hasOtherApps);
  return isForApp ? found.keystore : refuse(unknownKeystore());
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
