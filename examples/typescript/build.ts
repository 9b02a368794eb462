// Makes an app of a website, builds it, and saves the APK as app.apk.
import { createHash } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { createClient, unwrap, waitForBuild } from "slipway-client";

const { SLIPWAY_URL: url = "", SLIPWAY_KEY: key = "" } = process.env;
const slipway = createClient({ url, key });

const { data: app } = unwrap(
  await slipway.POST("/api/v1/apps", { body: { name: "My App", url: "https://example.com" } }),
);
const { data: started } = unwrap(
  await slipway.POST("/api/v1/apps/{id}/builds", { params: { path: { id: app.id } }, body: {} }),
);
const build = await waitForBuild(slipway, started.id);
if (build.status !== "completed") {
  throw new Error(`Build ${build.id} is ${build.status}: ${build.error_message}`);
}

const download = unwrap(
  await slipway.GET("/api/v1/builds/{id}/download", { params: { path: { id: build.id } } }),
);
const file = await fetch(download.download_url, { signal: AbortSignal.timeout(60_000) });
if (!file.ok) throw new Error(`The download was answered ${file.status}.`);
const bytes = Buffer.from(await file.arrayBuffer());
if (createHash("sha256").update(bytes).digest("hex") !== build.artifact_sha256) {
  throw new Error("The file came damaged.");
}
// under another name first, so that half a file never has this one
await writeFile("app.apk.part", bytes);
await rename("app.apk.part", "app.apk");
console.log(`Saved build ${build.id} of app ${app.id} as app.apk (${download.file_size} bytes).`);
