// The OpenAPI document is one to build on: a walk over every operation, schema and field of it shows each rule, so that
// none added later can forget one.
import { describe, expect, test } from "vitest";
import { channels } from "../../../src/api/channels/index.ts";
import { instances, instant } from "../../../src/api/instant/index.ts";
import { publicSurface } from "../../../src/api/public/index.ts";
import { push } from "../../../src/api/push/index.ts";
import { v1 } from "../../../src/api/v1/index.ts";
import { WebhookEvent } from "../../../src/domain/webhooks/events.ts";
import { undescribedIn, violationsOf } from "../../support/json-schema.ts";
import { api } from "../../support/worker.ts";

const document = (await api("GET", "/openapi.json")).body;
const surfaces = [push, v1, channels, instant, instances, publicSurface];

interface Described {
  name: string;
  /** The operation as the document describes it, and as the surface has it. */
  described: any;
  docs: (typeof v1.operations)[number]["docs"];
  access: string;
  scope: string | null;
  prefix: string;
}

const everyOperation: Described[] = surfaces.flatMap(({ prefix, operations }) =>
  operations.map(({ docs, access, scope }) => ({
    name: docs.operationId,
    described: document.paths[prefix + docs.path][docs.method],
    docs,
    access,
    scope,
    prefix,
  })),
);

/** Every schema of the document with where it is: the named ones, those of parameters and headers, and all within. */
const everySchema: [string, any][] = [];
function collect(at: string, schema: any): void {
  if (typeof schema !== "object" || schema === null) return;
  everySchema.push([at, schema]);
  for (const [name, field] of Object.entries(schema.properties ?? {}))
    collect(`${at}.${name}`, field);
  for (const key of ["items", "additionalProperties"]) collect(`${at}.${key}`, schema[key]);
  for (const key of ["anyOf", "oneOf", "allOf"]) {
    for (const [index, part] of (schema[key] ?? []).entries())
      collect(`${at}.${key}.${index}`, part);
  }
}
for (const [name, schema] of Object.entries(document.components.schemas)) collect(name, schema);
for (const { name, described } of everyOperation) {
  for (const parameter of described.parameters ?? []) {
    collect(`${name}(${parameter.name})`, parameter.schema);
  }
}

const JSON_TYPE = "application/json";
const resolved = (schema: any) =>
  schema?.$ref ? document.components.schemas[schema.$ref.split("/").at(-1)] : schema;
