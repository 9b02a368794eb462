// Saved segments by the push API. What of them sends need is in test/src/durable/notification-run/segments.test.ts.
import { beforeAll, expect, test } from "vitest";
import { PUSH } from "../../../support/push.ts";
import { newKey, newNotifier, type Notifier } from "../../../support/scenario.ts";
import { addSubscribers } from "../../../support/notifications.ts";
import { api } from "../../../support/worker.ts";

/** An id that no segment has. */
const NOBODY = "00000000-0000-4000-8000-000000000000";
const BETA = { type: "tags", tags: ["beta"], match: "any" };

let owner: Notifier;
beforeAll(async () => {
  owner = await newNotifier();
  const app = { id: owner.app.v1_id, accountId: owner.account.id };
  await addSubscribers(app, [
    { tags: ["beta"] },
    { tags: ["beta"], platform: "ios" },
    { tags: ["beta"], platform: "android", country: "DE" },
    { country: "DE" },
  ]);
});

async function call(method: string, path: string, json?: unknown, headers = {}) {
  return api(method, `${PUSH}/apps/${owner.app.id}/segments${path}`, {
    token: owner.account.key,
    headers,
    ...(json === undefined ? {} : { json }),
  });
}

let made = 0;

async function segment(targeting: object = BETA): Promise<any> {
  made += 1;
  return (await call("POST", "", { name: `Segment ${made}`, targeting })).body.data;
}

const named = ({ id }: { id: string }) => ({ type: "segment", id });

test("a segment is created, read, listed, changed and deleted", async () => {
  const created = await call("POST", "", { name: "Beta testers", targeting: BETA });
  expect(created.status).toBe(201);
  const { data } = created.body;
  expect(data).toEqual({
    id: expect.any(String),
    app_id: owner.app.id,
    name: "Beta testers",
    targeting: BETA,
    used_count: 0,
    last_used_at: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  });
  expect((await call("GET", `/${data.id}`)).body).toEqual({ data });
  expect((await call("GET", `/${data.id.toUpperCase()}`)).body).toEqual({ data });
  expect((await call("GET", "")).body.data).toContainEqual(data);
  const changed = await call("PATCH", `/${data.id}`, { targeting: { type: "all" } });
  expect(changed.status).toBe(200);
  expect(changed.body.data).toMatchObject({ name: "Beta testers", targeting: { type: "all" } });
  expect((await call("DELETE", `/${data.id}`)).body).toEqual({ ok: true });
  for (const [method, path] of [
    ["GET", ""],
    ["PATCH", ""],
    ["DELETE", ""],
    ["GET", "/uses"],
  ] as const) {
    const gone = await call(method, `/${data.id}${path}`, method === "PATCH" ? {} : undefined);
    expect([method, path, gone.status]).toEqual([method, path, 404]);
  }
});

test("creation with an Idempotency-Key happens once", async () => {
  const headers = { "idempotency-key": "segment" };
  const json = { name: "Once", targeting: BETA };
  const first = await call("POST", "", json, headers);
  const again = await call("POST", "", json, headers);
  expect(again.body).toEqual(first.body);
  const name = { name: ["The name field must not be the name of another segment of the app."] };
  expect((await call("POST", "", json)).body.details).toEqual(name);
});

test("an estimate and a dry run count whom segments select", async () => {
  const beta = await segment();
  const targeting = {
    type: "all_of",
    of: [named(beta), { type: "not", of: [{ type: "countries", countries: ["DE"] }] }],
  };
  const estimated = await owner.call("POST", "/estimate", { targeting });
  expect(estimated.body.data).toEqual({
    total_count: 2,
    by_platform: { web: 1, ios: 1, android: 0 },
  });
  const upper = { type: "segment", id: beta.id.toUpperCase() };
  const tried = await owner.call("POST", "", {
    title: "a",
    body: "b",
    targeting: upper,
    dry_run: true,
  });
  expect(tried.body.data).toMatchObject({ dry_run: true, total_count: 3 });
});

