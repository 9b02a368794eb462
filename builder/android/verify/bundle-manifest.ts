// bundletool's rules for the manifest of a bundle's only module (bundletool 1.18, validation/AndroidManifestValidator,
// ModuleNamesValidator, ModuleDependencyValidator, DexFilesValidator).
import type { DecodedElement } from "./binary-xml.ts";
import { must } from "./byte-reader.ts";
import type { TypedValue } from "./chunks.ts";

const DISTRIBUTION = "{http://schemas.android.com/apk/distribution}";

const ID = {
  minSdk: 0x0101020c,
  maxSdk: 0x01010271,
  versionCode: 0x0101021b,
  targetSandboxVersion: 0x0101054c,
} as const;

const MAX_SANDBOX_VERSION = 2;

/**
 * Throws MalformedApp for a manifest that a base module can't have.
 * @param tablePackage the package that the resource table is of
 */
export function checkBundleManifest(manifest: DecodedElement, tablePackage: string): void {
  must(!manifest.byName.has("split"), "the base module is a split");
  must(manifest.byId.has(ID.versionCode), "the manifest has no version code");
  const named = manifest.byName.get("package")?.text;
  must(named === tablePackage, `the table is of ${tablePackage}, the manifest of ${named}`);
  const sandbox = manifest.byId.get(ID.targetSandboxVersion)?.data ?? 0;
  must(sandbox <= MAX_SANDBOX_VERSION, "targetSandboxVersion is above 2");
  for (const sdk of children(manifest, "uses-sdk")) checkSdkRange(sdk);
  checkDelivery(manifest);
  must(children(manifest, "uses-split").length === 0, "needs a module that is not there");
  const libraries = children(manifest, "application").flatMap((one) =>
    children(one, "uses-sdk-library"),
  );
  must(libraries.length === 0, "the manifest has a uses-sdk-library");
}

function checkSdkRange({ byId }: DecodedElement): void {
  const [least, most] = [byId.get(ID.minSdk), byId.get(ID.maxSdk)];
  for (const value of [least, most]) {
    must((value?.data ?? 0) <= 0x7fffffff, "an SDK version is negative");
  }
  if (least === undefined || most === undefined) return;
  must(least.data <= most.data, `minSdkVersion ${least.data} is above maxSdkVersion ${most.data}`);
}

/** The base module is always delivered, with every install, and is a part of every APK. */
function checkDelivery(manifest: DecodedElement): void {
  for (const module of children(manifest, `${DISTRIBUTION}module`)) {
    must(!isTrue(module.byName.get(`${DISTRIBUTION}onDemand`)), "the base module is on demand");
    for (const delivery of children(module, `${DISTRIBUTION}delivery`)) {
      const atInstall = children(delivery, `${DISTRIBUTION}install-time`);
      must(atInstall.length > 0, "the base module is on demand");
      const conditions = atInstall.flatMap((one) => children(one, `${DISTRIBUTION}conditions`));
      must(conditions.length === 0, "the base module is delivered under conditions");
    }
    for (const fusing of children(module, `${DISTRIBUTION}fusing`)) {
      const include = fusing.byName.get(`${DISTRIBUTION}include`);
      must(isTrue(include), "the base module is left out of fused APKs");
    }
  }
}

function isTrue(value: TypedValue | undefined): boolean {
  return value !== undefined && value.data !== 0;
}

function children(parent: DecodedElement, name: string): DecodedElement[] {
  return parent.children.filter((one) => one.name === name);
}
