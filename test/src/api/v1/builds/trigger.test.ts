// Triggering builds: the answers that docs/contracts.md (App-builder 5) shows, the order of the checks, and what a job
// contains.
import { expect, test } from "vitest";
import { openKeystore } from "../../../../../src/kit/keystore/open.ts";
import {
  credits,
  filesOf,
  getBuild,
  lockOf,
  statuses,
  trigger,
  triggered,
  useTestClock,
} from "../../../../support/builds.ts";
import { FakeBuilder } from "../../../../support/fake-builder.ts";
import { api, eventually, send } from "../../../../support/worker.ts";
import { breakOnce } from "../../../durable/faults.ts";
import { newAccount, newApp, newKey, newOwner, type Owner } from "../../../../support/scenario.ts";

const clock = useTestClock();

const PNG = Uint8Array.from(
  atob(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  ),
  (character) => character.charCodeAt(0),
);

const TAKEN = { message: "App already has an active build in progress.", error: "active_build" };
const NO_BUILDERS = {
  message: "No builders available. Please try again later.",
  error: "no_builders",
};
const NO_AABS = `${NO_BUILDERS.message} None of the builders that are there makes AABs.`;
const tooFew = (available: number) => ({
  message: "Insufficient build credits.",
  error: "insufficient_credits",
  required_credits: 1,
  available_credits: available,
});

async function newKeystore(key: string): Promise<number> {
  const made = await api("POST", "/api/v1/keystores", {
    token: key,
    json: { name: "Release", algorithm: "ec" },
  });
  return made.body.data.id;
}

/** A keystore's key as a job carries it, from its export. */
async function signingKeyOf(key: string, keystoreId: number): Promise<unknown> {
  const password = "secret-pass";
  const path = `/api/v1/keystores/${keystoreId}/export`;
  const file = await (await send("POST", path, { token: key, json: { password } })).arrayBuffer();
  const opened = openKeystore(new Uint8Array(file), { storePassword: password, now: Date.now() });
  if (!opened.ok) throw new Error(opened.refusal.code);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  const { algorithm, privateKey, certificates } = opened.keystore;
  return {
    algorithm,
    private_key: base64(privateKey),
    certificates: certificates.map(base64),
  };
}

test("a triggered build is pending, a debug APK unless the request says otherwise, and costs one credit", async () => {
  await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 5 }, { version_name: "1.0.1", version_code: 2 });
  const made = await trigger(owner);
  expect(made.status).toBe(201);
  expect(made.body).toEqual({
    data: {
      id: expect.any(Number),
      status: "pending",
      build_type: "debug",
      build_format: "apk",
      debuggable: true,
      keystore_id: null,
      certificate_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      certificate_sha1: expect.stringMatching(/^[0-9a-f]{40}$/),
      proof: false,
      version_name: "1.0.1",
      version_code: 2,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    },
  });
  expect(made.headers.get("x-slipway-bookmark")).toBeTruthy();
  expect(await credits(owner)).toEqual({ balance: 4, moved: [-1] });
});

test("a second build of an app is refused while one is active, and spends no credit", async () => {
  await FakeBuilder.start();
  const owner = await newOwner();
  await triggered(owner);
  const refused = await trigger(owner);
  expect([refused.status, refused.body]).toEqual([409, TAKEN]);
  expect(await credits(owner)).toEqual({ balance: 4, moved: [-1] });
});

test("a build without credits answers 402 and does not start", async () => {
  await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 0 });
  const refused = await trigger(owner);
  expect([refused.status, refused.body]).toEqual([402, tooFew(0)]);
  expect(await statuses(owner)).toEqual({});
  expect(await credits(owner)).toEqual({ balance: 0, moved: [] });
});

test("a build without an available builder answers 503, starts nothing and spends no credit", async () => {
  const owner = await newOwner();
  const refused = await trigger(owner);
  expect([refused.status, refused.body]).toEqual([503, NO_BUILDERS]);
  expect(await statuses(owner)).toEqual({});
  expect(await credits(owner)).toEqual({ balance: 5, moved: [] });
  // the lock is free again
  await FakeBuilder.start();
  expect((await trigger(owner)).status).toBe(201);
});

test("a build of fields that nobody knows is refused, names them, and takes nothing", async () => {
  await FakeBuilder.start();
  const owner = await newOwner();
  const refused = await trigger(owner, { type: "release", keystore: 2 });
  expect(refused.status).toBe(422);
  expect(Object.keys(refused.body.errors)).toEqual(["type", "keystore"]);
  expect(refused.body.message).toContain(
    "The known ones are build_format, build_type, keystore_id, auto_increment, allow_signing_key_change, " +
      "allow_package_change, allow_version_reuse, adi_token.",
  );
  expect(await statuses(owner)).toEqual({});
  expect(await credits(owner)).toEqual({ balance: 5, moved: [] });
});

