// The OpenAPI document: its general part, to which each operation adds its own description, and how it is served; and the
// collection for Postman, which is made of it. To make it takes more than a tenth of a second, so that an isolate makes
// each once, when it is first asked for.
import type { OpenAPIHono } from "@hono/zod-openapi";
import { finished } from "../http/document.ts";
import type { HttpEnv } from "../http/env.ts";
import { isKept } from "../http/etag.ts";
import { collectionOf, type Described } from "../http/postman.ts";
import { Bounded } from "../kit/bounded.ts";
import { sha256Hex } from "../kit/crypto.ts";

type Registry = OpenAPIHono["openAPIRegistry"];

/** Of how many origins an isolate keeps a document, of some 730 KB and 150 KB: it names the origin that it was asked from. */
const MAX_ORIGINS = 4;
/** Stands for the origin while a document is made. */
const SOME_ORIGIN = "https://some-origin.invalid";
const QUOTED = JSON.stringify(SOME_ORIGIN);

type App = Pick<OpenAPIHono<HttpEnv>, "getOpenAPI31Document" | "openAPIRegistry">;
/** Answers a request for a document about the operations at `origin`: with it, or a 304 for whoever has kept the same one. */
type Served = (request: Request, origin: string) => Promise<Response>;

/**
 * Returns what answers requests for the OpenAPI document of `app`, and for the collection that is made of it. `register`
 * puts into the registry what the document describes; it is called once, when one of them is first asked for, since most
 * isolates never are.
 */
export function servedDocuments(
  app: App,
  register: (registry: Registry) => void,
): { openapi: Served; postman: Served } {
  const openapi = once(() => {
    register(app.openAPIRegistry);
    return finished({ ...app.getOpenAPI31Document(documentInfo(SOME_ORIGIN)) });
  });
  const postman = once(() => collectionOf(JSON.parse(openapi().join(QUOTED)) as Described));
  return { openapi: served(openapi), postman: served(postman) };
}

/** The text of what `make` makes at the first call, in parts between which the origin stands. */
function once(make: () => object): () => string[] {
  let parts: string[] | undefined;
  return () => (parts ??= JSON.stringify(make()).split(QUOTED));
}

function served(parts: () => string[]): Served {
  const kept = new Bounded<string, { bytes: Uint8Array; etag: string }>(MAX_ORIGINS);
  const make = async (origin: string) => {
    const bytes = new TextEncoder().encode(parts().join(JSON.stringify(origin)));
    return kept.put(origin, { bytes, etag: `"${await sha256Hex(bytes)}"` });
  };
  return async (request, origin) => {
    const { bytes, etag } = kept.get(origin) ?? (await make(origin));
    // It changes with a deployment, and to ask whether it has costs next to nothing.
    const headers = { etag, "cache-control": "no-cache" };
    if (isKept(request, etag)) return new Response(null, { status: 304, headers });
    return new Response(bytes, {
      headers: { ...headers, "content-type": "application/json; charset=utf-8" },
    });
  };
}

/** The tags by API, as readers of the document and the folders of the collection show them. */
const TAG_GROUPS = [
  {
    name: "API v1",
    tags: [
      "Account",
      "Apps",
      "Builds",
      "Downloads",
      "Keystores",
      "Notifications",
      "API keys",
      "Account webhooks",
    ],
  },
  {
    name: "Push API",
    tags: [
      "Push apps",
      "Push credentials",
      "Subscribers",
      "Push segments",
      "Push notifications",
      "Analytics",
      "Webhooks",
    ],
  },
  { name: "Channels API", tags: ["Channels"] },
  { name: "Instant-send API", tags: ["Instant sending", "Instances"] },
  { name: "Browsers and devices", tags: ["Devices", "Tracking"] },
  { name: "Operators", tags: ["Administration"] },
];

const SIGNATURES = {
  description: "How webhooks are signed, and how a receiver verifies them.",
  url: "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
};

