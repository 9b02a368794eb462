// The app-builder API against its contract (docs/contracts.md, App-builder 1 to 6): a test for each answer it shows and
// each sentence that says more, by its sections. Whatever else an answer holds is tested in test/src.
import { describe, expect, test } from "vitest";
import { filesOf, trigger, triggered, useTestClock } from "../support/builds.ts";
import { FakeBuilder } from "../support/fake-builder.ts";
import { configure } from "../support/notifications.ts";
import { operations, pathOf } from "../support/operations.ts";
import { useInternet } from "../support/receiver.ts";
import { api, bindings, eventually, send, type Reply } from "../support/worker.ts";
import { newAccount, newApp, newOwner, type Owner } from "../support/scenario.ts";

// pushes go nowhere
useInternet();
useTestClock();

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
const ID = expect.any(Number);
const NO_ID = 999_999_999;
const APP = {
  name: "My App",
  platform: "android-webview",
  url: "https://example.com",
  package_name: "com.example.myapp",
  version_name: "1.0.0",
  version_code: 1,
};
const WORDS = { title: "New Update Available", body: "Check out our latest features!" };

/** Calls an operation of API v1 as `token`'s holder. */
async function call(token: string, method: string, path: string, json?: unknown): Promise<Reply> {
  return api(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
}

/** An answer's status and body in one, as the contract shows them. */
const shown = ({ status, body }: Reply) => [status, body];

/** What builds, notifications and apps share: rows under `data`, and the two facts of `meta`. */
function expectPage(answer: Reply, page: number, total: number, rows: number): void {
  expect(answer.status).toBe(200);
  expect(Object.keys(answer.body)).toEqual(["data", "meta"]);
  expect(answer.body.data).toHaveLength(rows);
  expect(answer.body.meta).toEqual({ current_page: page, total });
}

describe("App-builder 1. Authentication", () => {
  const byName = new Map(operations);

  test.each([
    "GET /account",
    "GET /account/subscription",
    "GET /account/usage",
    "GET /apps",
    "POST /apps",
    "GET /apps/{id}",
    "PUT /apps/{id}",
    "DELETE /apps/{id}",
    "GET /apps/{id}/builds",
    "POST /apps/{id}/builds",
    "GET /builds/{id}",
    "GET /builds/{id}/download",
    "GET /builds/{id}/logs",
    "GET /apps/{id}/notifications",
    "POST /apps/{id}/notifications",
    "GET /notifications/{id}",
    "DELETE /notifications/{id}",
  ])("%s exists and requires the header Authorization: Bearer", async (name) => {
    const operation = byName.get(name);
    if (!operation) throw new Error(`there is no operation ${name}`);
    const method = operation.docs.method.toUpperCase();
    const without = await api(method, pathOf(operation));
    expect(shown(without)).toEqual([401, { message: "Unauthenticated." }]);
    const { key } = await newAccount();
    const other = { headers: { authorization: `Basic ${key}` } };
    expect((await api(method, pathOf(operation), other)).status).toBe(401);
    expect((await api(method, pathOf(operation), { token: key })).status).not.toBe(401);
  });
});

describe("App-builder 3. Account", () => {
  test("Get account information answers the name, email and plan", async () => {
    const { id, key } = await newAccount({ plan: "Pro", build_credits: 50 });
    expect(shown(await call(key, "GET", "/account"))).toEqual([
      200,
      {
        data: {
          id,
          name: expect.any(String),
          email: "tester@example.com",
          plan: { id: 2, name: "Pro" },
          build_credits: 50,
          created_at: TIME,
        },
      },
    ]);
  });

  test("Get subscription information answers an active subscription", async () => {
    const { key } = await newAccount({ plan: "Pro" });
    expect(shown(await call(key, "GET", "/account/subscription"))).toEqual([
      200,
      {
        data: {
          id: ID,
          status: "active",
          amount: 29.99,
          payment_method: expect.any(String),
          plan: { id: 2, name: "Pro", price: 29.99 },
          renewal_at: TIME,
        },
      },
    ]);
  });

  test("Get subscription information answers a message, not wrapped in data, without a subscription", async () => {
    const { key } = await newAccount();
    expect(shown(await call(key, "GET", "/account/subscription"))).toEqual([
      200,
      { message: "No active subscription found.", plan: { id: 1, name: "Free", price: 0 } },
    ]);
  });

  test("Get usage statistics answers credits, app counts and build history, not wrapped in data", async () => {
    const builder = await FakeBuilder.start();
    const owner = await newOwner({ plan: "Pro", build_credits: 45 });
    for (const isGood of [true, false]) {
      await triggered(owner);
      const { lease } = await builder.take();
      await (isGood ? builder.finish(lease) : builder.fail(lease, false));
    }
    expect(shown(await call(owner.account.key, "GET", "/account/usage"))).toEqual([
      200,
      {
        build_credits: { available: 44, monthly_allocation: 100, unlimited: false },
        apps: { total: 1 },
        builds: { total: 2, completed: 1, failed: 1 },
        plan: { id: 2, name: "Pro", features: expect.any(Array) },
      },
    ]);
  });
});

describe("App-builder 4. Apps", () => {
  const NOT_FOUND = [404, { message: "App not found." }];

  test("List all apps answers pages of the authenticated user's own apps", async () => {
    const [{ key }, stranger] = [await newAccount(), await newAccount()];
    await newApp(stranger.key);
    for (let made = 0; made < 3; made += 1) await newApp(key);
    const first = await call(key, "GET", "/apps?per_page=2");
    expectPage(first, 1, 3, 2);
    expect(first.body.data[0]).toMatchObject({
      id: ID,
      name: "My App",
      platform: "android-webview",
      version_name: "1.0.0",
      version_code: 1,
    });
    expectPage(await call(key, "GET", "/apps?per_page=2&page=2"), 2, 3, 1);
    expectPage(await call(key, "GET", "/apps"), 1, 3, 3);
  });

  test("Create a new app answers 201 with the app", async () => {
    const { key } = await newAccount();
    const made = await call(key, "POST", "/apps", APP);
    expect(made.status).toBe(201);
    expect(Object.keys(made.body)).toEqual(["data"]);
    expect(made.body.data).toMatchObject({ id: ID, ...APP });
  });

  test("Create a new app answers 422 without a name", async () => {
    const { key } = await newAccount();
    const { name: _name, ...nameless } = APP;
    expect(shown(await call(key, "POST", "/apps", nameless))).toEqual([
      422,
      {
        message: "The name field is required.",
        errors: { name: ["The name field is required."] },
      },
    ]);
  });

  test("Get app details answers the app with its recent builds", async () => {
    await FakeBuilder.start();
    const owner = await newOwner();
    const { key } = owner.account;
    const get = async () => call(key, "GET", `/apps/${owner.app.id}`);
    const app = { id: owner.app.id, name: "My App", platform: "android-webview" };
    const fresh = await get();
    expect(fresh.status).toBe(200);
    expect(fresh.body.data).toMatchObject({
      ...app,
      version_name: "1.0.0",
      version_code: 1,
      builds: [],
    });
    const id = await triggered(owner);
    expect((await get()).body.data.builds).toMatchObject([{ id, status: "pending" }]);
  });

  test("Update an app changes the details given and keeps the others", async () => {
    const { key } = await newAccount();
    const { id } = (await call(key, "POST", "/apps", APP)).body.data;
    const changes = {
      name: "Updated App Name",
      url: "https://newsite.com",
      package_name: "com.example.newapp",
      version_name: "1.0.1",
      version_code: 2,
    };
    const updated = await call(key, "PUT", `/apps/${id}`, changes);
    expect(updated.status).toBe(200);
    expect(updated.body.data).toMatchObject({ id, platform: "android-webview", ...changes });
    const again = await call(key, "PUT", `/apps/${id}`, { name: "Other" });
    expect(again.body.data).toMatchObject({ ...changes, name: "Other" });
  });

  test("Delete an app answers 200 and removes all its data, including builds", async () => {
    const builder = await FakeBuilder.start();
    const owner = await newOwner();
    const { key } = owner.account;
    const build = await triggered(owner);
    await builder.finish((await builder.take()).lease);
    const link = await call(key, "GET", `/builds/${build}/download`);
    expect(shown(await call(key, "DELETE", `/apps/${owner.app.id}`))).toEqual([
      200,
      { message: "App deleted successfully." },
    ]);
    expect(shown(await call(key, "GET", `/apps/${owner.app.id}`))).toEqual(NOT_FOUND);
    expect((await call(key, "GET", `/builds/${build}`)).status).toBe(404);
    const file = await send("GET", link.body.download_url);
    expect(file.status).toBe(404);
    await file.text();
  });

  test("Delete an app answers 409 while it has an active build", async () => {
    await FakeBuilder.start();
    const owner = await newOwner();
    await triggered(owner);
    expect(shown(await call(owner.account.key, "DELETE", `/apps/${owner.app.id}`))).toEqual([
      409,
      { message: "Cannot delete app with active builds.", error: "active_builds" },
    ]);
  });

  test.each(["GET", "PUT", "DELETE"])(
    "%s answers 404 for an app that does not exist",
    async (method) => {
      const { key } = await newAccount();
      const json = method === "PUT" ? {} : undefined;
      expect(shown(await call(key, method, `/apps/${NO_ID}`, json))).toEqual(NOT_FOUND);
    },
  );
});

describe("App-builder 5. Builds", () => {
  const NOT_FOUND = [404, { message: "Build not found." }];

  /** A build as far as `end`, and whose it is. */
  async function build(end: "pending" | "building" | "completed" | "failed") {
    const builder = await FakeBuilder.start();
    const owner = await newOwner();
    const id = await triggered(owner);
    if (end !== "pending") {
      const { lease } = await builder.take();
      await builder.log(lease, 0, "Build started...\nCompiling...");
      if (end === "completed") await builder.finish(lease);
      if (end === "failed") await builder.fail(lease, false);
    }
    return { owner, id, get: read(owner, id) };
  }

  const read =
    ({ account }: Owner, id: number) =>
    async (what = "") =>
      call(account.key, "GET", `/builds/${id}${what}`);

  test("List builds for an app answers pages of them", async () => {
    const { owner, id } = await build("completed");
    const path = `/apps/${owner.app.id}/builds`;
    const page = await call(owner.account.key, "GET", `${path}?per_page=10`);
    expectPage(page, 1, 1, 1);
    expect(page.body.data[0]).toMatchObject({
      id,
      status: "completed",
      build_type: "debug",
      build_format: "apk",
      version_name: "1.0.0",
      version_code: 1,
      created_at: TIME,
    });
    expectPage(await call(owner.account.key, "GET", `${path}?per_page=1&page=2`), 2, 1, 0);
  });

  test("Trigger a new build answers 201 with the format and type asked for, and accepts a keystore", async () => {
    await FakeBuilder.start();
    const owner = await newOwner({ build_credits: 1 }, { version_name: "1.0.1", version_code: 2 });
    const { key } = owner.account;
    const keystore = await call(key, "POST", "/keystores", { name: "R", algorithm: "ec" });
    const made = await trigger(owner, {
      build_format: "apk",
      build_type: "debug",
      keystore_id: keystore.body.data.id,
    });
    expect(made.status).toBe(201);
    expect(Object.keys(made.body)).toEqual(["data"]);
    expect(made.body.data).toMatchObject({
      id: ID,
      status: "pending",
      build_type: "debug",
      build_format: "apk",
      version_name: "1.0.1",
      version_code: 2,
    });
  });

  test("Trigger a new build answers 402 without available build credits", async () => {
    await FakeBuilder.start();
    expect(shown(await trigger(await newOwner({ build_credits: 0 })))).toEqual([
      402,
      {
        message: "Insufficient build credits.",
        error: "insufficient_credits",
        required_credits: 1,
        available_credits: 0,
      },
    ]);
  });

  test("Trigger a new build answers 409 while one is active", async () => {
    const { owner } = await build("pending");
    expect(shown(await trigger(owner))).toEqual([
      409,
      { message: "App already has an active build in progress.", error: "active_build" },
    ]);
  });

  test("Trigger a new build answers 503 without a builder", async () => {
    expect(shown(await trigger(await newOwner()))).toEqual([
      503,
      { message: "No builders available. Please try again later.", error: "no_builders" },
    ]);
  });

  test("Get build details answers a completed build with its artifact's size and its times", async () => {
    const { id, get } = await build("completed");
    const answer = await get();
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(["data"]);
    expect(answer.body.data).toMatchObject({
      id,
      status: "completed",
      build_type: "debug",
      build_format: "apk",
      version_name: "1.0.0",
      version_code: 1,
      artifact_size: expect.any(Number),
      build_duration: expect.any(Number),
      created_at: TIME,
      completed_at: TIME,
    });
  });

  test("Download build artifact answers a URL, not wrapped in data, that gives the file for 7 days", async () => {
    const { get } = await build("completed");
    const link = await get("/download");
    expect(shown(link)).toEqual([
      200,
      {
        download_url: expect.stringMatching(/^https:\/\/.+\.apk\?.*token=/),
        file_name: "My App.apk",
        file_size: expect.any(Number),
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
      },
    ]);
    const days = (Date.parse(link.body.expires_at) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(7, 1);
    const file = await send("GET", link.body.download_url);
    expect(file.status).toBe(200);
    expect((await file.arrayBuffer()).byteLength).toBe(link.body.file_size);
  });

  test("Download build artifact says of a failed build that it failed", async () => {
    const { get } = await build("failed");
    expect(shown(await get("/download"))).toEqual([
      400,
      {
        message: "Build has failed: there is nothing to download.",
        error: "build_not_completed",
        status: "failed",
      },
    ]);
  });

  test.each(["pending", "building"] as const)(
    "Download build artifact answers 400 for a %s build",
    async (status) => {
      const { get } = await build(status);
      expect(shown(await get("/download"))).toEqual([
        400,
        { message: "Build is not completed yet.", error: "build_not_completed", status },
      ]);
    },
  );

  test("Download build artifact answers 404 when the file is gone", async () => {
    const { owner, get } = await build("completed");
    await bindings.FILES.delete(await filesOf(owner.app.id));
    expect(shown(await get("/download"))).toEqual([
      404,
      { message: "Build artifact not available.", error: "artifact_not_found" },
    ]);
  });

  test("Get build logs answers the log of a completed build, not wrapped in data", async () => {
    const { id, get } = await build("completed");
    expect(shown(await get("/logs"))).toEqual([
      200,
      {
        build_id: id,
        status: "completed",
        logs: expect.stringContaining("Build started...\nCompiling..."),
        error_message: null,
      },
    ]);
  });

  test("Get build logs answers the log of a failed build with its error", async () => {
    const { id, get } = await build("failed");
    expect(shown(await get("/logs"))).toEqual([
      200,
      {
        build_id: id,
        status: "failed",
        logs: expect.stringContaining("Compiling..."),
        error_message: expect.stringMatching(/./),
      },
    ]);
  });

  test.each(["", "/download", "/logs"])(
    "GET /builds/{id}%s answers 404 for a build that does not exist",
    async (what) => {
      const { key } = await newAccount();
      expect(shown(await call(key, "GET", `/builds/${NO_ID}${what}`))).toEqual(NOT_FOUND);
    },
  );

  test.each(["GET", "POST"])(
    "%s /apps/{id}/builds answers 404 for an app that does not exist",
    async (method) => {
      const { key } = await newAccount();
      const json = method === "POST" ? {} : undefined;
      const missing = await call(key, method, `/apps/${NO_ID}/builds`, json);
      expect(shown(missing)).toEqual([404, { message: "App not found." }]);
    },
  );
});

describe("App-builder 6. Notifications", () => {
  const NOT_FOUND = [404, { message: "Notification not found." }];
  const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

  /** An app that can send, and what sends. */
  async function sender(isConfigured = true) {
    const { account, app } = await newOwner();
    if (isConfigured) await configure(account, app.id, "webpush");
    const path = `/apps/${app.id}/notifications`;
    const get = async (id: number) => call(account.key, "GET", `/notifications/${id}`);
    const create = async (fields: object = {}) =>
      call(account.key, "POST", path, { ...WORDS, ...fields });
    /** Sends one and waits until it is sent; its id. */
    const sent = async () => {
      const { id } = (await create()).body.data;
      await eventually(async () => (await get(id)).body.data.status === "sent");
      return id as number;
    };
    return { key: account.key, path, get, create, sent };
  }

  test("List notifications for an app answers a page of them", async () => {
    const { key, path, sent } = await sender();
    const id = await sent();
    const page = await call(key, "GET", `${path}?per_page=10`);
    expectPage(page, 1, 1, 1);
    expect(page.body.data[0]).toMatchObject({ id, ...WORDS, status: "sent", sent_at: TIME });
  });

  test("Send a push notification answers 201 with a pending notification", async () => {
    const { create } = await sender();
    const made = await create({ image_url: "https://example.com/image.png" });
    expect(shown(made)).toEqual([
      201,
      { data: { id: ID, ...WORDS, status: "pending", created_at: TIME } },
    ]);
  });

  test("Send a push notification schedules it for the time given", async () => {
    const { create, get } = await sender();
    const scheduled_at = tomorrow();
    const made = await create({ scheduled_at });
    expect([made.status, made.body.data.status]).toEqual([201, "scheduled"]);
    const { data } = (await get(made.body.data.id)).body;
    expect(Date.parse(data.scheduled_at)).toBe(Date.parse(scheduled_at));
  });

  test("Send a push notification answers 400 when push is not configured", async () => {
    const { create } = await sender(false);
    expect(shown(await create())).toEqual([
      400,
      {
        message: "Push notifications are not configured for this app.",
        error: "notifications_not_configured",
      },
    ]);
  });

  test("Get notification details answers the text, status and times", async () => {
    const { get, sent } = await sender();
    const id = await sent();
    const answer = await get(id);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(["data"]);
    expect(answer.body.data).toMatchObject({
      id,
      ...WORDS,
      status: "sent",
      sent_at: TIME,
      created_at: TIME,
    });
  });

  test("Cancel a scheduled notification answers 200 and marks it as cancelled, not sent", async () => {
    const { key, create, get } = await sender();
    const { id } = (await create({ scheduled_at: tomorrow() })).body.data;
    expect(shown(await call(key, "DELETE", `/notifications/${id}`))).toEqual([
      200,
      { message: "Notification cancelled successfully." },
    ]);
    expect((await get(id)).body.data).toMatchObject({ status: "cancelled", sent_at: null });
  });

  test("Cancel a scheduled notification answers 400 once it has been sent", async () => {
    const { key, sent } = await sender();
    const id = await sent();
    expect(shown(await call(key, "DELETE", `/notifications/${id}`))).toEqual([
      400,
      {
        message: "Cannot cancel a notification that has already been sent.",
        error: "already_sent",
        status: "sent",
      },
    ]);
  });

  test.each(["GET", "DELETE"])(
    "%s answers 404 for a notification that does not exist",
    async (method) => {
      const { key } = await newAccount();
      expect(shown(await call(key, method, `/notifications/${NO_ID}`))).toEqual(NOT_FOUND);
    },
  );
});
