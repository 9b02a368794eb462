// Makes the model that all encoders write, from an app's settings and icons.
import type { IconSet } from "./icons/icon-set.ts";
import { manifestTree } from "./manifest.ts";
import type { AppModel } from "./model.ts";
import { resourceTable } from "./resource-table.ts";
import type { Settings } from "./settings.ts";

/** Makes the model. Pure: the same settings and icons give the same model. */
export function appModel(settings: Settings, icons: IconSet): AppModel {
  return {
    packageName: settings.packageName,
    manifest: manifestTree(settings),
    resources: resourceTable(settings, icons),
  };
}
