// The service with its real packager: what comes out is an APK or a bundle that verifies, and what can't be made fails
// with a reason that its owner can act on.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { verifyApk, verifyBundle } from "../../../builder/android/verify.ts";
import { PackagingError } from "../../../builder/android/errors.ts";
import { createIconRenderer } from "../../../builder/icon-renderer.ts";
import { createPackager } from "../../../builder/package-app.ts";
import { ecKey, rsaKey } from "../android/support/signing-keys.ts";
import { newBuild } from "./fake-builds.ts";
import { useStage } from "./setup.ts";

const stage = useStage();
const shellFile = (name: string) =>
  readFile(new URL(`../../../builder/shell/${name}`, import.meta.url));
const shell = {
  classesDex: await shellFile("classes.dex"),
  bridgeScript: await shellFile("slipway.js"),
};
const packager = createPackager(shell, createIconRenderer());
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><circle r="60"/></svg>';

/** Some 2 kB that take a decoder seconds. */
const NOISE = '<feTurbulence baseFrequency=".1" numOctaves="99"/>'.repeat(40);

test.each([
  ["an RSA key and no icon", { signing: rsaKey() }],
  ["an EC key and an icon", { signing: ecKey(), iconBytes: Buffer.from(svg) }],
])("with %s the uploaded file is the app that was asked for", async (_name, options) => {
  const build = stage.api.enqueue(options);
  await stage.builder({ packager }).event("job_completed");
  const { app, debuggable, signing } = build.job;
  const certificate = Buffer.from(signing.certificates[0] ?? "", "base64");
  const certificateSha256 = createHash("sha256").update(certificate).digest("hex");
  const verification = verifyApk(build.artifact ?? new Uint8Array(), {
    app,
    debuggable,
    certificateSha256,
  });
  expect(verification).toMatchObject({ ok: true });
  expect(build.log.toString()).toContain(certificateSha256);
});

test.each([
  ["debug", true, "yes, since the account's debug key signed this debug build"],
  ["debug", false, "no, since a keystore's key signed this debug build"],
  ["release", false, "no, since this is a release build"],
] as const)(
  "a %s build of which the job says debuggable: %s is just that, and the log says why",
  async (build_type, debuggable, why) => {
    const build = stage.api.enqueue({ signing: ecKey(), build_type, debuggable });
    await stage.builder({ packager }).event("job_completed");
    const verification = verifyApk(build.artifact ?? new Uint8Array());
    expect(verification).toMatchObject({ ok: true, report: { debuggable } });
    expect(build.log.toString()).toContain(`Debuggable: ${why}`);
  },
);

test.each([
  ["a name of 10,001 characters", { name: "x".repeat(10_001) }],
  ["an address with a password", { url: "https://name:secret@example.com" }],
  ["an address that is a script", { url: "javascript:alert(1)" }],
  ["a host of 300 letters", { url: `https://${"a".repeat(300)}.com` }],
  ["a package name of one segment", { package_name: "example" }],
])(
  "an app with %s fails its build for good, and the builder goes on with the next",
  async (_words, changes) => {
    const first = newBuild(0, {}).job.app;
    const bad = (["apk", "aab"] as const).map((build_format) =>
      stage.api.enqueue({ signing: ecKey(), build_format, app: { ...first, ...changes } }),
    );
    stage.api.enqueue({ signing: ecKey() });
    await stage.builder({ packager }).event("job_completed");
    for (const build of bad) {
      expect(build.failure).toMatchObject({ code: "invalid_app", retryable: false });
      expect(build.failure?.message).toMatch(/^The app can't be packaged: /);
      expect(build.failure?.message).not.toContain("secret");
    }
  },
);

test("an icon that is not an image fails the build for good", async () => {
  const build = stage.api.enqueue({ signing: ecKey(), iconBytes: Buffer.from("no image") });
  await stage.builder({ packager }).event("job_failed");
  expect(build.failure).toMatchObject({ code: "invalid_icon", retryable: false });
});

test("an icon that takes longer to draw than its budget fails the build for good, and says what the budget is", async () => {
  const slow = Buffer.from(
    svg.replace("<circle", `<filter id="f">${NOISE}</filter><circle filter="url(#f)"`),
  );
  const build = stage.api.enqueue({ signing: ecKey(), iconBytes: slow });
  const impatient = createPackager(shell, createIconRenderer({ budgetMs: 300 }));
  await stage.builder({ packager: impatient }).event("job_failed");
  const message =
    "The app can't be packaged: the icon takes more than 0.3 s of processor time to draw.";
  expect(build.failure).toEqual({
    code: "invalid_icon",
    message,
    retryable: false,
    picture: "icon",
  });
});

test.each([
  ["the icon's foreground is empty", "foreground"],
  ["the icon's monochrome layer takes more than 5 s of processor time to draw", "monochrome"],
  ["the icon can't be decoded", "icon"],
])("a build that fails since %s names that picture", async (reason, picture) => {
  const failing = createPackager(shell, async () => {
    throw new PackagingError("invalid_icon", reason);
  });
  const build = stage.api.enqueue({ signing: ecKey() });
  await stage.builder({ packager: failing }).event("job_failed");
  expect(build.failure).toMatchObject({ code: "invalid_icon", retryable: false, picture });
});

test("the icon is drawn for the share that the job names", async () => {
  const shares: (string | undefined)[] = [];
  const own = createIconRenderer();
  const noting = createPackager(shell, (icon, source, options) => {
    shares.push(options?.share);
    return own(icon, source, options);
  });
  stage.api.enqueue({ signing: ecKey(), share: "one account's" });
  await stage.builder({ packager: noting }).event("job_completed");
  expect(shares).toEqual(["one account's"]);
});

test("the icon of a job that was cancelled is given up", async () => {
  const [begun, given] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()];
  const endless = createPackager(shell, (_icon, _source, options) => {
    options?.signal?.addEventListener("abort", () => given.resolve(options.signal?.reason));
    begun.resolve();
    return new Promise(() => {});
  });
  const build = stage.api.enqueue({ signing: ecKey() });
  stage.builder({ packager: endless });
  await begun.promise;
  stage.api.cancel(build);
  expect(await given.promise).toMatchObject({ name: "LeaseEnded", reason: "cancelled" });
});

