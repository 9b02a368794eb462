// What answers say of the limits that a request was counted by: x-ratelimit-*, RateLimit and RateLimit-Policy
// (draft-ietf-httpapi-ratelimit-headers-11) and Retry-After agree, on every counted answer of every operation of the
// document.
import { beforeAll, describe, expect, test } from "vitest";
import { newDevice } from "../../support/channels.ts";
import { PUSH, androidSubscriber } from "../../support/push.ts";
import { newAccount, newKey, newPushApp } from "../../support/scenario.ts";
import { admin, api, beginMinute, newAddress, send } from "../../support/worker.ts";

const document = (await api("GET", "/openapi.json")).body;

interface Described {
  operationId: string;
  "x-rate-limit": { name: string; requests: number | null }[];
  security: Record<string, unknown>[];
  parameters?: { name: string; in: string; schema: { enum?: string[]; const?: string } }[];
  responses: Record<string, { headers?: Record<string, unknown> }>;
}

const METHODS = new Set(["get", "post", "put", "patch", "delete"]);
const all = Object.entries<Record<string, Described>>(document.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => METHODS.has(method))
    .map(([method, described]): [string, string, string, Described] => [
      `${method.toUpperCase()} ${path}`,
      method.toUpperCase(),
      path,
      described,
    ]),
);

const NAMES = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
const MINUTE_MS = 60_000;

/** The items of a list of strings with integer parameters, as RFC 9651 writes them. */
function items(field: string | null): [string, Record<string, number>][] {
  return (field ?? "").split(", ").map((item) => {
    expect(item).toMatch(/^"[a-z-]+"(;[a-z]+=\d+)+$/);
    const [name, ...parameters] = item.split(";");
    const pairs = parameters.map((pair) => pair.split("="));
    const values = Object.fromEntries(pairs.map(([key, value]) => [key, Number(value)]));
    return [name?.slice(1, -1) ?? "", values];
  });
}

/** Expects that the fields of a counted answer agree; answers the names of the limits, in their order. */
function expectAgreement({ status, headers }: { status: number; headers: Headers }): string[] {
  const [limit, remaining, reset] = NAMES.map((name) => Number(headers.get(name)));
  const quotas = items(headers.get("ratelimit"));
  const policies = items(headers.get("ratelimit-policy"));
  expect(quotas.map(([name]) => name)).toEqual(policies.map(([name]) => name));
  expect(new Set(quotas.map(([name]) => name)).size).toBe(quotas.length);
  const [first] = quotas;
  expect(first?.[1]).toEqual({ r: remaining, t: expect.any(Number) });
  expect(policies[0]?.[1]).toEqual({ q: limit, w: 60 });
  const left = quotas.map(([, { r }]) => r ?? -1);
  expect(left).toEqual(left.toSorted((a, b) => a - b));
  const seconds = first?.[1]["t"] ?? 0;
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(60);
  // Since it was counted, less than a second has passed; or the test is slow, and more has.
  expect(Math.floor((Number(reset) * 1000 - Date.now()) / 1000)).toBeLessThanOrEqual(seconds);
  expect((Number(reset) * 1000) % MINUTE_MS).toBe(0);
  const isRefused = status === 429;
  expect(headers.get("retry-after")).toBe(isRefused ? String(seconds) : null);
  if (isRefused) expect(remaining).toBe(0);
  return quotas.map(([name]) => name);
}

let key: string;
let channel: { id: string; api_key: string };
let app: { id: string; v1_id: number; public_key: string };
let device: { id: string; token: string };
beforeAll(async () => {
  ({ key } = await newAccount({ plan: "Unlimited" }));
  app = await newPushApp(key);
  device = await newDevice({ app });
  const made = await api("POST", "/api/v1/channels", {
    token: key,
    json: { name: "c", app_id: app.v1_id },
  });
  channel = made.body.data;
});

/** An id that nothing has. */
const NOTHING = "999999999";

/** The headers that an operation's callers send. */
function headersOf(scheme: string | undefined): Record<string, string> {
  switch (scheme) {
    case "apiKey":
      return { authorization: `Bearer ${key}` };
    case "channelKey":
      return { "x-channel-api-key": channel.api_key };
    case "appKey":
      return { "x-app-key": app.public_key };
    case "subscriberToken":
      return { authorization: `Bearer ${device.token}` };
    default:
      return {};
  }
}

