// A single delivery with what its receiver answered, and deliveries that are sent again.
import { beforeEach, describe, expect, test } from "vitest";
import { testContext } from "../../../support/context.ts";
import { emit } from "../../../support/emit.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";
import { useInternet } from "../../../support/receiver.ts";
import { verified } from "../../../support/standard-webhooks.ts";
import { api, eventually, rows } from "../../../support/worker.ts";

const internet = useInternet();
const HOUR_MS = 3_600_000;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

let token: string;
let app: { id: number; uuid: string };
let path: string;
let secret: string;
beforeEach(async () => {
  // What another test left to be tried again comes 15 s later, and would be among what this one's receiver was sent.
  await rows("DELETE FROM webhook_deliveries");
  ({ key: token } = await newAccount());
  app = await newApp(token);
  path = `/api/v1/push/apps/${app.uuid}/webhooks`;
  const json = { url: "https://hooks.example.com/in", events: ["build.failed"] };
  const { data } = (await api("POST", path, { token, json })).body;
  ({ secret } = data);
  path += `/${data.id}`;
});

const call = async (method: string, to: string, json?: unknown) =>
  api(method, path + to, { token, ...(json === undefined ? {} : { json }) });
const ownRows = async () =>
  rows(
    `SELECT d.* FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id WHERE w.uuid = ? ORDER BY d.id`,
    path.split("/").at(-1),
  );
const answer = (status: number, body: BodyInit | null = null) => {
  internet.answer = () => new Response(body, { status });
};

/** Makes a delivery by an event, which has been attempted once; its id. */
async function attempted(): Promise<string> {
  const before = internet.received.length;
  await emit(testContext().ctx, app.id, "build.failed", { build_id: 7 });
  await eventually(async () => internet.received.length > before);
  const uuid = internet.received[before]?.headers.get("webhook-id") ?? "";
  await eventually(async () =>
    (await ownRows()).some((row) => row.uuid === uuid && row.attempted_at !== null),
  );
  return uuid;
}

/** Ends a delivery as failed `ago` ms ago. */
async function failed(uuid: string, ago = 0): Promise<void> {
  await rows(
    "UPDATE webhook_deliveries SET status = 'failed', attempts = 14, next_attempt_at = NULL, lane = NULL, ended_at = ? WHERE uuid = ?",
    Date.now() - ago,
    uuid,
  );
}

describe("a delivery", () => {
  test("is shown with what was sent and what the receiver answered", async () => {
    answer(500, "the database is away 💥");
    const id = await attempted();
    const shown = await call("GET", `/deliveries/${id}`);
    expect(shown.status).toBe(200);
    expect(shown.body.data).toEqual({
      id,
      event: "build.failed",
      payload: JSON.parse(internet.received[0]!.body),
      status: "pending",
      attempts: 1,
      response_status: 500,
      response_body: "the database is away 💥",
      error: "the receiver answered 500",
      attempt_log: [
        {
          attempt: 1,
          attempted_at: expect.stringMatching(TIME),
          duration_ms: expect.any(Number),
          response_status: 500,
          error: null,
        },
      ],
      attempted_at: expect.stringMatching(TIME),
      duration_ms: expect.any(Number),
      next_attempt_at: expect.stringMatching(TIME),
      created_at: expect.stringMatching(TIME),
      ended_at: null,
    });
  });

  test.each([
    ["no more than 1,024 bytes", "x".repeat(5000), "x".repeat(1024)],
    ["no half of a character", "é".repeat(511) + "x€€", "é".repeat(511) + "x"],
    [
      "what is no text as replacement characters",
      new Uint8Array([0xff, 0x41, 0]),
      "\u{fffd}A\u{fffd}",
    ],
    ["an empty body as an empty text", null, ""],
  ])("keeps of an answer %s", async (_what, body, kept) => {
    answer(200, body);
    const id = await attempted();
    expect((await call("GET", `/deliveries/${id}`)).body.data.response_body).toBe(kept);
  });

  test("of a body that does not end keeps what came in time, and is delivered", async () => {
    const dripping = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("as far as it came")),
    });
    answer(200, dripping);
    const id = await attempted();
    expect((await call("GET", `/deliveries/${id}`)).body.data).toMatchObject({
      status: "delivered",
      response_body: "as far as it came",
    });
  });

  test("without an answer has none", async () => {
    internet.answer = () => {
      throw new TypeError("Network connection lost.");
    };
    const id = await attempted();
    expect((await call("GET", `/deliveries/${id}`)).body.data).toMatchObject({
      response_status: null,
      response_body: null,
      error: "no connection: Network connection lost.",
    });
  });

  test("answers 404 through another webhook, and if there is none", async () => {
    const id = await attempted();
    const json = { url: "https://hooks.example.com/", events: ["build.failed"] };
    const list = path.slice(0, path.lastIndexOf("/"));
    const other = (await api("POST", list, { token, json })).body.data.id;
    for (const to of [
      `${list}/${other}/deliveries/${id}`,
      `${path}/deliveries/${other}`,
      `${path}/deliveries/x`,
    ]) {
      for (const [method, end] of [
        ["GET", ""],
        ["POST", "/replay"],
      ] as const) {
        const missing = await api(method, to + end, { token });
        expect([missing.status, missing.body]).toEqual([404, { error: "Not found" }]);
      }
    }
  });
});