const isSentence = (text: unknown) => typeof text === "string" && /^\S.*[.!)`]$/s.test(text);

/** The media of an operation's JSON bodies that are no refusals, with where they are. */
function jsonBodies({ name, described }: Described): [string, any][] {
  const answers = Object.entries<any>(described.responses)
    .filter(([status]) => status.startsWith("2"))
    .map(([status, { content }]): [string, any] => [`${name} ${status}`, content?.[JSON_TYPE]]);
  const request: [string, any] = [name, described.requestBody?.content[JSON_TYPE]];
  return [request, ...answers].filter(([, media]) => media !== undefined);
}

test("the walk sees every operation of the document", () => {
  const all = Object.values<object>(document.paths).flatMap((item) => Object.values(item));
  expect(everyOperation.map(({ described }) => described)).toEqual(expect.arrayContaining(all));
  expect(everyOperation.length).toBe(all.length);
  expect(everySchema.length).toBeGreaterThan(500);
});

describe("schemas", () => {
  test("have no allOf, which generators of clients read in their own ways", () => {
    expect(everySchema.filter(([, { allOf }]) => allOf).map(([at]) => at)).toEqual([]);
  });

  test("have no default that is null, which a client would send", () => {
    expect(everySchema.filter(([, schema]) => schema.default === null).map(([at]) => at)).toEqual(
      [],
    );
  });

  test("refer only to schemas that there are", () => {
    const dangling = everySchema.filter(([, schema]) => schema.$ref && !resolved(schema));
    expect(dangling.map(([at]) => at)).toEqual([]);
  });

  test("have patterns that are regular expressions without flags", () => {
    for (const [at, { pattern }] of everySchema) {
      if (pattern === undefined) continue;
      expect(() => new RegExp(pattern, "u"), at).not.toThrow();
      expect(pattern, at).not.toMatch(/^\/|\/[a-z]+$/);
    }
  });

  test("say of every field what it is: beside the field, in a sentence that is not its name", () => {
    const fields = everySchema.flatMap(([at, { properties = {} }]) =>
      Object.entries<any>(properties).map(([name, field]) => ({
        at: `${at}.${name}`,
        name,
        field,
      })),
    );
    expect(fields.length).toBeGreaterThan(400);
    const bare = fields.filter(({ field }) => !isSentence(field.description));
    expect(bare.map(({ at }) => at)).toEqual([]);
    const words = (text: string) => text.toLowerCase().replaceAll(/[^a-z]/g, "");
    const idle = fields.filter(({ name, field }) => words(field.description) === words(name));
    expect(idle.map(({ at }) => at)).toEqual([]);
  });

  test("say what they are, where they have a name", () => {
    const named = Object.entries<any>(document.components.schemas);
    expect(
      named.filter(([, schema]) => !isSentence(schema.description)).map(([name]) => name),
    ).toEqual([]);
  });

  test("have a name wherever they are a body", () => {
    for (const { name, described } of everyOperation) {
      const contents = [described.requestBody, ...Object.values<any>(described.responses)].map(
        (body) => body?.content ?? {},
      );
      for (const media of contents.flatMap((content) => Object.values<any>(content))) {
        expect(media.schema.$ref, name).toMatch(/^#\/components\/schemas\/\w+$/);
      }
    }
  });

  test("say that URLs are URIs, in requests and answers", () => {
    const urls = everySchema.flatMap(([at, { properties = {} }]) =>
      Object.entries<any>(properties)
        .filter(([name]) => /(^|_)(url|icon|image|link|endpoint)$|(Url|Link)$/.test(name))
        .map(([name, field]): [string, any] => [`${at}.${name}`, field]),
    );
    const MAY_BE_EMPTY = ["App.url", "AppWithBuilds.url", "InstantApp.link"];
    const NO_URL = ["App.icon", "AppWithBuilds.icon"];
    const bare = urls.filter(([, field]) => !JSON.stringify(field).includes('"format":"uri"'));
    expect(bare.map(([at]) => at).toSorted()).toEqual([...MAY_BE_EMPTY, ...NO_URL].toSorted());
    expect(urls.length).toBeGreaterThan(30);
  });

  test("tell a targeting by its type, take null, and know the type of answers in these alone", () => {
    const { Targeting, ShownTargeting } = document.components.schemas;
    const types = [
      "all",
      "all_of",
      "any_of",
      "countries",
      "events",
      "languages",
      "not",
      "platform",
      "segment",
      "tags",
      "user_ids",
    ];
    expect(Targeting.discriminator.propertyName).toBe("type");
    expect(Object.keys(Targeting.discriminator.mapping).toSorted()).toEqual(types);
    expect(Object.keys(ShownTargeting.discriminator.mapping).toSorted()).toEqual(
      [...types, "subscribers", "unreached"].toSorted(),
    );
    for (const operation of [
      "CreatePushNotification",
      "UpdatePushNotification",
      "EstimateAudience",
    ]) {
      const { targeting } = document.components.schemas[`${operation}Request`].properties;
      const judge = (value: unknown) => violationsOf(document, targeting, value);
      expect(judge(null)).toEqual([]);
      const nested = { type: "all_of", of: [{ type: "not", of: [{ type: "tags", tags: ["a"] }] }] };
      expect(judge(nested)).toEqual([]);
      expect(judge({ type: "subscribers", count: 1 })).not.toEqual([]);
      const unreached = { type: "unreached", notification: crypto.randomUUID() };
      expect(judge(unreached)).not.toEqual([]);
      expect(judge({ type: "tags", ids: ["a"] })).not.toEqual([]);
    }
  });
});

describe.each(everyOperation)("$name", (operation) => {
  const { described, docs, access, scope, prefix, name } = operation;
  const parameters: any[] = described.parameters ?? [];
  const statuses = Object.keys(described.responses).map(Number);

  test("says what it does, what it needs, and how often it may be called", () => {
    expect(isSentence(described.description)).toBe(true);
    expect(described["x-scope"]).toBe(scope);
    if (scope !== null) expect(described.description).toContain(`\`${scope}\``);
    const limits: any[] = described["x-rate-limit"];
    if (docs.rate)
      expect(limits[0]).toMatchObject({ requests: docs.rate.limit, window_seconds: 60 });
    if (access === "key") expect(limits.length).toBeGreaterThan(0);
    for (const { requests, per } of limits) {
      expect(described.description).toContain(
        requests === null ? "requests a minute" : `${requests} requests a minute for each ${per}`,
      );
    }
  });

  test("has all answers that it can give", () => {
    const expected = [docs.success.status, 429, 500];
    if (["key", "operator"].includes(access)) expected.push(401, 403);
    if (docs.params) expected.push(404);
    if (described.requestBody) expected.push(400, 413);
    if (docs.idempotent) expected.push(409);
    // An invalid body, query or Idempotency-Key is a 400 where the contract's API has no 422.
    if (docs.body ?? docs.query ?? docs.idempotent) {
      expected.push(
        prefix.startsWith("/channels") || prefix.startsWith("/api/b") || prefix.startsWith("/api/r")
          ? 400
          : 422,
      );
    }
    expect(statuses).toEqual(expect.arrayContaining(expected));
    for (const [status, answer] of Object.entries<any>(described.responses)) {
      expect(isSentence(answer.description), status).toBe(true);
    }
    const { 400: unparsed, 409: conflict } = described.responses;
    if (docs.body && !statuses.includes(422))
      expect(unparsed.description).toContain("fields are not valid");
    if (docs.idempotent) expect(conflict.description).toContain("Idempotency-Key");
  });

  test("describes each parameter and header", () => {
    for (const parameter of parameters) {
      expect(
        isSentence(parameter.description ?? parameter.schema.description),
        parameter.name,
      ).toBe(true);
    }
    for (const answer of Object.values<any>(described.responses)) {
      for (const [header, told] of Object.entries<any>(answer.headers ?? {})) {
        const shared = told.$ref ? document.components.headers[told.$ref.split("/").at(-1)] : told;
        expect(isSentence(shared.description ?? shared.schema.description), header).toBe(true);
      }
    }
  });

  test("says of each id in its path whose it is: /apps/{id} has an app's", () => {
    for (const [, things = "", id] of docs.path.matchAll(/([a-z-]+)s\/\{(id)\}/g)) {
      const { description, schema } = parameters.find((each) => each.name === id);
      expect(description ?? schema.description).toContain(things.replaceAll("-", " "));
    }
  });

  test("bounds its headers in the schema", () => {
    const schemaOf = (header: string) => parameters.find((each) => each.name === header)?.schema;
    if (docs.idempotent)
      expect(schemaOf("Idempotency-Key")).toMatchObject({ minLength: 1, maxLength: 255 });
    if (access === "key" && docs.method === "get") {
      expect(schemaOf("x-slipway-bookmark").pattern).toMatch(/^\^\[0-9a-f\]/);
    }
    if (name === "getBuildLogs") expect(schemaOf("Last-Event-ID").pattern).toBe("^\\d{1,9}$");
  });

  test("has an example of each body, which is valid", () => {
    for (const [at, media] of jsonBodies(operation)) {
      expect(media.example, at).toBeDefined();
      expect(violationsOf(document, media.schema, media.example), at).toEqual([]);
    }
  });

  test("requires no secret of an answer, since a replay leaves it out", () => {
    for (const secret of docs.idempotent?.secrets ?? []) {
      const answer = described.responses[docs.success.status].content[JSON_TYPE].schema;
      const { properties, required } = resolved(resolved(answer).properties.data);
      expect(properties[secret].description).toContain("Idempotency-Key");
      expect(required).not.toContain(secret);
    }
  });

  test("says that unknown fields are refused, or in words that they are not", () => {
    const body = described.requestBody?.content[JSON_TYPE]?.schema;
    if (!body) return;
    if (prefix === instances.prefix) {
      expect(described.description).toContain("Fields that are not known are ignored");
      expect(resolved(body).additionalProperties).toBeUndefined();
      return;
    }
    const reached: [string, any][] = [];
    const visit = (at: string, schema: any): void => {
      if (
        typeof schema !== "object" ||
        schema === null ||
        reached.some(([, seen]) => seen === schema)
      )
        return;
      reached.push([at, schema]);
      visit(at, resolved(schema));
      for (const [field, inner] of Object.entries(schema.properties ?? {}))
        visit(`${at}.${field}`, inner);
      for (const key of ["items", "additionalProperties"]) visit(at, schema[key]);
      for (const part of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) visit(at, part);
    };
    visit("", body);
    // What Google puts into its own file is no unknown field.
    const open = reached.filter(
      ([at, { properties, additionalProperties }]) =>
        properties && additionalProperties !== false && at !== ".service_account",
    );
    expect(open.map(([at]) => at)).toEqual([]);
  });
});

