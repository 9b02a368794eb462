// The OpenAPI document describes every operation of API v1, as it really behaves. Its style is linted by
// `npm run check` (redocly, recommended-strict).
import { createExecutionContext } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createApp } from "../../../src/api/app.ts";
import { v1 } from "../../../src/api/v1/index.ts";
import { MAX_SEGMENTS_AN_APP } from "../../../src/domain/audiences/create-segment.ts";
import { MAX_KEYS } from "../../../src/domain/accounts/api-keys.ts";
import {
  LARGE_KIB,
  MAX_ANSWER_KIB,
  MAX_ANSWERS_KIB,
} from "../../../src/domain/accounts/idempotency.ts";
import { MAX_APPS } from "../../../src/domain/apps/create-app.ts";
import { MAX_BUILDS } from "../../../src/domain/builds/make-room.ts";
import { MAX_FILTER_BYTES } from "../../../src/domain/campaigns/filters.ts";
import { MAX_UNREACHABLE } from "../../../src/domain/campaigns/installations/register-installation.ts";
import {
  MAX_APP_EVENTS,
  MAX_EVENTS,
} from "../../../src/domain/campaigns/installations/report-events.ts";
import { MAX_MADE_BYTES } from "../../../src/domain/campaigns/make-notifications.ts";
import { MAX_CAMPAIGNS, MAX_TEMPLATES } from "../../../src/domain/campaigns/room.ts";
import { MAX_OF_PERSON } from "../../../src/domain/channels/bind.ts";
import { MAX_OF_DEVICE } from "../../../src/domain/channels/own-subscriptions.ts";
import { MAX_MESSAGES } from "../../../src/domain/channels/channel-messages.ts";
import { MAX_CODES } from "../../../src/domain/channels/codes.ts";
import { MAX_CHANNELS } from "../../../src/domain/channels/create-channel.ts";
import { MAX_KEYSTORES } from "../../../src/domain/keystores/create-keystore.ts";
import { MAX_APPS_EVER } from "../../../src/domain/keystores/keystore-apps.ts";
import { MAX_CONTENT_BYTES } from "../../../src/domain/notifications/content-fields.ts";
import { MAX_NOTIFICATIONS, MAX_UNSENT } from "../../../src/domain/notifications/room.ts";
import { DEFAULT_MAX_SUBSCRIBERS, MAX_INBOXES } from "../../../src/domain/subscribers/room.ts";
import { MAX_WEBHOOKS } from "../../../src/domain/webhooks/create-webhook.ts";
import { MAX_DELIVERIES } from "../../../src/domain/webhooks/emit.ts";
import { connect } from "../../../src/runtime.ts";
import { operations } from "../../support/operations.ts";
import { api, bindings, ORIGIN, send } from "../../support/worker.ts";

const document = (await api("GET", "/openapi.json")).body;

test("the document is OpenAPI 3.1 and names the server it was asked from", () => {
  expect(document.openapi).toMatch(/^3\.1\.\d+$/);
  expect(document.servers[0].url).toBe("https://slipway.test");
});

describe("the document as it is served", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const ask = async (method: string, ifNoneMatch?: string) => {
    const headers = ifNoneMatch === undefined ? {} : { "if-none-match": ifNoneMatch };
    const response = await send(method, "/openapi.json", { headers });
    return { response, text: await response.text() };
  };

  test("is made once, whatever is asked and from whichever origin", async () => {
    const answerTo = createApp();
    const get = async (origin: string) => {
      const connection = connect(bindings, createExecutionContext());
      const answer = await answerTo(new Request(`${origin}/openapi.json`), connection);
      return { etag: answer.headers.get("etag"), body: await answer.json<any>() };
    };
    const written = vi.spyOn(JSON, "stringify");
    const first = await get(ORIGIN);
    const origins = Array.from({ length: 10 }, (_, at) => `https://${at}.slipway.test`);
    for (const origin of [...origins, ...origins]) {
      const { etag, body } = await get(origin);
      expect(body.servers).toEqual([{ url: origin }]);
      expect(etag).not.toBe(first.etag);
    }
    expect(await get(ORIGIN)).toEqual(first);
    const documents = written.mock.calls.filter(([value]) => Object(value).openapi !== undefined);
    expect(documents).toHaveLength(1);
  });

  test("has a strong entity tag, and may be kept by whoever asks before using it", async () => {
    const { response, text } = await ask("GET");
    expect(response.status).toBe(200);
    expect(JSON.parse(text)).toEqual(document);
    expect(response.headers.get("etag")).toMatch(/^"[0-9a-f]{64}"$/);
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-expose-headers")).toMatch(/\betag\b/);
    const head = await ask("HEAD");
    expect(head.response.status).toBe(200);
    expect(head.text).toBe("");
    expect(head.response.headers.get("etag")).toBe(response.headers.get("etag"));
  });

  test("is not sent again to whoever has it", async () => {
    const { response } = await ask("GET");
    const etag = response.headers.get("etag") ?? "";
    const same = [etag, `W/${etag}`, `"other", ${etag}`, `"other",W/${etag} , "more"`, "*"];
    for (const ifNoneMatch of same) {
      for (const method of ["GET", "HEAD"]) {
        const kept = await ask(method, ifNoneMatch);
        expect(kept.response.status, ifNoneMatch).toBe(304);
        expect(kept.text).toBe("");
        expect(kept.response.headers.get("etag")).toBe(etag);
        expect(kept.response.headers.get("cache-control")).toBe("no-cache");
        expect(kept.response.headers.get("content-type")).toBeNull();
      }
    }
    for (const ifNoneMatch of ['"other"', etag.replaceAll('"', ""), 'W/"other"', '"a,*,b"', ""]) {
      const { response: sent, text } = await ask("GET", ifNoneMatch);
      expect(sent.status, ifNoneMatch).toBe(200);
      expect(text).not.toBe("");
    }
  });
});

