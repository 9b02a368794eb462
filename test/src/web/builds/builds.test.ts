// The page of an app's builds: what it shows, and how a build is started from it.
import { expect, test } from "vitest";
import { newBuilt, newKeystore } from "../../../support/built.ts";
import { cancel, triggered, useTestClock } from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { api, rows } from "../../../support/worker.ts";

const clock = useTestClock();

/** Somebody with an app; `path` is that of its builds. */
async function newBuilds(...wanted: Parameters<typeof newBuilt>) {
  const built = await newBuilt(...wanted);
  return { ...built, path: `${built.path}/builds` };
}

test("before any build the page says what one is, and starts the first", async () => {
  const { person, path } = await newBuilds();
  await FakeBuilder.start();
  const empty = await person.get(path);
  expect(empty.html).toContain("Nothing built yet");
  const started = await person.post(path, { preset: "debug" });
  expect([started.status, started.to]).toEqual([303, expect.stringMatching(`${path}/\\d+$`)]);
  const shown = await person.get(path);
  expect(shown.html).toContain("1 so far, 4 credits left.");
  expect(shown.html).toContain("APK, debug");
  expect(shown.html).toContain('<span class="chip" data-tone="wait">Pending</span>');
  expect(shown.html).toContain("Debug key");
});

test("builds are listed newest first with what each became, by status too, and in pages", async () => {
  const { account, app, person, path } = await newBuilds();
  const { id: keystoreId } = await newKeystore({ account, app }, "market-release");
  const builder = await FakeBuilder.start();
  const owner = { account, app };
  const first = await triggered(owner);
  await cancel(owner, first);
  const second = await triggered(owner, { build_type: "release", keystore_id: keystoreId });
  const { lease } = await builder.take();
  clock.pass(940);
  await builder.finish(lease);
  const all = (await person.get(path)).html;
  expect(all.indexOf(`>#${second}<`)).toBeLessThan(all.indexOf(`>#${first}<`));
  expect(all).toContain("APK, release");
  expect(all).toContain("market-release");
  expect(all).toContain("1.0 kB");
  expect(all).toMatch(/0\.9\d s|1\.\d\d s/);
  expect(all).toContain('data-tone="off">Cancelled');
  const completed = (await person.get(`${path}?status=completed`)).html;
  expect(completed).toContain(`>#${second}<`);
  expect(completed).not.toContain(`>#${first}<`);
  const beyond = await person.get(`${path}?page=9&status=nonsense`);
  expect([beyond.status, beyond.html]).toEqual([200, expect.stringContaining("None on this page")]);
});

test("list and page say who asked for a build: a person by name, and an API key as such", async () => {
  const { account, app, person, path } = await newBuilds();
  await FakeBuilder.start();
  const byKey = await triggered({ account, app });
  await cancel({ account, app }, byKey);
  const { to } = await person.post(path, { preset: "debug" });
  const listed = (await person.get(path)).html;
  expect(listed).toContain("APK, debug, by Mira Finch<");
  expect(listed).toContain("APK, debug, by an API key<");
  expect((await person.get(to ?? "")).html).toContain("<dt>Started by</dt><dd>Mira Finch</dd>");
  expect((await person.get(`${path}/${byKey}`)).html).toContain("<dd>An API key</dd>");
  // What the log no longer has is not said; who cancelled a build did not ask for it.
  await rows(
    "DELETE FROM audit_entries WHERE account_id = ? AND did = 'build.trigger'",
    account.id,
  );
  expect((await person.get(path)).html).toContain("APK, debug<");
  expect((await person.get(`${path}/${byKey}`)).html).not.toContain("Started by");
});

test("a release says what it lacks at its field, and keeps what was chosen", async () => {
  const { account, app, person, path } = await newBuilds();
  const without = await person.post(path, { preset: "aab", keystore_id: "" });
  expect(without.status).toBe(422);
  expect(without.html).toMatch(
    /id="f-new-build-keystore_id-error">Is required for a release build\./,
  );
  expect(without.html).toMatch(/value="aab" checked/);
  expect(without.html).toMatch(/<dialog[^>]*id="new-build"[^>]* open/);
  await newKeystore({ account, app }, "market-release");
  const foreign = await person.post(path, { preset: "apk", keystore_id: "999999" });
  expect(foreign.html).toContain("Must name a keystore of the account.");
});

