// The proof of who owns a package name: an APK that holds a token, and no release.
import { expect, test } from "vitest";
import { MAX_ADI_TOKEN } from "../../../../../src/protocol/builder.ts";
import { getBuild, statuses, useTestClock } from "../../../../support/builds.ts";
import { newKeystore, newPublisher } from "../../../../support/publisher.ts";
import { api, rows } from "../../../../support/worker.ts";

useTestClock();

test("a proof reaches the builder with its token, says that it is one, and no other build has any", async () => {
  const owner = await newPublisher();
  const token = `~ ${"x".repeat(MAX_ADI_TOKEN - 4)} !`;
  const made = await owner.ask({ adi_token: token });
  expect([made.status, made.body.data]).toMatchObject([
    201,
    { proof: true, build_type: "release" },
  ]);
  const { lease, job } = await owner.builder.take();
  expect(job.adi_token).toBe(token);
  await owner.builder.finish(lease);
  const build = await getBuild(owner, made.body.data.id);
  expect(build).toMatchObject({ status: "completed", proof: true });
  // the answer says that there is a token, and not which
  expect(JSON.stringify([made.body, build])).not.toContain("xxx");
  const release = await owner.ask({ adi_token: null });
  expect(release.body.data.proof).toBe(false);
  expect((await owner.builder.take()).job.adi_token).toBeNull();
});

test("a proof is neither held to the releases before, nor one itself", async () => {
  const owner = await newPublisher({ version_code: 3 });
  const token = owner.account.key;
  const other = await newKeystore(token);
  const proof = { adi_token: "C5XJ2", keystore_id: other.id };
  await owner.release(proof);
  await owner.release();
  await owner.put({ package_name: "com.example.b" });
  await owner.release(proof);
  expect((await owner.present()).version_code).toBe(3);
  await owner.put({ package_name: "com.example.a" });
  expect((await owner.ask()).body.error).toBe("version_code_used");
  const known = await rows("SELECT package_name FROM releases WHERE app_id = ?", owner.app.id);
  expect(known).toEqual([{ package_name: "com.example.a" }]);
  // its keystore has signed no release
  expect((await api("DELETE", `/api/v1/keystores/${other.id}`, { token })).status).toBe(200);
});

const KIND =
  "The adi token field must come with build_type release, a keystore_id and build_format apk.";
const FORM = `The adi token field must be 1 to ${MAX_ADI_TOKEN} printable ASCII characters.`;

test.each<[Record<string, unknown>, Record<string, string[]>]>([
  [{ build_type: "debug" }, { adi_token: [KIND] }],
  [{ build_type: "debug", keystore_id: null }, { adi_token: [KIND] }],
  [{ build_format: "aab" }, { adi_token: [KIND] }],
  [
    { keystore_id: null },
    {
      keystore_id: ["The keystore id field is required for a release build."],
      adi_token: [KIND],
    },
  ],
  [{ adi_token: "" }, { adi_token: [FORM] }],
  [{ adi_token: "x".repeat(MAX_ADI_TOKEN + 1) }, { adi_token: [FORM] }],
  [{ adi_token: "tok\nen" }, { adi_token: [FORM] }],
  [{ adi_token: "token\n" }, { adi_token: [FORM] }],
  [{ adi_token: "tökén" }, { adi_token: [FORM] }],
  [{ adi_token: "\u007f" }, { adi_token: [FORM] }],
  [{ adi_token: 7 }, { adi_token: ["The adi token field must be a string."] }],
  [
    { auto_increment: true },
    {
      auto_increment: [
        "The auto increment field must be false except for a release that is no proof.",
      ],
    },
  ],
])("a proof of %j is refused with the reason, and nothing is built", async (json, errors) => {
  const owner = await newPublisher();
  const refused = await owner.ask({ adi_token: "C5XJ2", ...json });
  expect([refused.status, refused.body.errors]).toEqual([422, errors]);
  expect(await statuses(owner)).toEqual({});
});
