// The examples of the OpenAPI document work: each example of a request is sent to an account that has one of everything,
// with the ids of these and times to come in place of those that it shows. What is answered fits the documented schema.
import { expect, test } from "vitest";
import { channels } from "../../../src/api/channels/index.ts";
import { instances, instant } from "../../../src/api/instant/index.ts";
import { publicSurface } from "../../../src/api/public/index.ts";
import { push } from "../../../src/api/push/index.ts";
import { v1 } from "../../../src/api/v1/index.ts";
import type { Operation } from "../../../src/http/operation.ts";
import type { Surface } from "../../../src/http/surface.ts";
import { FakeBuilder } from "../../support/fake-builder.ts";
import { undescribedIn } from "../../support/json-schema.ts";
import { useInternet } from "../../support/receiver.ts";
import { PUSH, webSubscriber } from "../../support/push.ts";
import { newAccount, newApp } from "../../support/scenario.ts";
import { api, bindings, newEndpoint, send, type Call, type Reply } from "../../support/worker.ts";

const document = (await api("GET", "/openapi.json")).body;
const JSON_TYPE = "application/json";
const DAY_MS = 86_400_000;

/** Webhooks, callbacks and credentials lead to hosts. */
useInternet();

const operations: [string, { operation: Operation; path: string; example: any }][] = [
  push,
  v1,
  channels,
  instant,
  instances,
  publicSurface,
].flatMap(({ prefix, operations: all }: Surface) =>
  all.map((operation): [string, { operation: Operation; path: string; example: any }] => {
    const path = prefix + operation.docs.path;
    const described = document.paths[path][operation.docs.method];
    const example = described.requestBody?.content[JSON_TYPE]?.example;
    return [operation.docs.operationId, { operation, path, example }];
  }),
);