test("a refusal says what to do: credits, a build that runs, no builder", async () => {
  const poor = await newBuilds("owner", 0);
  await FakeBuilder.start();
  const broke = await poor.person.post(poor.path, { preset: "debug" });
  expect(broke.status).toBe(402);
  expect(broke.html).toContain("A build costs 1 credit, and 0 are left.");
  const { person, path } = await newBuilds();
  const { to } = await person.post(path, { preset: "debug" });
  const busy = await person.post(path, { preset: "debug" });
  expect(busy.status).toBe(409);
  expect(busy.html).toContain(`<a href="${to}">build `);
  clock.pass(10 * 60_000);
  const other = await newBuilds();
  const nobody = await other.person.post(other.path, { preset: "debug" });
  expect(nobody.status).toBe(503);
  expect(nobody.html).toContain("No builder is there at the moment.");
});

test("a release that would be no update is refused, and built all the same where a person insists", async () => {
  const { account, app, person, path } = await newBuilds();
  const { id: one } = await newKeystore({ account, app }, "market-release");
  const { id: two } = await newKeystore({ account, app }, "another");
  const builder = await FakeBuilder.start();
  const release = async (fields: Record<string, string>) =>
    person.post(path, { preset: "apk", ...fields });
  const done = async (fields: Record<string, string>) => {
    const started = await release(fields);
    expect(started.status, started.html).toBe(303);
    await builder.finish((await builder.take()).lease);
  };
  await done({ keystore_id: String(one) });
  const used = await release({ keystore_id: String(one) });
  expect(used.status).toBe(409);
  expect(used.html).toContain("The version code 1 is released already.");
  expect(used.html).toContain('name="auto_increment" value="on"');
  expect(used.html).toContain('name="allow_version_reuse" value="on"');
  await done({ keystore_id: String(one), auto_increment: "on" });
  const otherKey = await release({ keystore_id: String(two), auto_increment: "on" });
  expect(otherKey.html).toContain("This key is another one than the last release&#39;s.");
  expect(otherKey.html).toContain("the keystore market-release");
  expect(otherKey.html).toContain('name="allow_signing_key_change" value="on"');
  await done({ keystore_id: String(two), auto_increment: "on", allow_signing_key_change: "on" });
  await api("PUT", `/api/v1/apps/${app.id}`, {
    token: account.key,
    json: { package_name: "com.example.other" },
  });
  const renamed = await release({ keystore_id: String(two) });
  expect(renamed.html).toContain("The app has another package name than its last release.");
  await done({ keystore_id: String(two), allow_package_change: "on" });
});

test("the state of the build that goes on is asked for alone, until the page is loaded again at its end", async () => {
  const built = await newBuilt("viewer");
  const builder = await FakeBuilder.start();
  await triggered(built);
  const path = `${built.path}/builds`;
  expect((await built.person.get(path)).html).toContain('data-live="?part=active"');
  const part = await built.person.get(`${path}?part=active`);
  expect(part.html).toBe('<span class="chip" data-tone="wait">Pending</span>');
  expect(part.headers.get("slipway-ends")).toBeNull();
  const etag = part.headers.get("etag") ?? "";
  expect((await built.person.get(`${path}?part=active`, { "if-none-match": etag })).status).toBe(
    304,
  );
  await builder.finish((await builder.take()).lease);
  const ended = await built.person.get(`${path}?part=active`, { "if-none-match": etag });
  expect(ended.html).toContain("Completed");
  expect(ended.headers.get("slipway-ends")).toBe("page");
  expect((await built.person.get(path)).html).not.toContain("data-live");
});

test("a viewer sees builds and starts none; others see nothing", async () => {
  const { account, app, path, person } = await newBuilds("viewer");
  await FakeBuilder.start();
  await triggered({ account, app });
  const shown = await person.get(path);
  expect(shown.status).toBe(200);
  expect(shown.html).not.toContain('id="new-build"');
  expect((await person.post(path, { preset: "debug" })).status).toBe(403);
  const stranger = await newBuilds();
  expect((await stranger.person.get(path)).status).toBe(404);
  const elsewhere = `${stranger.person.base}/apps/${app.id}/builds`;
  expect((await stranger.person.get(elsewhere)).status).toBe(404);
  expect((await stranger.person.post(elsewhere, { preset: "debug" })).status).toBe(404);
  const made = await rows("SELECT id FROM builds WHERE app_id = ?", app.id);
  expect(made).toHaveLength(1);
});
