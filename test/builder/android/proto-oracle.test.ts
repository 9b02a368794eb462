// The protobuf of a bundle, made into an APK's binary forms by Android's own aapt2: what that says of them must be what it
// says of our APK of the same app.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderAppIcons } from "../../../builder/android/app-icons.ts";
import type { AppInput } from "../../../builder/android/app-input.ts";
import { assembleApk } from "../../../builder/android/assemble-apk.ts";
import { assembleBundle } from "../../../builder/android/build-bundle.ts";
import { renderIcons } from "../../../builder/android/icons/render-icons.ts";
import { zip } from "../../../builder/android/zip-writer.ts";
import { bundleEntries } from "./support/altered.ts";
import { anApp, anInput } from "./support/inputs.ts";
import { missing, run } from "./support/tools.ts";

const withoutAapt2 = missing("aapt2");

// made only when a test runs: where all are skipped nothing would take it away again
const directory = join(tmpdir(), `slipway-proto-${randomUUID()}`);
beforeAll(() => {
  mkdirSync(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ADAPTIVE_ICON = "res/mipmap-anydpi-v26/ic_launcher.xml";

/** What aapt2 says of an APK: its facts, its table, its documents. Lines of sources, which only one form has, are left out. */
function saidOf(apk: string): string[] {
  const documents = ["AndroidManifest.xml", ADAPTIVE_ICON].map((file) =>
    run("aapt2", "dump", "xmltree", "--file", file, apk).replaceAll(/ \(line=\d+\)/g, ""),
  );
  return [
    run("aapt2", "dump", "badging", apk),
    run("aapt2", "dump", "resources", apk),
    ...documents,
  ];
}

/** The module of a bundle as the APK in protobuf that aapt2 takes. */
function protoApk(bundle: Uint8Array): Uint8Array {
  const paths = bundleEntries(bundle).flatMap((entry) => {
    const path = entry.name.replace(/^base\/(manifest\/)?/, "");
    return /^(AndroidManifest\.xml|resources\.pb|res\/.*)$/.test(path)
      ? [{ ...entry, name: path }]
      : [];
  });
  return zip(paths);
}

test.skipIf(withoutAapt2).each<[string, Partial<AppInput>]>([
  ["a plain app", {}],
  [
    "every setting",
    {
      debuggable: false,
      app: anApp({
        url: "http://example.com/",
        config: {
          theme_color: "#123456",
          background_color: "#101010",
          orientation: "landscape",
          permissions: ["camera", "microphone", "location", "notifications"],
        },
      }),
    },
  ],
  [
    "names that look like something else",
    { app: anApp({ name: "@string/app_name", version_name: `?attr/x \\n 'q' "d" 🚀` }) },
  ],
  ["a name of two lines in two directions", { app: anApp({ name: "a\n\u202eb <&" }) }],
])("aapt2 reads %s in a bundle like in an APK", async (_, changes) => {
  const input = anInput(changes);
  const icons = await renderAppIcons(input, renderIcons);
  const [apk, proto, converted] = ["our.apk", "proto.apk", "converted.apk"].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  writeFileSync(apk, assembleApk(input, icons));
  writeFileSync(proto, protoApk(assembleBundle(input, icons)));
  run("aapt2", "convert", "--output-format", "binary", "-o", converted, proto);
  expect(saidOf(converted)).toEqual(saidOf(apk));
});