describe("replaying a delivery", () => {
  test.each([
    ["that was delivered", async () => {}],
    ["that has failed", failed],
  ])("%s sends it again under its id, freshly signed", async (_what, end) => {
    const id = await attempted();
    await end(id);
    const first = internet.received[0]!;
    const replayed = await call("POST", `/deliveries/${id}/replay`);
    expect(replayed.status).toBe(200);
    expect(replayed.body.data).toMatchObject({
      id,
      status: "pending",
      attempts: 0,
      ended_at: null,
    });
    await eventually(async () => (await ownRows())[0]?.status === "delivered");
    expect(internet.received).toHaveLength(2);
    const second = internet.received[1]!;
    expect(second.headers.get("webhook-id")).toBe(id);
    expect(second.body).toBe(first.body);
    expect(verified(secret, second).event).toBe("build.failed");
    expect((await ownRows())[0]).toMatchObject({ attempts: 1 });
    expect(await ownRows()).toHaveLength(1);
  });

  test("begins anew with its retries", async () => {
    const id = await attempted();
    await failed(id);
    answer(500);
    await call("POST", `/deliveries/${id}/replay`);
    await eventually(async () => (await ownRows())[0]?.response_status === 500);
    const [row] = await ownRows();
    expect(row).toMatchObject({ status: "pending", attempts: 1 });
    expect(Math.abs(row.next_attempt_at - row.attempted_at - 15_000)).toBeLessThan(2000);
  });

  test("is refused with 409 while it is pending, since it is tried anyway", async () => {
    answer(500);
    const id = await attempted();
    const refused = await call("POST", `/deliveries/${id}/replay`);
    expect(refused.status).toBe(409);
    expect(refused.body.error).toMatch(/still pending/);
    expect((await ownRows())[0]).toMatchObject({ attempts: 1 });
  });

  test("is refused with 422 while the webhook is disabled", async () => {
    const id = await attempted();
    await call("PATCH", "", { enabled: false });
    for (const refused of [
      await call("POST", `/deliveries/${id}/replay`),
      await call("POST", "/replay", { since: "2020-01-01T00:00:00Z" }),
    ]) {
      expect(refused.status).toBe(422);
      expect(refused.body.details).toEqual({
        enabled: ["must be true for a replay: enable the webhook first"],
      });
    }
    expect((await ownRows())[0]).toMatchObject({ status: "delivered" });
  });

  test("sends nothing to a host that leads to a private address by now", async () => {
    const id = await attempted();
    internet.names["hooks.example.com"] = ["10.0.0.1"];
    await call("POST", `/deliveries/${id}/replay`);
    await eventually(async () => (await ownRows())[0]?.error !== null);
    expect((await ownRows())[0].error).toBe("the host leads to a private address");
    expect(internet.received).toHaveLength(1);
  });
});

describe("replaying all that failed", () => {
  test("sends those again that failed since then, of this webhook alone, and says how many", async () => {
    const list = path.slice(0, path.lastIndexOf("/"));
    const json = { url: "https://other.example.com/", events: ["build.failed"] };
    await api("POST", list, { token, json });
    const ids: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      await emit(testContext().ctx, app.id, "build.failed", { count });
      await eventually(
        async () =>
          internet.received.length === 2 * (count + 1) &&
          (await ownRows()).every(({ status }) => status === "delivered"),
      );
      ids.push((await ownRows()).at(-1).uuid);
    }
    // the other webhook's have failed as well
    await rows(
      "UPDATE webhook_deliveries SET status = 'failed', ended_at = ? WHERE status = 'delivered'",
      Date.now(),
    );
    await failed(ids[0]!, 3 * HOUR_MS);
    await rows("UPDATE webhook_deliveries SET status = 'delivered' WHERE uuid = ?", ids[3]);
    internet.received = [];
    const since = new Date(Date.now() - HOUR_MS).toISOString();
    const replayed = await call("POST", "/replay", { since });
    expect([replayed.status, replayed.body]).toEqual([200, { data: { replayed: 2 } }]);
    await eventually(async () => internet.received.length === 2);
    const sent = internet.received.map(({ headers }) => headers.get("webhook-id"));
    expect(new Set(sent)).toEqual(new Set(ids.slice(1, 3)));
    expect(new Set(internet.received.map(({ url }) => url))).toEqual(
      new Set(["https://hooks.example.com/in"]),
    );
    await eventually(async () => (await ownRows()).every(({ status }) => status !== "pending"));
    const again = await call("POST", "/replay", { since });
    expect(again.body).toEqual({ data: { replayed: 0 } });
  });

  test("takes more than one statement makes due", async () => {
    const [{ id }] = await rows("SELECT id FROM webhooks WHERE uuid = ?", path.split("/").at(-1));
    await rows(
      `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, created_at, ended_at)
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5003)
       SELECT 'many-' || ?1 || '-' || i, ?1, 'x', '{}', 'failed', 14, ?2, ?2 FROM n`,
      id,
      Date.now(),
    );
    // Nobody answers for the rest of the test, since the lane would be at them for long.
    await rows("UPDATE webhooks SET pause_ends_at = ? WHERE id = ?", Date.now() + HOUR_MS, id);
    const replayed = await call("POST", "/replay", { since: "2020-01-01T00:00:00Z" });
    expect(replayed.body).toEqual({ data: { replayed: 5003 } });
    await rows("DELETE FROM webhook_deliveries WHERE webhook_id = ?", id);
  });

  test.each([
    [{}, ["since"]],
    [{ since: "yesterday" }, ["since"]],
    [{ since: "2026-11-29T00:00:00" }, ["since"]],
    [{ since: 5 }, ["since"]],
    [{ since: null }, ["since"]],
    [{ since: "2026-11-29T00:00:00Z", until: "2026-11-30T00:00:00Z" }, ["until"]],
  ])("refuses %j", async (json, fields) => {
    const refused = await call("POST", "/replay", json);
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.details)).toEqual(fields);
  });
});
