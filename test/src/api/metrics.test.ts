// GET /metrics: who may read it, that it is Prometheus' format to the letter, and that the dashboard of docs asks for what is
// there.
import { beforeAll, expect, test, vi } from "vitest";
import { everyMinute } from "../../../src/cron/every-minute.ts";
import { addCounts, pairsOf } from "../../../src/domain/health/meters.ts";
import { createApp } from "../../../src/api/app.ts";
import { prometheusText } from "../../../src/api/prometheus.ts";
import { connect } from "../../../src/runtime.ts";
import grafana from "../../../docs/grafana.json";
import { testContext } from "../../support/context.ts";
import { parsePrometheus, valueOf } from "../../support/prometheus.ts";
import { newAccount } from "../../support/scenario.ts";
import { api, beginMinute, bindings, newAddress, rows, send } from "../../support/worker.ts";

const scrape = async (token: string, headers: Record<string, string> = {}) =>
  send("GET", "/metrics", { token, headers: { "cf-connecting-ip": newAddress(), ...headers } });

const read = async () => parsePrometheus(await (await scrape(bindings.ADMIN_TOKEN)).text());

beforeAll(async () => {
  const { ctx } = testContext();
  await rows("DELETE FROM meters");
  await addCounts(
    ctx,
    "sends",
    pairsOf({
      "fcm:sent": 40,
      "fcm:unregistered": 2,
      "fcm:retry": 3,
      "fcm:le:100": 39,
      "fcm:le:inf": 1,
      "fcm:ms": 4200,
      "end:sent": 1,
      "end:le:5000": 1,
      "end:ms": 2500,
    }),
  );
  await addCounts(ctx, "builds", pairsOf({ completed: 2, 'failed:a"b\\c\nd': 1 }));
  await addCounts(ctx, "dead_letters", pairsOf({ webhooks: 1 }));
  await everyMinute(ctx);
});

test("answers operators in Prometheus' text format", async () => {
  // The queue itself may hold messages that other tests left.
  const oldestMessageTimestamp = new Date(Date.now() - 60_000);
  vi.spyOn(bindings.BATCHES, "metrics").mockResolvedValue({
    backlogCount: 3,
    backlogBytes: 900,
    oldestMessageTimestamp,
  });
  const answer = await scrape(bindings.ADMIN_TOKEN);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const families = parsePrometheus(await answer.text());
  const value = (name: string, labels = {}) => valueOf(families, `slipway_${name}`, labels);
  expect(value("recipients_total", { provider: "fcm", verdict: "sent", reason: "" })).toBe(40);
  expect(
    value("recipients_total", { provider: "fcm", verdict: "gone", reason: "unregistered" }),
  ).toBe(2);
  expect(value("repeated_attempts_total", { provider: "fcm" })).toBe(3);
  const answers = (le: string) => value("provider_answer_seconds_bucket", { provider: "fcm", le });
  expect([answers("0.05"), answers("0.1"), answers("30"), answers("+Inf")]).toEqual([
    0, 39, 39, 40,
  ]);
  expect(value("provider_answer_seconds_sum", { provider: "fcm" })).toBe(4.2);
  expect(value("send_duration_seconds_count")).toBe(1);
  expect(value("sends_finished_total", { status: "sent" })).toBe(1);
  expect(value("builds_finished_total", { status: "completed" })).toBe(2);
  expect(value("builds_finished_total", { code: 'a"b\\c\nd' })).toBe(1);
  expect(value("dead_letters_total", { queue: "webhooks" })).toBe(1);
  expect(value("queue_messages", { queue: "batches" })).toBe(3);
  expect(value("queue_oldest_age_seconds", { queue: "batches" })).toBeGreaterThanOrEqual(60);
  expect(value("database_size_bytes")).toBeGreaterThan(100_000);
  expect(value("database_limit_bytes")).toBe(10_000_000_000);
  expect(value("cron_ended_timestamp_seconds", { schedule: "* * * * *" })).toBeGreaterThan(
    Date.now() / 1000 - 60,
  );
  expect(value("cron_job_failures", { part: "recoverRuns" })).toBe(0);
});

test("tells what waits, and for how long the oldest has", async () => {
  const before = valueOf(await read(), "slipway_waiting", { what: "deliveries" }) ?? 0;
  await rows(
    `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, next_attempt_at, created_at)
     VALUES (?, 999999, 'build.completed', '{}', 'pending', 0, ?, 1)`,
    crypto.randomUUID(),
    Date.now() - 90_000,
  );
  const families = await read();
  expect(valueOf(families, "slipway_waiting", { what: "deliveries" })).toBe(before + 1);
  expect(
    valueOf(families, "slipway_waiting_oldest_age_seconds", { what: "deliveries" }),
  ).toBeGreaterThanOrEqual(90);
});