const isCounted = ({ security, responses }: Described) => {
  const [scheme] = security.flatMap((one) => Object.keys(one));
  return {
    scheme,
    // Without a key, what the path names is looked for first, unless nothing of an app is named.
    surely: ["apiKey", "channelKey", "appKey", "subscriberToken"].includes(scheme ?? ""),
    documented: Object.values(responses).some(({ headers }) =>
      Object.keys(headers ?? {}).some((name) => name.toLowerCase() === "x-ratelimit-limit"),
    ),
  };
};

test.each(all)(
  "%s: the answer tells what it was counted by, in all fields alike",
  async (_name, method, path, described) => {
    const { scheme, surely } = isCounted(described);
    const url = path
      .replace("{channelId}", channel.id)
      .replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
        const { schema } = (described.parameters ?? []).find((one) => one.name === name) ?? {};
        return schema?.const ?? schema?.enum?.[0] ?? NOTHING;
      });
    const headers = { ...headersOf(scheme), "cf-connecting-ip": newAddress() };
    const answer = await send(method, url, { headers, ...(method === "GET" ? {} : { body: "{" }) });
    await answer.body?.cancel();
    const told = NAMES.filter((name) => answer.headers.has(name));
    if (surely) expect(told).toEqual(NAMES);
    if (told.length === 0) {
      expect(answer.headers.has("ratelimit")).toBe(false);
      return;
    }
    expectAgreement(answer);
    const limits = items(answer.headers.get("ratelimit-policy"));
    const documented = described["x-rate-limit"].filter(
      // What is no dry run is not counted as one.
      ({ name }) => described.operationId !== "createPushNotification" || name !== "push-estimate",
    );
    const names = limits.map(([name]) => name);
    expect(names.toSorted()).toEqual(documented.map(({ name }) => name).toSorted());
    for (const { name, requests } of documented) {
      if (requests !== null) expect(limits).toContainEqual([name, { q: requests, w: 60 }]);
    }
  },
);

test.each(all)(
  "%s: the document names the fields wherever it names one",
  (_name, _method, _path, described) => {
    const { surely, documented } = isCounted(described);
    if (surely) expect(documented).toBe(true);
    const refused = described.responses["429"]?.headers ?? {};
    expect(Object.keys(refused).map((name) => name.toLowerCase())).toContain("ratelimit");
    for (const [status, { headers }] of Object.entries(described.responses)) {
      const names = Object.keys(headers ?? {}).map((name) => name.toLowerCase());
      const fields = [...NAMES, "ratelimit", "ratelimit-policy"];
      const named = fields.filter((name) => names.includes(name));
      expect([[], fields], status).toContainEqual(named);
    }
  },
);

describe("requests that two limits count", () => {
  test("are told of both, first of the one that has fewer left", async () => {
    const account = await newAccount();
    const { id } = await newPushApp(account.key);
    beginMinute();
    const dry = async () =>
      api("POST", `${PUSH}/apps/${id}/notifications`, {
        token: account.key,
        json: { title: "a", body: "b", dry_run: true },
      });
    const first = await dry();
    expect(first.status).toBe(200);
    expect(expectAgreement(first)).toEqual(["push-estimate", "push"]);
    expect(first.headers.get("x-ratelimit-limit")).toBe("60");
    // Others use up the limit of the push API, which then is the nearer one.
    for (let n = 0; n < 50; n += 1) await api("GET", `${PUSH}/apps`, { token: account.key });
    const nearer = await dry();
    expect(expectAgreement(nearer)).toEqual(["push", "push-estimate"]);
    expect(nearer.headers.get("x-ratelimit-limit")).toBe("100");
    expect(nearer.headers.get("ratelimit")).toMatch(
      /^"push";r=48;t=\d+, "push-estimate";r=58;t=\d+$/,
    );
    expect(nearer.headers.get("ratelimit-policy")).toBe(
      '"push";q=100;w=60, "push-estimate";q=60;w=60',
    );
  });

  test("are told first of the one that refused them", async () => {
    const account = await newAccount();
    beginMinute();
    const make = async () => api("POST", "/api/v1/keystores", { token: account.key, body: "{" });
    for (let n = 0; n < 20; n += 1) expect(expectAgreement(await make())).toHaveLength(2);
    const refused = await make();
    expect(refused.status).toBe(429);
    expect(expectAgreement(refused)).toEqual(["keystores", "default"]);
  });
});