test("a build of an Android App Bundle answers 503 and spends no credit, as no builder makes one", async () => {
  await FakeBuilder.start();
  const owner = await newOwner();
  const refused = await trigger(owner, { build_format: "aab" });
  expect([refused.status, refused.body]).toEqual([503, { ...NO_BUILDERS, message: NO_AABS }]);
  expect(await statuses(owner)).toEqual({});
  expect(await credits(owner)).toEqual({ balance: 5, moved: [] });
});

test("an AAB is built while a builder that makes them is there, and refused when it has gone or makes them no more", async () => {
  const [old, able] = [await FakeBuilder.start(), await FakeBuilder.start(["apk", "aab"])];
  const made = await trigger(await newOwner(), { build_format: "aab" });
  expect([made.status, made.body.data.build_format]).toEqual([201, "aab"]);
  expect(await old.lease()).toBeNull();
  const { lease, job } = await able.take();
  expect([job.build_id, job.build_format]).toEqual([made.body.data.id, "aab"]);
  await able.finish(lease);
  // the same builder, as it was before
  able.formats = ["apk"];
  expect(await able.lease()).toBeNull();
  const owner = await newOwner();
  const none = { ...NO_BUILDERS, message: NO_AABS };
  expect((await trigger(owner, { build_format: "aab" })).body).toEqual(none);
  able.formats = ["aab"];
  expect(await able.lease()).toBeNull();
  const other = await newOwner();
  await triggered(other, { build_format: "aab" });
  await able.finish((await able.take()).lease);
  await expect.poll(async () => (await able.state()).current_jobs).toEqual([]);
  clock.pass(61_000);
  expect(await old.lease()).toBeNull();
  expect((await trigger(owner, { build_format: "aab" })).body).toEqual(none);
  expect((await trigger(owner)).status).toBe(201);
});

test("a builder that makes AABs is woken for one, and none that waits longer and makes none", async () => {
  const old = await FakeBuilder.register();
  const able = await FakeBuilder.register();
  able.formats = ["apk", "aab"];
  const waiting = old.ask(20_000);
  const offered = able.lease(20_000);
  const owner = await newOwner();
  let id: number | undefined;
  await expect
    .poll(async () => (id = (await trigger(owner, { build_format: "aab" })).body.data?.id))
    .toBeDefined();
  expect((await offered)?.build_id).toBe(id);
  // asking again ends the request before, which was offered nothing
  expect(await old.lease()).toBeNull();
  expect((await waiting).status).toBe(204);
});

test("a builder counts as available for 60 s after it was last heard of", async () => {
  const builder = await FakeBuilder.start();
  clock.pass(59_000);
  const owner = await newOwner();
  await triggered(owner);
  const { lease } = await builder.take();
  await expect.poll(async () => (await builder.state()).current_jobs).toEqual([lease.build_id]);
  clock.pass(61_000);
  const other = await newOwner();
  expect((await trigger(other)).status).toBe(503);
  // a heartbeat makes it available again
  await builder.heartbeat(lease);
  await expect.poll(async () => (await trigger(other)).status).toBe(201);
});

test("a builder that waits for a job counts as available", async () => {
  const builder = await FakeBuilder.register();
  const waiting = builder.lease(5000);
  const owner = await newOwner();
  await expect.poll(async () => (await trigger(owner)).status).toBe(201);
  expect(await waiting).not.toBeNull();
});

test.each([
  [{ build_format: "ipa" }, ["build_format"]],
  [{ build_type: "nightly" }, ["build_type"]],
  [{ build_format: 7, build_type: null }, ["build_format", "build_type"]],
  [{ keystore_id: "one" }, ["keystore_id"]],
  [{ build_type: "release" }, ["keystore_id"]],
  [{ build_type: "release", keystore_id: null }, ["keystore_id"]],
  [{ keystore_id: 999_999_999 }, ["keystore_id"]],
  [{ keystore_id: -1 }, ["keystore_id"]],
])("answers 422 for %j and starts no build", async (json, fields) => {
  const owner = await newOwner();
  const refused = await trigger(owner, json);
  expect(refused.status).toBe(422);
  expect(Object.keys(refused.body.errors)).toEqual(fields);
  expect(await statuses(owner)).toEqual({});
});

test.each([0, "1", 1.5])("answers 422 for %j as the id of a keystore", async (keystore_id) => {
  const refused = await trigger(await newOwner(), { keystore_id });
  const rule = keystore_id === 0 ? "must be at least 1" : "must be an integer";
  expect([refused.status, refused.body.message]).toEqual([422, `The keystore id field ${rule}.`]);
});

