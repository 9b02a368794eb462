// The account, its subscription and its usage, exactly as docs/contracts.md (App-builder 3) shows them.
import { expect, test } from "vitest";
import { admin, api, rows } from "../../../support/worker.ts";
import { newAccount, newApp, newKey } from "../../../support/scenario.ts";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

test("the account shows its name, email, plan and credits", async () => {
  const { id, key } = await newAccount({ plan: "Pro", build_credits: 50 });
  const shown = await api("GET", "/api/v1/account", { token: key });
  expect(shown.status).toBe(200);
  expect(shown.body).toEqual({
    data: {
      id,
      name: expect.stringMatching(/^Tester /),
      email: "tester@example.com",
      plan: { id: 2, name: "Pro" },
      build_credits: 50,
      created_at: expect.stringMatching(TIME),
    },
  });
});

test("an account on a paid plan has an active subscription that renews in a month", async () => {
  const { key } = await newAccount({ plan: "Pro" });
  const shown = await api("GET", "/api/v1/account/subscription", { token: key });
  expect(shown.status).toBe(200);
  expect(shown.body).toEqual({
    data: {
      id: expect.any(Number),
      status: "active",
      amount: 29.99,
      payment_method: expect.any(String),
      plan: { id: 2, name: "Pro", price: 29.99 },
      renewal_at: expect.stringMatching(TIME),
    },
  });
  const days = (Date.parse(shown.body.data.renewal_at) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(27.9);
  expect(days).toBeLessThan(31.1);
});

test("an account on the Free plan has no subscription, and the answer is not wrapped in data", async () => {
  const { key } = await newAccount();
  const shown = await api("GET", "/api/v1/account/subscription", { token: key });
  expect(shown.status).toBe(200);
  expect(shown.body).toEqual({
    message: "No active subscription found.",
    plan: { id: 1, name: "Free", price: 0 },
  });
});

test("usage counts credits, apps and builds by how they ended", async () => {
  const { id, key } = await newAccount({ plan: "Pro", build_credits: 45 });
  const app = await newApp(key);
  await newApp(key);
  for (const status of ["completed", "completed", "failed", "cancelled", "pending"]) {
    await buildRow(id, app.id, status);
  }
  const shown = await api("GET", "/api/v1/account/usage", { token: key });
  expect(shown.status).toBe(200);
  expect(shown.body).toEqual({
    build_credits: { available: 45, monthly_allocation: 100, unlimited: false },
    apps: { total: 2 },
    builds: { total: 5, completed: 2, failed: 1 },
    plan: { id: 2, name: "Pro", features: ["Unlimited apps", "Priority support"] },
  });
  // It follows builds that end, and those that go.
  await rows("UPDATE builds SET status = 'failed' WHERE app_id = ? AND status = 'pending'", app.id);
  await rows("DELETE FROM builds WHERE app_id = ? AND status = 'cancelled'", app.id);
  const later = await api("GET", "/api/v1/account/usage", { token: key });
  expect(later.body.builds).toEqual({ total: 4, completed: 2, failed: 2 });
});

test("usage asked for with a key limited to certain apps counts only those", async () => {
  const { id, key } = await newAccount();
  const [mine, other] = [await newApp(key), await newApp(key)];
  await buildRow(id, other.id, "completed");
  const limited = await newKey(id, { app_ids: [mine.id] });
  const shown = await api("GET", "/api/v1/account/usage", { token: limited });
  expect(shown.body.apps.total).toBe(1);
  expect(shown.body.builds).toEqual({ total: 0, completed: 0, failed: 0 });
});

test("usage on the Unlimited plan says that credits are unlimited", async () => {
  const { key } = await newAccount({ plan: "Unlimited" });
  const shown = await api("GET", "/api/v1/account/usage", { token: key });
  expect(shown.body.build_credits).toEqual({
    available: 0,
    monthly_allocation: 0,
    unlimited: true,
  });
});

test("an operator's change of plan starts, replaces or ends the subscription", async () => {
  const { id, key } = await newAccount();
  const subscription = async () =>
    (await api("GET", "/api/v1/account/subscription", { token: key })).body;
  await admin("PATCH", `/accounts/${id}`, { plan: "Pro" });
  const first = await subscription();
  expect(first.data).toMatchObject({ status: "active", plan: { name: "Pro" } });
  await admin("PATCH", `/accounts/${id}`, { plan: "Unlimited" });
  const second = await subscription();
  expect(second.data).toMatchObject({ amount: 99.99, plan: { name: "Unlimited" } });
  expect(second.data.id).not.toBe(first.data.id);
  await admin("PATCH", `/accounts/${id}`, { plan: "Free" });
  expect(await subscription()).toMatchObject({ message: "No active subscription found." });
});

/** Adds the row of a build; how builds really end is tested beside src/domain/builds. */
async function buildRow(accountId: number, appId: number, status: string): Promise<void> {
  await rows(
    `INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format,
       version_name, version_code, snapshot, certificate_sha256, certificate_sha1, cost, created_at)
     VALUES (?, ?, ?, ?, 'android-webview', 'debug', 'apk', '1.0.0', 1, '{}', 'c0ffee', 'bead', 1, 0)`,
    crypto.randomUUID(),
    accountId,
    appId,
    status,
  );
}
