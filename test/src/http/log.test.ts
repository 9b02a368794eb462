// The log: one line of JSON for each request, and no secret in any line.
import { afterEach, expect, test, vi } from "vitest";
import { createLog } from "../../../src/kit/log.ts";
import { hashSecret } from "../../../src/kit/secret.ts";
import { fixtures } from "../kit/keystore/fixtures/keystores.ts";
import { admin, api, bindings, send } from "../../support/worker.ts";
import { newAccount, newApp } from "../../support/scenario.ts";
import { changeNextSession } from "../../support/trips.ts";

const METHODS = ["log", "error", "warn", "info", "debug"] as const;

/** Every line written while `work` runs. */
async function logged(work: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  for (const method of METHODS) {
    vi.spyOn(console, method).mockImplementation((...parts) => void lines.push(parts.join(" ")));
  }
  await work();
  return lines;
}

afterEach(() => {
  vi.restoreAllMocks();
});

test("writes one line of JSON for a request", async () => {
  const { id, key } = await newAccount();
  let requestId: string | null = "";
  const lines = await logged(async () => {
    const answer = await api("GET", "/api/v1/apps?page=1", { token: key });
    requestId = answer.headers.get("x-request-id");
  });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{"time":"[^"]+","level":"info","event":"request"/);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    level: "info",
    event: "request",
    id: requestId,
    method: "GET",
    route: "/api/v1/apps",
    status: 200,
    account: id,
    ms: expect.any(Number),
  });
});

test("says how grave each event is, and when it was", async () => {
  const lines = await logged(async () => {
    const log = createLog({ builder: "b" });
    log.info("a");
    log.warn("b", { count: 2 });
    log.error("c", new Error("no"), { id: "x" });
  });
  const said = lines.map((line) => JSON.parse(line));
  expect(said.map(({ level, event }) => [level, event])).toEqual([
    ["info", "a"],
    ["warn", "b"],
    ["error", "c"],
  ]);
  for (const { time } of said) expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
  expect(said[1]).toMatchObject({ builder: "b", count: 2 });
  expect(said[2].error).toContain("Error: no");
});

test("writes a line without an account for a refusal and for a preflight", async () => {
  const lines = await logged(async () => {
    await api("GET", "/api/v1/apps");
    await api("POST", "/nope");
    await api("POST", "/healthz");
    await send("OPTIONS", "/api/v1/apps", { headers: { "access-control-request-method": "GET" } });
  });
  const said = lines
    .map((line) => JSON.parse(line))
    .map(({ status, account }) => [status, account]);
  expect(said).toEqual([
    [401, null],
    [404, null],
    [405, null],
    [204, null],
  ]);
});

test("writes no secret to any line", async () => {
  const secrets: string[] = [bindings.ADMIN_TOKEN, "store-pass", "export-pass", fixtures.pkcs12Ec];
  const lines = await logged(async () => {
    const { id, key } = await newAccount();
    const token = key;
    const minted = await api("POST", "/api/v1/api-keys", {
      token,
      json: { name: "x" },
      headers: { "idempotency-key": "once" },
    });
    const file = fixtures.pkcs12Ec;
    const json = { name: "R", file, store_password: "store-pass" };
    const keystore = await api("POST", "/api/v1/keystores", { token, json });
    await api("POST", "/api/v1/keystores", {
      token,
      json: { ...json, store_password: "wrong-pass" },
    });
    const exported = await send("POST", `/api/v1/keystores/${keystore.body.data.id}/export`, {
      token,
      json: { password: "export-pass" },
    });
    await exported.arrayBuffer();
    const builder = await admin("POST", "/builders", { name: "x" });
    const operators = await admin("POST", `/accounts/${id}/api-keys`, { name: "x" });
    await newApp(key);
    await api("GET", "/api/v1/account", { token: "sw_live_garbage-secret" });
    await api("GET", `/api/v1/apps?token=${key}`, { token });
    await api("GET", `/public/builds/1/x.apk?expires=9999999999&token=link-secret`);
    secrets.push("wrong-pass", "garbage-secret", "link-secret");
    secrets.push(key, minted.body.data.key, operators.body.data.key, builder.body.data.token);
  });
  expect(lines.length).toBeGreaterThanOrEqual(12);
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(8);
    expect(lines.filter((line) => line.includes(secret))).toEqual([]);
  }
});

test("writes the pattern of the route in place of the path, which may carry secrets", async () => {
  const secrets = ["pending-code", "ann@example.com", "link-token", crypto.randomUUID()];
  const [code, iuid, link, instance] = secrets;
  const lines = await logged(async () => {
    const paths = [
      ["GET", `/qrcode/${code}`],
      ["GET", `/qrcode/${code}/`],
      ["DELETE", `/qrcode/${code}`],
      ["GET", `/install/${code}`],
      ["GET", `/install/${code}/${code}.apk`],
      ["DELETE", `/install/${code}`],
      ["GET", `/install/${code}/${code}/${code}`],
      ["POST", `/public/codes/${code}/redeem`],
      ["GET", `/channels/${"0".repeat(24)}/subscriptions/${iuid}`],
      ["GET", `/public/c/${link}`],
      ["PUT", `/api/r/v2/apps/1/instances/${instance}/info`],
      ["GET", `/${code}`],
    ] as const;
    for (const [method, path] of paths) await (await send(method, path)).text();
  });
  expect(lines.map((line) => JSON.parse(line).route)).toEqual([
    "/qrcode/:code",
    "/qrcode/*",
    "/qrcode/:code",
    "/install/:token",
    "/install/:token/:file",
    "/install/:token",
    "/install/*",
    "/public/codes/:code/redeem",
    "/channels/:channelId/subscriptions/:iuid",
    "/public/c/:token",
    "/api/r/v2/apps/:app_id/instances/:ic_id/info",
    "/*",
  ]);
  for (const secret of secrets) {
    expect(lines.filter((line) => line.includes(secret))).toEqual([]);
  }
});

test("logs a fault with the request's id, and gives the client that id and nothing else", async () => {
  const { key } = await newAccount();
  let answer: Awaited<ReturnType<typeof api>> | undefined;
  const lines = await logged(async () => {
    changeNextSession(() => {
      throw new Error("the database is on fire");
    });
    answer = await api("GET", "/api/v1/account", { token: key });
  });
  const requestId = answer?.headers.get("x-request-id");
  expect(answer?.status).toBe(500);
  expect(answer?.body).toEqual({ message: "Server Error", request_id: requestId });
  const fault = lines.map((line) => JSON.parse(line)).find(({ event }) => event === "fault");
  expect(fault.id).toBe(requestId);
  expect(fault.error).toContain("on fire");
});

test("logs a failed query with its SQL and its cause, without the values bound to it", async () => {
  const { key } = await newAccount();
  const lines = await logged(async () => {
    changeNextSession((session) => {
      vi.spyOn(session, "prepare").mockImplementation(() => bindings.DB.prepare("SELECT nonsense"));
      return session;
    });
    expect((await api("GET", "/api/v1/account", { token: key })).status).toBe(500);
  });
  const { error } = lines.map((line) => JSON.parse(line)).find(({ event }) => event === "fault");
  expect(error).toContain('from "api_keys"');
  expect(error).toContain("caused by");
  expect(error).toMatch(/\n +at /);
  expect(error).not.toContain("params");
  expect(error).not.toContain(await hashSecret(key));
});