test("an app created by the push API can be built only once it has a URL", async () => {
  await FakeBuilder.start();
  const account = await newAccount();
  const made = await api("POST", "/api/v1/push/apps", {
    token: account.key,
    json: { name: "Pushes" },
  });
  const { body } = await api("GET", "/api/v1/apps", { token: account.key });
  const owner = { account, app: body.data[0] };
  expect([made.status, owner.app.url]).toEqual([201, ""]);
  const refused = await trigger(owner);
  const message = "The url field must be set on the app before it can be built.";
  expect([refused.status, refused.body]).toEqual([422, { message, errors: { url: [message] } }]);
  expect(await statuses(owner)).toEqual({});
  const json = { url: "https://example.com" };
  await api("PUT", `/api/v1/apps/${owner.app.id}`, { token: account.key, json });
  expect((await trigger(owner)).status).toBe(201);
});

test("another account's keystore is refused with the same answer as an unknown one", async () => {
  const owner = await newOwner();
  const other = await newAccount();
  const foreign = await trigger(owner, { keystore_id: await newKeystore(other.key) });
  const unknown = await trigger(owner, { keystore_id: 999_999_999 });
  expect(foreign.status).toBe(422);
  expect(foreign.body).toEqual(unknown.body);
});

test("a release build reaches the builder as one, with the key of the keystore it names", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const { key } = owner.account;
  await newKeystore(key);
  const keystore = await newKeystore(key);
  await newKeystore(key);
  const id = await triggered(owner, { build_type: "release", keystore_id: keystore });
  const { job } = await builder.take();
  expect(job).toMatchObject({ build_id: id, build_type: "release", build_format: "apk" });
  expect(job.signing).toEqual(await signingKeyOf(key, keystore));
  expect((await getBuild(owner, id)).keystore_id).toBe(keystore);
});

test("a debug build is signed with a debug key and has no keystore, unless it names one", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { job } = await builder.take();
  expect(job.signing).toMatchObject({ algorithm: "ec", certificates: [expect.any(String)] });
  expect((await getBuild(owner, id)).keystore_id).toBeNull();
  const named = { account: owner.account, app: await newApp(owner.account.key) };
  const keystore = await newKeystore(named.account.key);
  const other = await triggered(named, { keystore_id: keystore });
  expect((await getBuild(named, other)).keystore_id).toBe(keystore);
  const signing = await signingKeyOf(named.account.key, keystore);
  expect((await builder.take()).job).toMatchObject({ build_id: other, signing });
});

test("a debug build is debuggable only if the account's debug key signs it, also once its keystore is deleted", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const { key } = owner.account;
  const keystore = await newKeystore(key);
  for (const [json, debuggable] of [
    [{}, true],
    [{ keystore_id: keystore }, false],
    [{ keystore_id: keystore, build_type: "debug" }, false],
    [{ keystore_id: keystore, build_type: "release" }, false],
  ] as const) {
    const made = await trigger(owner, json);
    expect([made.status, made.body.data.debuggable]).toEqual([201, debuggable]);
    const { lease, job } = await builder.take();
    expect(job.debuggable).toBe(debuggable);
    await builder.fail(lease, false);
    expect((await getBuild(owner, lease.build_id)).debuggable).toBe(debuggable);
  }
  await api("DELETE", `/api/v1/keystores/${keystore}`, { token: key });
  const { body } = await api("GET", `/api/v1/apps/${owner.app.id}/builds`, { token: key });
  expect(body.data.map((build: any) => [build.keystore_id, build.debuggable])).toEqual([
    [keystore, false],
    [keystore, false],
    [keystore, false],
    [null, true],
  ]);
});

test("scope, app, fields, active build, credits and builders are checked in that order", async () => {
  const owner = await newOwner({ build_credits: 1 });
  const { key } = owner.account;
  const missing = await api("POST", "/api/v1/apps/999999999/builds", {
    token: key,
    json: { build_format: "ipa" },
  });
  expect([missing.status, missing.body]).toEqual([404, { message: "App not found." }]);
  await FakeBuilder.start();
  await triggered(owner);
  expect((await trigger(owner, { build_format: "ipa" })).status).toBe(422);
  // the balance is 0 now and no builder makes bundles, but the answer names the active build
  expect((await trigger(owner, { build_format: "aab" })).status).toBe(409);
  const poor = await newOwner({ build_credits: 0 });
  expect((await trigger(poor, { build_format: "aab" })).status).toBe(402);
  const narrow = await newKey(owner.account.id, { scopes: ["builds:read"] });
  const forbidden = await api("POST", "/api/v1/apps/999999999/builds", { token: narrow, json: {} });
  expect(forbidden.status).toBe(403);
});

