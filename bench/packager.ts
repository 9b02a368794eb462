// Measures how long the packager takes for one APK and one bundle, with and without icons, their sizes and the memory
// needed, and compares the APK with aapt2 link, zipalign and apksigner for the same app.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { assembleApk } from "../builder/android/assemble-apk.ts";
import { buildApk } from "../builder/android/build-apk.ts";
import { assembleBundle, buildBundle } from "../builder/android/build-bundle.ts";
import { renderAppIcons } from "../builder/android/app-icons.ts";
import type { AppInput } from "../builder/android/app-input.ts";
import { verifyApk, verifyBundle } from "../builder/android/verify.ts";
import { createIconRenderer } from "../builder/icon-renderer.ts";
import { rsaKey } from "../test/builder/android/support/signing-keys.ts";
import { preparePeer } from "./packager-peer.ts";
import { residentMegabytes } from "./memory.ts";
import { header, row } from "./report.ts";

/** The number of measured runs, and of those before them that warm up caches and the compiler. */
const RUNS = 30;
const WARM_UP_RUNS = 5;
/** Fewer runs of the peer, since each takes half a second. */
const PEER_RUNS = 10;
const PEER_TOOLS = ["aapt2", "zipalign", "apksigner"];

/** Times `job`, prints the figures and returns their median, ms. */
async function measure(what: string, runs: number, job: () => unknown): Promise<number> {
  for (let at = 0; at < WARM_UP_RUNS; at += 1) await job();
  const times: number[] = [];
  for (let at = 0; at < runs; at += 1) {
    const start = performance.now();
    await job();
    times.push(performance.now() - start);
  }
  return row(what, times);
}

/** A drawing of 1024 px, like most icons. */
async function drawing(): Promise<Uint8Array> {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><defs><linearGradient id="g">' +
    '<stop stop-color="#e33"/><stop offset="1" stop-color="#33e"/></linearGradient></defs>' +
    '<rect width="100" height="100" fill="url(#g)"/><circle cx="50" cy="50" r="30" fill="#fff"/></svg>';
  return sharp(new TextEncoder().encode(svg)).resize(1024, 1024).png().toBuffer();
}

const input: AppInput = {
  app: {
    name: "Example",
    url: "https://www.example.com/",
    package_name: "com.example.app",
    version_name: "1.0.0",
    version_code: 1,
    config: {},
  },
  debuggable: false,
  pictures: { icon: null, foreground: null, monochrome: null },
  classesDex: readFileSync(new URL("../builder/shell/classes.dex", import.meta.url)),
  bridgeScript: readFileSync(new URL("../builder/shell/slipway.js", import.meta.url)),
  signing: rsaKey(),
  adiToken: null,
  push: null,
};
const withPicture = { ...input, pictures: { ...input.pictures, icon: await drawing() } };
const render = createIconRenderer();
const icons = await renderAppIcons(withPicture, render);

const formats = [
  { name: "APK", build: buildApk, assemble: assembleApk, verify: verifyApk },
  { name: "bundle", build: buildBundle, assemble: assembleBundle, verify: verifyBundle },
];

header("packager");
const assembled: number[] = [];
for (const { name: format, build, assemble, verify } of formats) {
  await measure(`${format}, icon drawn from the name`, RUNS, () => build(input, render));
  await measure(`${format}, icon from a PNG of 1024 px`, RUNS, () => build(withPicture, render));
  const what = `${format}, without rendering icons`;
  assembled.push(await measure(what, RUNS, () => assemble(input, icons)));
  const file = assemble(input, icons);
  await measure(`${format}, the verifier`, RUNS, () => verify(file));
  const drawn = await build(input, render);
  console.log(`${format} size: ${drawn.length} bytes (drawn icon), ${file.length} bytes (picture)`);
}
console.log(`memory, with the process that renders icons: ${residentMegabytes(process.pid)} MiB`);

if (PEER_TOOLS.every((tool) => spawnSync(tool, ["--version"]).error === undefined)) {
  const directory = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  try {
    const build = preparePeer(directory, withPicture, icons);
    const peer = await measure("aapt2 link + zipalign + apksigner", PEER_RUNS, build);
    console.log(`peer's APK size: ${statSync(build()).size} bytes`);
    console.log(
      `ratio of medians, peer to ours: ${(peer / (assembled[0] ?? Number.NaN)).toFixed(1)}`,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
} else {
  console.log(`SKIPPED: the peer needs ${PEER_TOOLS.join(", ")}`);
}