test("is for operators, and for who has the token for figures alone", async () => {
  const { key } = await newAccount();
  expect((await api("GET", "/metrics")).status).toBe(401);
  expect((await api("GET", "/metrics", { token: "x".repeat(40) })).status).toBe(401);
  expect((await api("GET", "/metrics", { token: key })).status).toBe(403);
  const narrow = "only-figures-0123456789";
  const env = { ...bindings, METRICS_TOKEN: narrow };
  const app = createApp();
  const execution = { waitUntil: () => undefined, passThroughOnException: () => undefined };
  const ask = async (path: string, token: string) => {
    const request = new Request(`https://slipway.test${path}`, {
      headers: { authorization: `Bearer ${token}`, "cf-connecting-ip": newAddress() },
    });
    const { status } = await app(request, connect(env, execution as never));
    return status;
  };
  expect(await ask("/metrics", narrow)).toBe(200);
  expect(await ask("/metrics", bindings.ADMIN_TOKEN)).toBe(200);
  expect(await ask("/metrics", `${narrow}x`)).toBe(401);
  expect(await ask("/api/v1/admin/builders", narrow)).toBe(401);
});

test("refuses what it does not ask for, other methods, and more than a scrape a second", async () => {
  beginMinute();
  const token = bindings.ADMIN_TOKEN;
  expect((await api("GET", "/metrics?name=x", { token })).status).toBe(422);
  expect((await api("POST", "/metrics", { token })).status).toBe(405);
  expect((await api("GET", "/metrics/x", { token })).status).toBe(404);
  const from = { "cf-connecting-ip": newAddress() };
  // What is refused counts too, and reads nothing.
  const refused = async () =>
    (await api("GET", "/metrics?name=x", { token, headers: from })).status;
  const statuses = await Promise.all(Array.from({ length: 60 }, refused));
  expect(new Set(statuses)).toEqual(new Set([422]));
  expect((await scrape(token, from)).status).toBe(429);
});

test("the reader of this test refuses what is no such format", () => {
  const good = prometheusText([
    { name: "a_total", help: "A\\b\nc", type: "counter", series: [[{ x: 'q"\\\n' }, 1]] },
    {
      name: "h",
      help: "H",
      type: "histogram",
      series: [[{}, { bounds: [1], within: [2, 1], sum: 3 }]],
    },
  ]);
  const [first] = parsePrometheus(good);
  expect(first?.series[0]?.labels).toEqual({ x: 'q"\\\n' });
  for (const [from, to, says] of [
    ["# TYPE a_total counter\n", "", "no help or type"],
    ["a_total counter", "a_total count", "no type"],
    ['{x="q', "{x=q", "wrong labels"],
    ["} 1", "} one", "no sample"],
    ['le="+Inf"} 3', 'le="+Inf"} 1', "falls"],
    ["h_count 3", "h_count 4", "count"],
    ["h_sum 3\n", "", "not buckets, sum and count"],
    ['h_bucket{le="+Inf"} 3\n', "", ": le"],
  ] as const) {
    expect(good).toContain(from);
    expect(() => parsePrometheus(good.replace(from, to))).toThrow(says);
  }
});

test("the dashboard of docs asks for metrics that are there, and names no data source of its own", async () => {
  const families = await read();
  const known = new Set(
    families.flatMap(({ name, type }) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
  const expressions = [...JSON.stringify(grafana).matchAll(/"expr":"((?:[^"\\]|\\.)*)"/g)];
  expect(expressions.length).toBeGreaterThan(10);
  for (const [, expression = ""] of expressions) {
    const asked = expression.match(/slipway_\w+/g) ?? [];
    expect(asked.length, expression).toBeGreaterThan(0);
    for (const name of asked) expect(known.has(name), `${name} of ${expression}`).toBe(true);
  }
  const used = new Set(expressions.flatMap(([, text = ""]) => text.match(/slipway_\w+/g) ?? []));
  const unseen = families.filter(
    ({ name }) => ![...used].some((each) => each === name || each.startsWith(`${name}_`)),
  );
  expect(unseen.map(({ name }) => name)).toEqual([]);
  for (const { datasource } of grafana.panels) expect(datasource.uid).toBe("${datasource}");
});