test("downloads describe ranges, and what a client has already", () => {
  const { responses, parameters } = document.paths["/public/builds/{id}/{file}"].get;
  expect(Object.keys(responses)).toEqual(expect.arrayContaining(["200", "206", "304", "416"]));
  expect(Object.keys(responses[206].headers)).toContain("Content-Range");
  expect(Object.keys(responses[416].headers)).toContain("Content-Range");
  for (const status of [200, 206, 304, 416])
    expect(Object.keys(responses[status].headers)).toContain("ETag");
  const names = parameters.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(["Range", "If-Range", "If-None-Match"]));
});

test("a click describes where it leads, and a dry run what it answers", () => {
  const { responses } = document.paths["/public/c/{token}"].get;
  expect(Object.keys(responses[302].headers)).toEqual(expect.arrayContaining(["Location"]));
  expect(responses[204]).toBeDefined();
  const created = document.paths["/api/v1/push/apps/{id}/notifications"].post.responses;
  expect(created[200].content[JSON_TYPE].schema.$ref).toMatch(/CreatePushNotificationResponse$/);
  expect(Object.keys(document.components.schemas.DryRun.properties)).toEqual(
    expect.arrayContaining(["dry_run", "total_count", "by_platform", "payload_sizes"]),
  );
});

/** What contradicts itself in one object of an example. */
function contradictions(each: any): string[] {
  const sum = (counts: object) => Object.values(counts).reduce((total, count) => total + count, 0);
  const rules: [string, boolean][] = [
    ["total_is_minimum of a short list", each.total_is_minimum === true],
    [
      "fewer in all than on the page",
      each.meta?.total_count < (each.data ?? each.notifications)?.length,
    ],
    ["disabled and enabled", each.enabled && (each.disabled_at || each.disabled_reason)],
    ["active and unsubscribed", each.status === "active" && each.unsubscribed_at],
    ["pending and ended", each.status === "pending" && each.ended_at],
    ["untried and attempted", each.attempts === 0 && each.attempted_at],
    ["sent, and why not", each.status === "sent" && each.reason],
    [
      "failed without a reason",
      each.status === "failed" && (each.error ?? each.failure_reason) === null,
    ],
    ["completed with an error", each.status === "completed" && each.error],
    ["failed, and sent to some", each.status === "failed" && each.stats?.sent_count > 0],
    ["more results than recipients", each.sent_count + each.failed_count > each.total_count],
    ["other reasons than failures", each.reasons && sum(each.reasons) !== each.failed_count],
    ["other statuses than things", each.by_status && sum(each.by_status) !== each.notifications],
    ["expired at its creation", each.expires_at && each.expires_at <= each.created_at],
    ["a release that is debuggable", each.build_type === "release" && each.debuggable],
    ["another event than its payload", each.payload && each.payload.event !== each.event],
    ["an action without a click", each.action && each.event === "delivered"],
  ];
  return rules.filter(([, isBroken]) => isBroken).map(([rule]) => rule);
}

