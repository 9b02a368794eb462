// The signing identity of an app: what devices and stores hold an update to. Android installs an update only if it has
// the package name and the signing certificate of what is installed and no lower version code; Play wants a higher one.
// Pure: which release may follow those that were completed.
import type { releases } from "../../db/schema/index.ts";
import { MAX_VERSION_CODE } from "../apps/app-input.ts";
import type { IdentityRefusal, ReleaseOrder, TriggerResult } from "../ports/builds.ts";

/** What an app has released under one package name. */
export type Release = typeof releases.$inferSelect;

/** The lock's answer to a release that is refused. */
export type RefusedRelease = Extract<
  TriggerResult,
  { reason: "other_identity" | "version_codes_used_up" }
>;

/**
 * Judges the release `wanted` by those that the app has completed, the newest first. Returns the version code that it
 * gets. Of several reasons to refuse, the signing key comes first, then the package name, then the version code.
 *
 * A package name that was never released is a new app for Android: its version codes start anew, but it is held to the
 * signing key of the release before. One that was released earlier is held to what it was released with.
 */
export function judgeRelease(
  completed: readonly Release[],
  wanted: ReleaseOrder,
): { ok: true; versionCode: number } | RefusedRelease {
  const { packageName, certificateSha256, allow } = wanted;
  const [newest] = completed;
  const same = completed.find((one) => one.packageName === packageName);
  const before = same ?? newest;
  if (!newest || !before) return { ok: true, versionCode: wanted.versionCode };
  if (before.certificateSha256 !== certificateSha256 && !allow.signingKeyChange) {
    const { certificateSha256: expected, keystoreId } = before;
    return refused({
      code: "signing_key_changed",
      expected,
      given: certificateSha256,
      keystoreId,
    });
  }
  if (newest.packageName !== packageName && !allow.packageChange) {
    return refused({
      code: "package_changed",
      expected: newest.packageName,
      given: packageName,
    });
  }
  if (!same) return { ok: true, versionCode: wanted.versionCode };
  const highest = same.versionCode;
  if (wanted.autoIncrement) {
    const versionCode = Math.max(wanted.versionCode, highest + 1);
    return versionCode > MAX_VERSION_CODE
      ? { ok: false, reason: "version_codes_used_up" }
      : { ok: true, versionCode };
  }
  const { versionCode, format } = wanted;
  if (isNew(same, wanted) || allow.versionReuse) return { ok: true, versionCode };
  return refused({ code: "version_code_used", highest, given: versionCode, format });
}

/** Whether devices and stores have nothing yet of this version code, in this format and with this key. */
function isNew(same: Release, { versionCode, format, certificateSha256 }: ReleaseOrder): boolean {
  if (versionCode !== same.versionCode) return versionCode > same.versionCode;
  const isTaken = format === "apk" ? same.hasApk : same.hasAab;
  return same.certificateSha256 === certificateSha256 && !isTaken;
}

function refused(refusal: IdentityRefusal): RefusedRelease {
  return { ok: false, reason: "other_identity", refusal };
}