test.each(operations)("%s is described with its statuses and parameters", (_name, operation) => {
  const { docs, access } = operation;
  const described = document.paths[v1.prefix + docs.path][docs.method];
  expect(described.operationId).toBe(docs.operationId);
  expect(described.security).toEqual([access === "key" ? { apiKey: [] } : { adminToken: [] }]);
  const statuses = Object.keys(described.responses);
  const expected = [String(docs.success.status), "401", "403", "429"];
  if (docs.params) expected.push("404");
  if (docs.body) expected.push("400", "413", "422");
  if (docs.idempotent) expected.push("409");
  if (docs.query) expected.push("422");
  for (const status of expected) expect(statuses).toContain(status);
  const names = (described.parameters ?? []).map(({ name }: { name: string }) => name);
  if (docs.idempotent) expect(names).toContain("Idempotency-Key");
  if (access === "key" && docs.method === "get") {
    expect(names).toContain("x-slipway-bookmark");
    expect(statuses).toContain("400");
  }
  const success = described.responses[docs.success.status];
  const told = Object.keys(success.headers ?? {}).map((name) => name.toLowerCase());
  if (access === "key") expect(told).toContain("x-ratelimit-remaining");
  if (docs.method !== "get") expect(told).toContain("x-slipway-bookmark");
  expect(names).toEqual(expect.arrayContaining(Object.keys(docs.query?.shape ?? {})));
});

test("the document describes exactly the paths that API v1 has", () => {
  // the push API's prefix lies below this one's
  const described = Object.keys(document.paths).filter(
    (path) => path.startsWith(`${v1.prefix}/`) && !path.startsWith(`${v1.prefix}/push/`),
  );
  expect(new Set(described)).toEqual(
    new Set(v1.operations.map(({ docs }) => v1.prefix + docs.path)),
  );
});

test("the schema of an app's body states the rules that the server checks", () => {
  const { requestBody } = document.paths["/api/v1/apps"].post;
  expect(requestBody.required).toBe(true);
  const { $ref } = requestBody.content["application/json"].schema;
  expect($ref).toBe("#/components/schemas/CreateAppRequest");
  const { properties, required } = document.components.schemas.CreateAppRequest;
  // The name may come from the website's manifest.
  expect(required).toEqual(["url"]);
  expect(properties.name).toMatchObject({ type: "string", minLength: 1, maxLength: 100 });
  expect(properties.version_code).toMatchObject({ type: "integer", minimum: 1, maximum: 2.1e9 });
  expect(properties.config.additionalProperties).toBe(false);
  expect(document.paths["/api/v1/apps/{id}"].put.requestBody.required).toBe(false);
  const patterns = JSON.stringify(document).match(/"pattern":"[^"]*"/g) ?? [];
  expect(patterns.filter((pattern) => pattern.endsWith('/u"'))).toEqual([]);
});

test("every operation has an id of its own", () => {
  const all = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap(
    (item) => Object.values(item).map(({ operationId }) => operationId),
  );
  expect(new Set(all).size).toBe(all.length);
});