test("no example contradicts itself, since customers copy them", () => {
  const within = (value: unknown): unknown[] =>
    typeof value === "object" && value !== null
      ? [value, ...Object.values(value).flatMap(within)]
      : [];
  const found = [document.paths, document.webhooks]
    .flatMap((place) => Object.values<any>(place).flatMap((item) => Object.values<any>(item)))
    .flatMap(({ operationId, requestBody, responses }) =>
      [requestBody, ...Object.values<any>(responses)]
        .flatMap((body) => within(body?.content?.[JSON_TYPE]?.example))
        .flatMap(contradictions)
        .map((rule) => `${operationId}: ${rule}`),
    );
  expect(found).toEqual([]);
});

test("every event of webhooks has a payload with an example, and headers with the signature", () => {
  const names = Object.keys(document.webhooks);
  expect(names).toEqual(
    expect.arrayContaining([...WebhookEvent.options, "webhook.test", "channel.callback"]),
  );
  for (const [name, { post }] of Object.entries<any>(document.webhooks)) {
    const media = post.requestBody.content[JSON_TYPE];
    expect(media.schema.$ref, name).toBeDefined();
    expect(undescribedIn(document, media.schema, media.example), name).toEqual([]);
    const headers = post.parameters.map((header: { name: string }) => header.name);
    const proof = name === "channel.callback" ? "Authorization" : "x-slipway-signature";
    expect(headers, name).toContain(proof);
  }
});

test("the document names a contact, a licence and further documentation", () => {
  expect(document.info.contact.name).toBeTruthy();
  expect(document.info.license).toEqual({ name: "MIT", identifier: "MIT" });
  expect(document.externalDocs.url).toBe("/docs");
  const webhooks = document.tags.find(({ name }: { name: string }) => name === "Webhooks");
  expect(webhooks.externalDocs.url).toMatch(/^https:/);
  for (const tag of document.tags) expect(isSentence(tag.description), tag.name).toBe(true);
});