/** Returns everything in the document of the API at `origin` except its operations. */
function documentInfo(origin: string) {
  return {
    openapi: "3.1.0" as const,
    info: {
      title: "Slipway API",
      version: "1.0.0",
      description:
        "Turns a website into a signed Android app, and pushes notifications to everyone who " +
        "installs it or subscribes on the web.\n\n" +
        "Bodies are JSON in UTF-8 of at most 1 MiB, with at most 40,000 lists, objects and fields. Times in answers are UTC; " +
        "those in requests have a zone, and may have any extended form of ISO 8601, or of RFC 3339. Every answer has an `x-request-id`. " +
        "Rate limits count whole minutes. `x-scope` names the scope that an operation needs of an API key, and " +
        "`x-rate-limit` how many `requests` each caller (`per`) may make in a window; null: as many as the account's plan " +
        "says, which `GET /api/v1/account/limits` tells. Its `name` is that in `RateLimit` and `RateLimit-Policy`, which every " +
        "answer to a counted request has, refusals included. Requests that an operation does not understand are refused, unknown fields included; where they are " +
        "ignored, the operation says so.",
      contact: { name: "The operators of this server", url: origin },
      license: { name: "MIT", identifier: "MIT" },
    },
    externalDocs: {
      description: "The guides, and a page on which each operation can be tried.",
      // Beside this document, wherever that is.
      url: "/docs",
    },
    servers: [{ url: origin }],
    tags: [
      { name: "Account", description: "The account that the API key belongs to." },
      { name: "Apps", description: "Websites that are turned into Android apps." },
      { name: "Builds", description: "Builds of apps, their logs and their artifacts." },
      { name: "Notifications", description: "Push notifications to the users of an app." },
      { name: "Keystores", description: "Signing keys for release builds." },
      { name: "API keys", description: "Keys for this API." },
      { name: "Administration", description: "Accounts, plans and builders; for operators only." },
      { name: "Downloads", description: "Signed links to artifacts." },
      {
        name: "Push credentials",
        description: "The credentials with which an app sends through FCM, APNs and Web Push.",
      },
      { name: "Push apps", description: "Apps as the push API represents them." },
      { name: "Subscribers", description: "Devices and browsers that receive notifications." },
      { name: "Push segments", description: "Targetings that an app saved under a name." },
      { name: "Analytics", description: "Statistics of deliveries and clicks." },
      {
        name: "Webhooks",
        description: "URLs that receive the events of an app.",
        externalDocs: SIGNATURES,
      },
      {
        name: "Account webhooks",
        description: "URLs that receive the ends of the builds of all apps of the account.",
      },
      { name: "Tracking", description: "Signed links in messages, for receipts and clicks." },
      {
        name: "Push notifications",
        description: "Notifications as the push API represents them.",
      },
      {
        name: "Channels",
        description: "Notifications to individual people, addressed by ids of your own.",
      },
      {
        name: "Instant sending",
        description: "One-time campaigns to several apps, with content in several languages.",
      },
      { name: "Instances", description: "Installations of apps, which register themselves." },
      { name: "Devices", description: "Operations that browsers and devices call themselves." },
    ],
    "x-tagGroups": TAG_GROUPS,
  };
}

/** Registers the security schemes that operations refer to. */
export function registerSecurity(registry: Registry): void {
  registry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description: "An API key, `sw_live_...`.",
  });
  registry.registerComponent("securitySchemes", "adminToken", {
    type: "http",
    scheme: "bearer",
    description: "The token of the operators.",
  });
  registry.registerComponent("securitySchemes", "appKey", {
    type: "apiKey",
    in: "header",
    name: "x-app-key",
    description: "The `public_key` of an app, `pk_...`. It is not secret.",
  });
  registry.registerComponent("securitySchemes", "channelKey", {
    type: "apiKey",
    in: "header",
    name: "x-channel-api-key",
    description: "The key of a channel, `sw_chn_...`.",
  });
  registry.registerComponent("securitySchemes", "subscriberToken", {
    type: "http",
    scheme: "bearer",
    description: "The token that a device received when it registered, `sw_sub_...`.",
  });
}