test("a key that does not fit its certificate fails the build for good and is not quoted", async () => {
  const [key, other] = [ecKey(), ecKey()];
  const signing = { ...key, certificates: other.certificates };
  const build = stage.api.enqueue({ signing });
  const builder = stage.builder({ packager });
  await builder.event("job_failed");
  expect(build.failure).toMatchObject({ code: "invalid_key", retryable: false });
  expect(JSON.stringify(build.failure) + builder.lines.join("")).not.toContain(key.private_key);
});

test("a bundle is what the job asked for, and the log says how it is signed", async () => {
  const signing = rsaKey();
  const build = stage.api.enqueue({ signing, build_format: "aab", build_type: "release" });
  await stage.builder({ packager }).event("job_completed");
  const { app, debuggable } = build.job;
  const verification = verifyBundle(build.artifact ?? new Uint8Array(), { app, debuggable });
  expect(verification).toMatchObject({ ok: true, report: { schemes: ["v1"] } });
  expect(build.log.toString()).toContain("Verified: signature v1\n");
});

test("a proof build holds the token of its job, and the log says that it is one", async () => {
  const adi_token = "D4CXKS6ICEQ3ZE2FAKE6IWHEEM";
  const build = stage.api.enqueue({ signing: ecKey(), adi_token });
  const other = stage.api.enqueue({ signing: ecKey() });
  const builder = stage.builder({ packager, concurrency: 1 });
  await expect
    .poll(() => builder.events().filter(({ event }) => event === "job_completed").length)
    .toBe(2);
  const token = (one: typeof build) => {
    const verification = verifyApk(one.artifact ?? new Uint8Array());
    return verification.ok ? verification.report.adi_token : verification.problems;
  };
  expect([token(build), token(other)]).toEqual([adi_token, null]);
  const line = "Proof build: it holds the token of Android's developer verification";
  expect(build.log.toString()).toContain(line);
  expect(other.log.toString()).not.toContain(line);
});

test("a proof that is asked for as a bundle fails the build for good", async () => {
  const build = stage.api.enqueue({ signing: ecKey(), adi_token: "token", build_format: "aab" });
  await stage.builder({ packager }).event("job_failed");
  expect(build.failure).toMatchObject({ code: "invalid_app", retryable: false });
});

test("a broken shell fails the attempt as retryable, and no APK of it is uploaded", async () => {
  const classesDex = Buffer.from("not a dex file");
  const broken = createPackager({ ...shell, classesDex }, createIconRenderer());
  const build = stage.api.enqueue({ signing: ecKey() });
  await stage.builder({ packager: broken }).event("job_failed");
  expect(build.failure?.retryable).toBe(true);
  expect(stage.api.of("artifact")).toEqual([]);
});

const pushSource = {
  api_origin: "https://push.example.com",
  app_id: "0f8fad5b-d9cb-469f-a165-70867728950e",
  public_key: "pk_1",
  vapid_public_key: "B1",
};

test.each([
  ["apk", "not set up", null, "Push: asked for, but not set up", verifyApk],
  ["aab", "not set up", null, "Push: asked for, but not set up", verifyBundle],
  ["apk", "set up", pushSource, "Push: set up", verifyApk],
  ["aab", "set up", pushSource, "Push: set up", verifyBundle],
] as const)(
  "an %s whose push is %s is built, and the log says so",
  async (build_format, _words, push, line, verify) => {
    const app = { ...newBuild(0, {}).job.app, config: { push: { enabled: true } } };
    const build = stage.api.enqueue({ signing: ecKey(), build_format, app, push });
    await stage.builder({ packager }).event("job_completed");
    expect(build.log.toString()).toContain(`${line}\n`);
    const verification = verify(build.artifact ?? new Uint8Array());
    expect(verification).toMatchObject({ ok: true, report: { push: push !== null } });
  },
);

test("the log of an app that wants no push says nothing of it", async () => {
  const build = stage.api.enqueue({ signing: ecKey() });
  await stage.builder({ packager }).event("job_completed");
  expect(build.log.toString()).not.toContain("Push");
});