test("builds of an Unlimited plan cost nothing", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner({ plan: "Unlimited", build_credits: 0 });
  const id = await triggered(owner);
  const { lease } = await builder.take();
  await builder.fail(lease, false);
  expect((await getBuild(owner, id)).status).toBe("failed");
  expect(await credits(owner)).toEqual({ balance: 0, moved: [] });
});

test("a build is made of the app as it was when it was triggered", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner(
    { build_credits: 5 },
    {
      name: "Old name",
      url: "https://old.example.com",
      package_name: "com.example.old",
      config: { theme_color: "#112233" },
    },
  );
  const { app, account } = owner;
  const icon = (bytes: Uint8Array<ArrayBuffer>, type: string) =>
    api("PUT", `/api/v1/apps/${app.id}/icon`, {
      token: account.key,
      body: bytes,
      headers: { "content-type": type },
    });
  expect((await icon(PNG, "image/png")).status).toBe(200);
  const id = await triggered(owner);

  await api("PUT", `/api/v1/apps/${app.id}`, {
    token: account.key,
    json: {
      name: "New name",
      url: "https://new.example.com",
      package_name: "com.example.new",
      version_name: "2.0.0",
      version_code: 9,
      config: { theme_color: "#ffffff" },
    },
  });
  const svg = new TextEncoder().encode(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0H9"/></svg>',
  );
  expect((await icon(new Uint8Array(svg), "image/svg+xml")).status).toBe(200);

  const { lease, job } = await builder.take();
  expect(job).toMatchObject({
    build_id: id,
    attempt: 1,
    log_offset: 0,
    platform: "android-webview",
    app: {
      name: "Old name",
      url: "https://old.example.com",
      package_name: "com.example.old",
      version_name: "1.0.0",
      version_code: 1,
      config: { theme_color: "#112233" },
    },
    icon: { media_type: "image/png" },
  });
  const fetched = await builder.icon(lease);
  expect(fetched.headers.get("content-type")).toBe("image/png");
  expect(new Uint8Array(await fetched.arrayBuffer())).toEqual(PNG);
  expect((await getBuild(owner, id)).version_name).toBe("1.0.0");
  expect(await filesOf(app.id)).toHaveLength(2);
});

test("a builder gets the new icon when it is replaced while the build is triggered", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const { app, account } = owner;
  const icon = (body: string) =>
    api("PUT", `/api/v1/apps/${app.id}/icon`, { token: account.key, body });
  const [before = "", after = ""] = ["", " "].map(
    (space) => `<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0H9"${space}/></svg>`,
  );
  await icon(before);
  const held = Promise.withResolvers<void>();
  const isReserving = await breakOnce(lockOf(app.id), "POOL.canBuild", { begin: held.promise });
  const made = trigger(owner);
  await eventually(async () => isReserving());
  await icon(after);
  held.resolve();
  expect((await made).status).toBe(201);
  const { lease, job } = await builder.take();
  const fetched = await builder.icon(lease);
  expect([fetched.status, await fetched.text()]).toEqual([200, after]);
  expect(job.icon?.sha256).toBe((await getApp(owner)).icon.sha256);
});

test("a keystore deleted while a build is triggered is refused like an unknown one, and nothing is spent", async () => {
  await FakeBuilder.start();
  const owner = await newOwner();
  const { key } = owner.account;
  const keystore = await newKeystore(key);
  const held = Promise.withResolvers<void>();
  const isReserving = await breakOnce(lockOf(owner.app.id), "POOL.canBuild", {
    begin: held.promise,
  });
  const made = trigger(owner, { keystore_id: keystore });
  await eventually(async () => isReserving());
  expect((await api("DELETE", `/api/v1/keystores/${keystore}`, { token: key })).status).toBe(200);
  held.resolve();
  const unknown = await trigger(owner, { keystore_id: keystore });
  expect([(await made).status, (await made).body]).toEqual([422, unknown.body]);
  expect(await credits(owner)).toEqual({ balance: 5, moved: [] });
  // the lock is free again
  expect((await trigger(owner)).status).toBe(201);
});

async function getApp({ app, account }: Owner): Promise<any> {
  return (await api("GET", `/api/v1/apps/${app.id}`, { token: account.key })).body.data;
}

test("the job of an app without an icon has no icon", async () => {
  const builder = await FakeBuilder.start();
  await triggered(await newOwner());
  const { lease, job } = await builder.take();
  expect(job.icon).toBeNull();
  expect((await builder.icon(lease)).status).toBe(404);
});