/** The bounds of the rows that an operation makes, which its description says. */
const BOUNDS: Record<string, number[]> = {
  createApp: [MAX_APPS],
  createPushApp: [MAX_APPS],
  createApiKey: [MAX_KEYS],
  createAccountApiKey: [MAX_KEYS],
  createKeystore: [MAX_KEYSTORES],
  triggerBuild: [MAX_BUILDS, MAX_APPS_EVER],
  createChannel: [MAX_CHANNELS],
  bindSubscriber: [MAX_OF_DEVICE, MAX_OF_PERSON],
  redeemSubscriptionCode: [MAX_OF_DEVICE, MAX_OF_PERSON],
  getSubscriptionCode: [MAX_CODES],
  sendChannelNotification: [MAX_MESSAGES, MAX_NOTIFICATIONS],
  createNotification: [MAX_UNSENT, MAX_NOTIFICATIONS],
  createPushNotification: [MAX_UNSENT, MAX_NOTIFICATIONS, MAX_CONTENT_BYTES, 90, 730],
  updatePushNotification: [MAX_CONTENT_BYTES],
  createSegment: [MAX_SEGMENTS_AN_APP],
  createWebhook: [MAX_WEBHOOKS, MAX_DELIVERIES, 30],
  testWebhook: [MAX_DELIVERIES],
  listWebhookDeliveries: [MAX_DELIVERIES],
  createAccountWebhook: [MAX_WEBHOOKS, MAX_DELIVERIES, 30],
  testAccountWebhook: [MAX_DELIVERIES],
  listAccountWebhookDeliveries: [MAX_DELIVERIES],
  sendInstantly: [MAX_CAMPAIGNS, MAX_TEMPLATES, MAX_UNSENT, MAX_NOTIFICATIONS, MAX_MADE_BYTES],
  createPush: [MAX_TEMPLATES, MAX_CONTENT_BYTES],
  createOneTimeSending: [MAX_CAMPAIGNS, MAX_FILTER_BYTES],
  bindPushes: [MAX_UNSENT, MAX_NOTIFICATIONS, MAX_MADE_BYTES],
  registerSubscriber: [DEFAULT_MAX_SUBSCRIBERS],
  importSubscribers: [DEFAULT_MAX_SUBSCRIBERS],
  registerDevice: [DEFAULT_MAX_SUBSCRIBERS, MAX_INBOXES],
  registerInstance: [MAX_UNREACHABLE],
  updateInstance: [DEFAULT_MAX_SUBSCRIBERS],
  reportInstanceLifecycle: [MAX_EVENTS, MAX_APP_EVENTS],
};

/** Operations that write and make no row of which there could be too many, by why. */
const MAKE_NONE = {
  "operators alone": [
    "createAccount",
    "updateAccount",
    "suspendAccount",
    "resumeAccount",
    "putPlans",
    "createBuilder",
    "drainBuilder",
    "resumeBuilder",
  ],
  "one for each provider of an app": ["putPushCredential", "putAppPushCredential"],
  "one for each recipient of a notification": [
    "trackClick",
    "confirmDelivery",
    "reportClick",
    "reportInstanceNotification",
  ],
  "those of the request's list, in place of those before": ["updateKeystore"],
  "only change what there is": [
    "resealPart",
    "updatePushApp",
    "updateSegment",
    "updateSubscriber",
    "unsubscribeSubscriber",
    "updateWebhook",
    "rotateWebhookSecret",
    "replayWebhook",
    "replayWebhookDelivery",
    "updateAccountWebhook",
    "rotateAccountWebhookSecret",
    "replayAccountWebhook",
    "replayAccountWebhookDelivery",
    "updateApp",
    "putAppIcon",
    "putAppIconForeground",
    "putAppIconMonochrome",
    "updateChannel",
    "rotateChannelKey",
    "replaceIdentitySecret",
    "updateDevice",
    "deactivateInstance",
    "muteSubscription",
    "markNotificationRead",
    "cancelBuild",
    "sendPushNotification",
    "cancelPushNotification",
  ],
  "a sealed link, which is kept nowhere": ["makeChannelPersonLink"],
  "only look": [
    // The link is sealed, and has no row.
    "makeChannelPersonLink",
    "estimateAudience",
    "exportKeystore",
    "verifyPushCredential",
    "verifyAppPushCredential",
  ],
};

interface Described {
  operationId: string;
  description?: string;
  parameters?: { name: string; description?: string }[];
}
const every = Object.values<Record<string, Described>>(document.paths).flatMap((item) =>
  Object.entries(item),
);

test("an operation that makes rows says in its description how many there can be", () => {
  const told = new Map(every.map(([, { operationId, description }]) => [operationId, description]));
  for (const [id, bounds] of Object.entries(BOUNDS)) {
    const numbers = told.get(id)?.match(/\d+/g)?.map(Number);
    expect(numbers, id).toEqual(expect.arrayContaining(bounds));
  }
});

test("every operation that writes is among those with a bound, or those that make no rows", () => {
  const writing = every
    .filter(([method]) => ["post", "put", "patch"].includes(method))
    .map(([, { operationId }]) => operationId);
  const known = new Set([...Object.keys(BOUNDS), ...Object.values(MAKE_NONE).flat()]);
  expect(writing.filter((id) => !known.has(id))).toEqual([]);
});

test("wherever an Idempotency-Key is taken, it is said how many answers are kept", () => {
  const keys = every.flatMap(([, { parameters = [] }]) =>
    parameters.filter(({ name }) => name === "Idempotency-Key"),
  );
  expect(keys.length).toBeGreaterThan(15);
  for (const { description } of keys) {
    expect(description?.match(/\d+/g)?.map(Number)).toEqual([
      24,
      MAX_ANSWERS_KIB,
      1,
      LARGE_KIB,
      MAX_ANSWER_KIB,
    ]);
  }
});
