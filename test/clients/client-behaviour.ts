// What slipway-client does with refusals, keys, waits and forged webhooks, tried on the compiled module with answers that are made here.
// client.test.ts hands it the module that it installed.
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";

/** The module, since its types are made while it is tested. */
let slipway: any;

/** Takes the module that is tried. */
export function tries(module: unknown): void {
  slipway = module;
}

interface Given {
  status: number;
  body?: object;
  headers?: Record<string, string>;
}
const NOW = { "retry-after": "0" };
const BUSY: Given = { status: 503, body: { message: "Later." }, headers: NOW };
const TAKEN: Given = { status: 200, body: { data: { id: 7, status: "completed" } } };

/** A client whose requests are answered by these in turn, the last one again and again; and the requests. */
function answered(answers: Given[], settings = {}): { client: any; requests: Request[] } {
  const requests: Request[] = [];
  const fetch = async (request: Request) => {
    requests.push(request);
    const { status, body = {}, headers = {} } = answers[requests.length - 1] ?? answers.at(-1)!;
    return Response.json(body, { status, headers });
  };
  const all = { url: "https://push.example.com", key: "sw_live_x", fetch, ...settings };
  return { client: slipway.createClient(all), requests };
}

const path = { params: { path: { id: 7 } } };
const APP = { body: { name: "x", url: "https://example.com" } };

test("a read that is refused for now is repeated, and no more than twice", async () => {
  const { client, requests } = answered([BUSY, { ...BUSY, status: 429 }, TAKEN]);
  const { data } = slipway.unwrap(await client.GET("/api/v1/apps/{id}", path));
  expect(data.id).toBe(7);
  expect(requests).toHaveLength(3);

  const refused = answered([BUSY]);
  const { response } = await refused.client.GET("/api/v1/apps/{id}", path);
  expect(response.status).toBe(503);
  expect(refused.requests).toHaveLength(3);

  const never = answered([BUSY], { retries: 0 });
  await never.client.GET("/api/v1/apps/{id}", path);
  expect(never.requests).toHaveLength(1);
});

test("what makes something is repeated with the same body and the same key", async () => {
  const { client, requests } = answered([BUSY, { status: 201, body: { data: { id: 7 } } }]);
  await client.POST("/api/v1/apps", APP);
  await client.POST("/api/v1/apps", APP);
  const keys = requests.map(({ headers }) => headers.get("idempotency-key"));
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(keys[1]).toBe(keys[0]);
  // another call makes another thing
  expect(keys[2]).not.toBe(keys[0]);
  expect(await requests[1]?.json()).toEqual(APP.body);

  const own = answered([TAKEN]);
  const header = { "Idempotency-Key": "order-1" };
  await own.client.POST("/api/v1/apps", { ...APP, params: { header } });
  expect(own.requests[0]?.headers.get("idempotency-key")).toBe("order-1");
});

test("what could do something twice is not repeated", async () => {
  const { client, requests } = answered([BUSY]);
  const channel = { params: { path: { channelId: "0".repeat(24), iuid: "x" } } };
  const body = { title: "Your order", text: "Sent." };
  await client.POST("/channels/{channelId}/notifications/{iuid}", { ...channel, body });
  await client.DELETE("/api/v1/apps/{id}", path);
  await client.PUT("/api/v1/apps/{id}", { ...path, body: {} });
  expect(requests.map(({ method }) => method)).toEqual(["POST", "DELETE", "PUT"]);
  expect(requests.map(({ headers }) => headers.get("idempotency-key"))).toEqual([null, null, null]);
});

test("other refusals, and those that ask for more than a minute, are not repeated", async () => {
  for (const answer of [
    { ...BUSY, status: 500 },
    { ...BUSY, status: 404 },
    { ...BUSY, headers: { "retry-after": "3600" } },
    { ...BUSY, headers: { "retry-after": new Date(Date.now() + 3_600_000).toUTCString() } },
  ]) {
    const { client, requests } = answered([answer]);
    const { response } = await client.GET("/api/v1/apps/{id}", path);
    expect(response.status).toBe(answer.status);
    expect(requests).toHaveLength(1);
  }
});