test("a refusal by the limit of wrong credentials says so", async () => {
  const headers = {
    "cf-connecting-ip": newAddress(),
    authorization: `Bearer sw_live_${"A".repeat(43)}`,
  };
  beginMinute();
  let answer = await api("GET", `${PUSH}/apps`, { headers });
  expect(NAMES.filter((name) => answer.headers.has(name))).toEqual([]);
  while (answer.status === 401) answer = await api("GET", `${PUSH}/apps`, { headers });
  expect(answer.status).toBe(429);
  expect(expectAgreement(answer)).toEqual(["wrong-credentials"]);
  expect(answer.body.retry_after).toBe(Number(answer.headers.get("retry-after")));
});

test("a HEAD is told too, and pages of other origins may read all of it", async () => {
  const known = await send("GET", "/openapi.json");
  await known.body?.cancel();
  const exposed = (known.headers.get("access-control-expose-headers") ?? "").split(/, */);
  expect(exposed).toEqual(
    expect.arrayContaining([
      ...NAMES,
      "ratelimit",
      "ratelimit-policy",
      "retry-after",
      "www-authenticate",
    ]),
  );
  const head = await send("HEAD", "/api/v1/account", { token: key });
  expect(expectAgreement(head)).toEqual(["default"]);
});

describe("the push API's limits", () => {
  const limitsOf = async (token: string) => {
    const { id } = await newPushApp(token);
    const listed = await api("GET", `${PUSH}/apps`, { token });
    const registered = await api("POST", `${PUSH}/apps/${id}/subscribers`, {
      token,
      json: androidSubscriber(),
    });
    expect([listed.status, registered.status]).toEqual([200, 201]);
    return [listed, registered].map(({ headers }) => Number(headers.get("x-ratelimit-limit")));
  };

  test.each([
    ["Free", 100, 30],
    ["Pro", 200, 60],
    ["Unlimited", 1000, 300],
  ])(
    "are the plan's: %s has %i requests a minute and %i registrations",
    async (plan, push, registrations) => {
      const account = await newAccount({ plan });
      expect(await limitsOf(account.key)).toEqual([push, registrations]);
      const shown = await api("GET", "/api/v1/account/limits", { token: account.key });
      expect(shown.body.data).toMatchObject({
        plan: { name: plan },
        push_rate_limit: push,
        registration_rate_limit: registrations,
      });
    },
  );

  test("can be set by operators, count for all keys of an account, and are the contract's by default", async () => {
    const plan = { name: "Small", price: 0, monthly_credits: 1, rate_limit: 50 };
    await admin("PUT", "/plans", { plans: [plan] });
    const account = await newAccount({ plan: "Small" });
    expect(await limitsOf(account.key)).toEqual([100, 30]);
    const set = await admin("PUT", "/plans", {
      plans: [{ ...plan, push_rate_limit: 2, registration_rate_limit: 1 }],
    });
    expect(set.body.data.find(({ name }: { name: string }) => name === "Small")).toMatchObject({
      push_rate_limit: 2,
      registration_rate_limit: 1,
      rate_limit: 50,
    });
    beginMinute();
    const other = await newKey(account.id);
    const list = async (token: string) => api("GET", `${PUSH}/apps`, { token });
    expect((await list(account.key)).status).toBe(200);
    expect((await list(other)).status).toBe(200);
    const refused = await list(account.key);
    expect(refused.status).toBe(429);
    expect(expectAgreement(refused)).toEqual(["push"]);
    // What is left out stays as it is.
    await admin("PUT", "/plans", { plans: [plan] });
    expect((await list(account.key)).status).toBe(429);
    const wrong = await admin("PUT", "/plans", { plans: [{ ...plan, push_rate_limit: 0 }] });
    expect(wrong.status).toBe(422);
  });
});