/** An account that has one of everything that a request can name. */
async function world() {
  const account = await newAccount({ plan: "Pro", build_credits: 5 });
  const token = account.key;
  const make = async (path: string, json: unknown): Promise<any> => {
    const answer = await api("POST", path, { token, json });
    if (answer.status > 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body.data ?? answer.body;
  };
  const { id: appId, uuid } = await newApp(token);
  const credential = { subject: "mailto:push@example.com" };
  await api("PUT", `${PUSH}/apps/${uuid}/credentials/webpush`, { token, json: credential });
  const app = (await api("GET", `${PUSH}/apps/${uuid}`, { token })).body.data;
  const subscriber = await make(`${PUSH}/apps/${uuid}/subscribers`, await webSubscriber());
  const notification = await make(`${PUSH}/apps/${uuid}/notifications`, { title: "t", body: "b" });
  const segment = await make(`${PUSH}/apps/${uuid}/segments`, {
    name: "s",
    targeting: { type: "all" },
  });
  const webhook = await make(`${PUSH}/apps/${uuid}/webhooks`, {
    url: "https://example.com/hook",
    events: ["notification.sent"],
  });
  const accountWebhook = await make("/api/v1/webhooks", {
    url: "https://example.com/hook",
    events: ["build.failed"],
  });
  const channel = await make("/api/v1/channels", { name: "c", app_id: appId });
  const keystore = await make("/api/v1/keystores", { name: "k", algorithm: "ec" });
  await make(`/api/v1/channels/${channel.id}/subscriptions`, {
    iuid: "user-42",
    subscriber_id: subscriber.id,
  });
  const template = await make("/api/b/v2/pushes", {
    default_lang: "en",
    translations: [{ language: "en", title: "t", text: "x" }],
  });
  const date = new Date(Date.now() + 3 * DAY_MS).toISOString().slice(0, 10);
  const campaign = await make("/api/b/v2/sched/onesend", {
    name: "s",
    date,
    time: "12:00",
    timezone: "Z",
    filters: {},
  });
  const instance = await make(`/api/r/v2/apps/${appId}/instances`, {
    ic_token: crypto.randomUUID(),
  });
  const device = await api("POST", `/public/apps/${uuid}/subscribers`, {
    json: await webSubscriber(),
    headers: { "x-app-key": app.public_key },
  });
  return {
    account,
    app,
    appId,
    subscriber,
    notification,
    segment,
    webhook,
    accountWebhook,
    channel,
    keystore,
    template,
    campaign,
    instance,
    device: device.body.data,
  };
}
type World = Awaited<ReturnType<typeof world>>;

/** One world for all examples: none of them takes from it what another needs. */
let made: World | undefined;

/** The path of an operation on the things of `w`. */
function pathOf(w: World, { docs }: Operation, path: string): string {
  const isPush = path.startsWith(PUSH);
  const byThing: Record<string, unknown> = {
    app: isPush || path.startsWith("/public") ? w.app.id : w.appId,
    account: w.account.id,
    channel: w.channel.id,
    keystore: w.keystore.id,
    notification: w.notification.id,
    subscriber: w.device.id,
  };
  if (path.startsWith("/api/v1/webhooks/")) byThing["webhook"] = w.accountWebhook.id;
  const own = (docs.path.match(/\{/g) ?? []).length === 1 ? docs.params?.thing : "app";
  const ids: Record<string, unknown> = {
    id: byThing[own ?? ""] ?? w.appId,
    provider: "webpush",
    subscriber_id: w.subscriber.id,
    notification_id: w.notification.id,
    segment_id: w.segment.id,
    webhook_id: w.webhook.id,
    channelId: w.channel.id,
    iuid: "user-42",
    user_id: "user-42",
    sched_type: "onesend",
    sched_id: w.campaign.id,
    app_id: w.appId,
    ic_id: w.instance.id,
  };
  return path
    .replace("/push/credentials/{provider}", "/push/credentials/webpush")
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => String(ids[name]));
}

/** The example with ids that exist, and times that are to come. */
function adapted(w: World, example: any): any {
  const known: Record<string, unknown> = {
    app_id: w.appId,
    app_ids: [w.appId],
    app_ids_include: [w.appId],
    subscriber_id: w.subscriber.id,
    push_ids: [w.template.id],
    endpoint: newEndpoint(),
    date: new Date(Date.now() + 2 * DAY_MS).toISOString().slice(0, 10),
    scheduled_at: new Date(Date.now() + DAY_MS).toISOString(),
    expires_at: new Date(Date.now() + DAY_MS).toISOString(),
  };
  return Object.fromEntries(
    Object.entries(example).map(([name, value]) => [name, name in known ? known[name] : value]),
  );
}

/** What proves who calls an operation. */
function proofOf(w: World, { access }: Operation): Call {
  switch (access) {
    case "key":
      return { token: w.account.key };
    case "operator":
      return { token: bindings.ADMIN_TOKEN };
    case "app":
      return { headers: { "x-app-key": w.app.public_key } };
    case "subscriber":
      return { token: w.device.token };
    case "channel":
      return { headers: { "x-channel-api-key": w.channel.api_key } };
    default:
      return {};
  }
}

/** Headers that an answer must not have without the document's saying so for its status. */
const TOLD_HEADERS = [
  "www-authenticate",
  "retry-after",
  "location",
  "etag",
  "content-disposition",
  "content-range",
];

/** Expects that the document names those of these headers that the answer to an operation has. */
function expectTold(path: string, method: string, { status, headers }: Response | Reply): void {
  const told = document.paths[path][method].responses[status]?.headers ?? {};
  const names = Object.keys(told).map((name) => name.toLowerCase());
  expect(names).toEqual(expect.arrayContaining(TOLD_HEADERS.filter((name) => headers.has(name))));
}

/** Whether an answer fits what the document says of its status. */
function expectDocumented(path: string, method: string, { status, body }: Reply): void {
  const answer = document.paths[path][method].responses[status];
  expect(answer, String(status)).toBeDefined();
  expect(undescribedIn(document, answer.content[JSON_TYPE].schema, body)).toEqual([]);
}

test("there is an example for every operation that takes a JSON body", () => {
  const taking = operations.filter(([, { operation }]) => operation.docs.body);
  expect(taking.length).toBeGreaterThan(35);
  expect(taking.filter(([, { example }]) => example === undefined)).toEqual([]);
});

test.each(operations.filter(([, { example }]) => example !== undefined))(
  "the example of %s is accepted, and answered as documented",
  async (id, { operation, path, example }) => {
    const w = (made ??= await world());
    if (id === "triggerBuild") await FakeBuilder.start();
    const url = pathOf(w, operation, path);
    const method = operation.docs.method.toUpperCase();
    const json = adapted(w, example);
    const call = { ...proofOf(w, operation), json };
    if (!operation.docs.success.schema) {
      const response = await send(method, url, call);
      expect(response.status).toBe(operation.docs.success.status);
      expectTold(path, operation.docs.method, response);
      await response.arrayBuffer();
      return;
    }
    const answer = await api(method, url, call);
    expect([200, 201], JSON.stringify(answer.body)).toContain(answer.status);
    expectDocumented(path, operation.docs.method, answer);
    // Its keys open nothing any more.
    if (id === "suspendAccount") made = undefined;
  },
);

test.each(operations.filter(([, { operation }]) => operation.docs.method === "get"))(
  "what %s really answers is as documented, also where nothing is found",
  async (_id, { operation, path }) => {
    const w = (made ??= await world());
    for (const call of [proofOf(w, operation), {}]) {
      const response = await send("GET", pathOf(w, operation, path), call);
      const documented = document.paths[path].get.responses[response.status];
      expect(documented, String(response.status)).toBeDefined();
      expectTold(path, "get", response);
      if (!response.headers.get("content-type")?.includes("json")) continue;
      const schema = documented.content[JSON_TYPE].schema;
      expect(undescribedIn(document, schema, await response.json())).toEqual([]);
    }
  },
);
