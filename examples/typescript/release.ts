// Makes a keystore and a release signed with it: the bundle for Google Play, saved as app.aab.
import { createHash } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { createClient, SlipwayError, unwrap, waitForBuild } from "slipway-client";

const { SLIPWAY_URL: url = "", SLIPWAY_KEY: key = "" } = process.env;
const slipway = createClient({ url, key });

const { data: app } = unwrap(
  await slipway.POST("/api/v1/apps", { body: { name: "My App", url: "https://example.com" } }),
);
const { data: keystore } = unwrap(
  await slipway.POST("/api/v1/keystores", {
    body: { name: "Upload key", algorithm: "rsa", app_ids: [app.id] },
  }),
);

/** Triggers the release. A refusal says in its code what keeps it from being an update. */
async function release() {
  const answer = await slipway.POST("/api/v1/apps/{id}/builds", {
    params: { path: { id: app.id } },
    body: { build_type: "release", build_format: "aab", keystore_id: keystore.id },
  });
  try {
    return unwrap(answer).data;
  } catch (error) {
    if (error instanceof SlipwayError && error.code === "signing_key_changed") {
      console.error("The app was released with another key. Name that keystore.");
    }
    throw error;
  }
}

const build = await waitForBuild(slipway, (await release()).id);
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
await writeFile("app.aab.part", bytes);
await rename("app.aab.part", "app.aab");
console.log(`Saved version ${build.version_name} (${build.version_code}) as app.aab.`);
console.log(`It is signed by the certificate ${build.certificate_sha256}.`);
