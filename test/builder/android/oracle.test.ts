// The framework that Debian has, read with aapt2, has what the packager knows of it by heart.
import { expect, test } from "vitest";
import { KNOWN_ATTRIBUTES } from "../../../builder/android/framework.ts";
import { missing, run } from "./support/tools.ts";

const FRAMEWORK_RES = "/usr/share/android-framework-res/framework-res.apk";
/** The framework of Android 10, which that package holds, ends here; later attributes it can't know. */
const LAST_KNOWN_ATTRIBUTE = 0x0101_0610;

test.skipIf(missing("aapt2"))(
  "Android's framework has the ids that the packager writes for attributes",
  () => {
    const table = run("aapt2", "dump", "resources", FRAMEWORK_RES);
    const known = KNOWN_ATTRIBUTES.filter(([, id]) => id <= LAST_KNOWN_ATTRIBUTE);
    expect(known.length).toBeGreaterThan(25);
    for (const [name, id] of known) {
      expect(table).toMatch(new RegExp(`resource 0x0${id.toString(16)} attr/${name} PUBLIC`));
    }
  },
);