test("each key goes into the header that it belongs in", async () => {
  for (const [key, name, value] of [
    ["sw_live_x", "authorization", "Bearer sw_live_x"],
    ["sw_sub_x", "authorization", "Bearer sw_sub_x"],
    ["the operators' own", "authorization", "Bearer the operators' own"],
    ["sw_chn_x", "x-channel-api-key", "sw_chn_x"],
    ["pk_x", "x-app-key", "pk_x"],
  ] as const) {
    const { client, requests } = answered([TAKEN], { key });
    await client.GET("/api/v1/apps/{id}", path);
    const sent = ["authorization", "x-channel-api-key", "x-app-key"].filter((each) =>
      requests[0]?.headers.has(each),
    );
    expect(sent).toEqual([name]);
    expect(requests[0]?.headers.get(name)).toBe(value);
  }
});

/** Listens at a free port of this machine: another origin each time. */
async function origin(answer: RequestListener) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("no key goes along with a redirect to another origin", async () => {
  let strays = 0;
  const other = await origin((_, answer) => {
    strays += 1;
    answer.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  const here = await origin((_, answer) => answer.writeHead(307, { location: other.url }).end());
  for (const key of ["sw_live_x", "sw_chn_x", "pk_x"]) {
    const client = slipway.createClient({ url: here.url, key });
    for (const answer of [
      await client.GET("/api/v1/apps/{id}", path),
      await client.POST("/api/v1/apps", APP),
    ]) {
      expect(() => slipway.unwrap(answer)).toThrow(`The request was redirected to ${other.url}`);
    }
  }
  expect(strays).toBe(0);
  for (const { server } of [here, other]) server.close();
});

test("reads are sent the bookmark of what was answered before", async () => {
  const marked = { ...TAKEN, headers: { "x-slipway-bookmark": "mark" } };
  const { client, requests } = answered([marked, TAKEN]);
  for (const _ of [1, 2]) await client.GET("/api/v1/apps/{id}", path);
  expect(requests.map(({ headers }) => headers.get("x-slipway-bookmark"))).toEqual([null, "mark"]);
});

test("a wait ends with what it waits for, at its time, and when it is aborted", async () => {
  const building = { status: 200, body: { data: { id: 7, status: "building" } } };
  const { client, requests } = answered([building, building, TAKEN]);
  expect(await slipway.waitForBuild(client, 7)).toEqual({ id: 7, status: "completed" });
  expect(requests).toHaveLength(3);

  // refusals for now are waited out, however many there are
  const often = answered([BUSY, { ...BUSY, status: 429 }, BUSY, TAKEN], { retries: 0 });
  expect(await slipway.waitForBuild(often.client, 7)).toMatchObject({ status: "completed" });
  const gone = answered([{ ...BUSY, status: 404 }]);
  await expect(slipway.waitForBuild(gone.client, 7)).rejects.toMatchObject({ code: "not_found" });

  const endless = answered([building]);
  const late = slipway.waitForBuild(endless.client, 7, { timeoutMs: 1 });
  await expect(late).rejects.toMatchObject({ name: "TimeoutError" });
  const reason = new Error("enough");
  const ended = slipway.waitForBuild(endless.client, 7, { signal: AbortSignal.abort(reason) });
  await expect(ended).rejects.toBe(reason);
  // while it waits for a repetition, too
  const aborting = new AbortController();
  const busy = answered([{ ...BUSY, headers: { "retry-after": "60" } }]);
  const waiting = slipway.waitForBuild(busy.client, 7, { signal: aborting.signal });
  await expect.poll(() => busy.requests.length).toBe(1);
  aborting.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});

test("rows are asked for until there are no more", async () => {
  const pages = (...bodies: object[]) => {
    const positions: unknown[] = [];
    const ask = (position: unknown) => {
      positions.push(position);
      return { data: bodies[positions.length - 1], response: new Response() };
    };
    const all = async () => {
      const rows: unknown[] = [];
      for await (const row of slipway.eachRow(ask)) rows.push(row);
      return rows;
    };
    return { positions, rows: all() };
  };
  const numbered = pages({ data: [1, 2], meta: { total: 3 } }, { data: [3], meta: { total: 3 } });
  expect(await numbered.rows).toEqual([1, 2, 3]);
  const cursors = pages({ data: [1], next_cursor: "a" }, { data: [2], next_cursor: null });
  expect(await cursors.rows).toEqual([1, 2]);
  expect(cursors.positions).toEqual([
    { page: 1, offset: 0, cursor: {} },
    { page: 2, offset: 1, cursor: { cursor: "a" } },
  ]);
  // a total that is only a minimum ends nothing
  const minimum = { total_count: 1, total_is_minimum: true };
  const many = pages({ data: [1], meta: minimum }, { data: [2], meta: minimum }, { data: [] });
  expect(await many.rows).toEqual([1, 2]);
});

test("an error says when to ask again, if the API does", async () => {
  const later = { ...BUSY, headers: { "retry-after": "90" } };
  const { client } = answered([later, { ...BUSY, headers: {} }], { retries: 0 });
  const waits: unknown[] = [];
  for (const _ of [1, 2]) {
    const answer = await client.GET("/api/v1/apps/{id}", path);
    try {
      slipway.unwrap(answer);
    } catch (error) {
      waits.push((error as { retryAfterMs: unknown }).retryAfterMs);
    }
  }
  expect(waits).toEqual([90_000, null]);
});

test("a refusal that is none of the API's is an error too", async () => {
  const { client } = answered([{ status: 502, body: ["bad gateway"] as object }]);
  const answer = await client.GET("/api/v1/apps/{id}", path);
  expect(() => slipway.unwrap(answer)).toThrow(
    expect.objectContaining({ name: "SlipwayError", status: 502, code: "http_502", body: null }),
  );
});

const ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
const BODY = JSON.stringify({ id: ID, type: "webhook.test", data: { text: "müller 名" } });
const AT = new Date("2026-11-30T12:00:00Z");
const late = (seconds: number) => new Date(AT.getTime() + seconds * 1_000);
const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** The headers of a delivery, as an independent library signs them. */
function signed(secrets: string[], at = AT): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const format = secret.startsWith("whsec_") ? undefined : ({ format: "raw" } as const);
    return new Webhook(secret, format).sign(ID, at, BODY);
  });
  return {
    "webhook-id": ID,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": signatures.join(" "),
  };
}