test.each(["create", "dry run", "estimate", "update"])(
  "%s refuses a segment that is not there, by its place",
  async (what) => {
    const targeting = { type: "any_of", of: [BETA, named({ id: NOBODY })] };
    const words = { title: "a", body: "b" };
    const asked = {
      create: async () => owner.call("POST", "", { ...words, targeting }),
      "dry run": async () => owner.call("POST", "", { ...words, targeting, dry_run: true }),
      estimate: async () => owner.call("POST", "/estimate", { targeting }),
      update: async () => owner.call("PATCH", `/${(await owner.make()).id}`, { targeting }),
    }[what];
    const refused = await asked?.();
    expect(refused?.status).toBe(422);
    expect(refused?.body.details).toEqual({
      "targeting.of.1.id": [
        "The targeting.of.1.id field must be the id of a saved segment of the app.",
      ],
    });
  },
);

test("the contract's segments stay refused, and a segment takes no others", async () => {
  const beta = await segment();
  const contract = await owner.call("POST", "/estimate", { targeting: { type: "segments" } });
  expect(contract.status).toBe(422);
  const nested = await call("POST", "", { name: "Nested", targeting: named(beta) });
  expect(Object.keys(nested.body.details)).toEqual(["targeting.type"]);
});

test("a segment says what uses it, and is not deleted before", async () => {
  const beta = await segment();
  const due = "2026-01-01T00:00:00Z".replace("2026", String(new Date().getUTCFullYear() + 1));
  const draft = await owner.make({ targeting: named(beta) });
  expect(draft.targeting).toEqual(named(beta));
  const scheduled = await owner.make({ title: "Later", targeting: named(beta), scheduled_at: due });
  expect((await call("GET", `/${beta.id}/uses`)).body).toEqual({
    data: {
      notifications: [
        { id: scheduled.id, title: "Later", status: "scheduled", scheduled_at: due },
        { id: draft.id, title: draft.title, status: "draft", scheduled_at: null },
      ],
      total_count: 2,
    },
  });
  const refused = await call("DELETE", `/${beta.id}`);
  expect(refused.status).toBe(409);
  expect(refused.body.error).toContain('"Later" (scheduled)');
  await owner.call("POST", `/${scheduled.id}/cancel`);
  await owner.call("PATCH", `/${draft.id}`, { targeting: null });
  expect((await call("DELETE", `/${beta.id}`)).status).toBe(200);
});

test("a key without push:write only looks", async () => {
  const beta = await segment();
  const token = await newKey(owner.account.id, { scopes: ["push:read"] });
  const path = `${PUSH}/apps/${owner.app.id}/segments`;
  expect((await api("GET", path, { token })).status).toBe(200);
  expect((await api("GET", `${path}/${beta.id}/uses`, { token })).status).toBe(200);
  expect((await api("POST", path, { token, json: {} })).status).toBe(403);
  expect((await api("PATCH", `${path}/${beta.id}`, { token, json: {} })).status).toBe(403);
  expect((await api("DELETE", `${path}/${beta.id}`, { token })).status).toBe(403);
});

test("another account's segment is not found, whatever is done with it", async () => {
  const beta = await segment();
  const other = await newNotifier();
  const path = `${PUSH}/apps/${other.app.id}/segments/${beta.id}`;
  const token = other.account.key;
  expect((await api("GET", path, { token })).status).toBe(404);
  expect((await api("PATCH", path, { token, json: { name: "Mine" } })).status).toBe(404);
  expect((await api("DELETE", path, { token })).status).toBe(404);
  expect((await api("GET", `${path}/uses`, { token })).status).toBe(404);
  const estimated = await other.call("POST", "/estimate", { targeting: named(beta) });
  expect(estimated.status).toBe(422);
  expect((await call("GET", `/${beta.id}`)).body.data).toEqual(beta);
});