test("deliveries that are signed are taken, by either secret, from any kind of headers", async () => {
  const event = JSON.parse(BODY);
  const bytes = new TextEncoder().encode(BODY);
  const now = AT.getTime();
  const verify = (...given: unknown[]) => slipway.verifyWebhook(...given, { now });
  expect(await verify(signed([SECRET]), BODY, SECRET)).toEqual(event);
  expect(await verify(new Headers(signed([SECRET])), bytes, SECRET)).toEqual(event);
  expect(await verify(signed(["my own words"]), bytes, "my own words")).toEqual(event);
  const other = `whsec_${Buffer.alloc(24, 9).toString("base64")}`;
  const capitals = Object.entries(signed([other, SECRET])).map(([name, value]) => [
    name.toUpperCase(),
    value,
  ]);
  expect(await verify(Object.fromEntries(capitals), BODY, SECRET)).toEqual(event);
  const edge = late(-300);
  expect(await verify(signed([SECRET], edge), BODY, SECRET)).toEqual(event);
});

test.each<[string, Record<string, string>, string, string]>([
  ["no headers", {}, BODY, SECRET],
  ["another secret", signed(["another"]), BODY, SECRET],
  ["another body", signed([SECRET]), BODY.replace("test", "tset"), SECRET],
  ["another id", { ...signed([SECRET]), "webhook-id": "x" }, BODY, SECRET],
  ["an old time", signed([SECRET], late(-301)), BODY, SECRET],
  ["a time to come", signed([SECRET], late(301)), BODY, SECRET],
  ["a time that is none", { ...signed([SECRET]), "webhook-timestamp": "now" }, BODY, SECRET],
  ["no signature", { ...signed([SECRET]), "webhook-signature": "" }, BODY, SECRET],
  ["half a base64", { ...signed([SECRET]), "webhook-signature": "v1,!!" }, BODY, SECRET],
  [
    "another version",
    {
      ...signed([SECRET]),
      "webhook-signature": signed([SECRET])["webhook-signature"]?.replace("v1", "v2") ?? "",
    },
    BODY,
    SECRET,
  ],
])("a delivery with %s is refused", async (_, headers, body, secret) => {
  const now = AT.getTime();
  await expect(slipway.verifyWebhook(headers, body, secret, { now })).rejects.toMatchObject({
    name: "UnverifiedWebhookError",
  });
});

test("a secret without a key is the caller's mistake", async () => {
  for (const secret of ["", "whsec_", "whsec_!!"]) {
    await expect(slipway.verifyWebhook(signed([SECRET]), BODY, secret)).rejects.toThrow(TypeError);
  }
});
