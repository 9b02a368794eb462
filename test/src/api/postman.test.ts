// The collection for Postman is what Postman's own schema asks for, has every operation of the OpenAPI document, and what is
// made of it, with the variables filled in, works.
import { describe, expect, test } from "vitest";
import { violationsOf } from "../../support/json-schema.ts";
import { webSubscriber } from "../../support/push.ts";
import { newAccount, newApp, newPushApp } from "../../support/scenario.ts";
import { api, bindings, ORIGIN, send } from "../../support/worker.ts";
// By Postman, under the Apache License 2.0; what was changed in it is said there.
import schema from "../../support/postman/collection-2.1.0.json";

const PATH = "/docs/postman.json";
const JSON_TYPE = "application/json";
const collection = (await api("GET", PATH)).body;
const document = (await api("GET", "/openapi.json")).body;

interface Item {
  group: string;
  tag: string;
  name: string;
  request: any;
}

const items: Item[] = collection.item.flatMap((group: any) =>
  group.item.flatMap((folder: any) =>
    folder.item.map((item: any) => {
      return { group: group.name, tag: folder.name, ...item };
    }),
  ),
);

/** The path of a request as the OpenAPI document writes it. */
const pathOf = ({ request }: Item) =>
  `/${request.url.path.map((part: string) => part.replace(/^:(.*)$/, "{$1}")).join("/")}`;
const nameOf = (item: Item) => `${item.request.method.toLowerCase()} ${pathOf(item)}`;
const operations: [string, any][] = Object.entries<any>(document.paths).flatMap(([path, item]) =>
  Object.entries<any>(item).map(([method, operation]): [string, any] => [
    `${method} ${path}`,
    operation,
  ]),
);
const operationOf = (item: Item) => new Map(operations).get(nameOf(item));

/** What one of the collection's requests is once variables and the parts of its path are filled in, as Postman would. */
function filled(id: string, values: Record<string, string>, parts: Record<string, string> = {}) {
  const item = items.find((each) => operationOf(each).operationId === id);
  if (!item) throw new Error(`there is no request for ${id}`);
  const { auth, body, header, method, url } = item.request;
  const known: Record<string, string> = { baseUrl: collection.variable[0].value, ...values };
  const put = (text: string) =>
    text.replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => {
      if (!known[key]) throw new Error(`the variable ${key} has no value`);
      return known[key];
    });
  const inPath = new Map(url.variable.map(({ key, value }: any) => [key, parts[key] ?? value]));
  const path = url.path.map((part: string) =>
    part.startsWith(":") ? inPath.get(part.slice(1)) : part,
  );
  const sent = (list: any[] = []) =>
    list
      .filter(({ disabled }) => !disabled)
      .map(({ key, value }): [string, string] => [key, put(value)]);
  const headers = new Headers(sent(header));
  const proof = Object.fromEntries(
    (auth[auth.type] ?? []).map(({ key, value }: any) => [key, value]),
  );
  if (auth.type === "bearer") headers.set("authorization", `Bearer ${put(proof.token)}`);
  if (auth.type === "apikey") headers.set(proof.key, put(proof.value));
  const query = new URLSearchParams(sent(url.query)).toString();
  return {
    method,
    address: `${put(url.host.join("."))}/${path.join("/")}${query && `?${query}`}`,
    headers: Object.fromEntries(headers),
    body: body?.raw as string | undefined,
  };
}

/** Sends a request of the collection; `change` replaces fields of its example. */
async function run(
  id: string,
  values: Record<string, string>,
  { parts = {}, change = {} }: { parts?: Record<string, string>; change?: object } = {},
) {
  const { method, address, headers, body } = filled(id, values, parts);
  const changed = body === undefined ? {} : { json: { ...JSON.parse(body), ...change } };
  return api(method, address, { headers, ...changed });
}

test("the collection is valid by Postman's schema of version 2.1.0", () => {
  const text = JSON.stringify(schema).replaceAll("#/definitions/", "#/components/schemas/");
  const { definitions, ...root } = JSON.parse(text);
  const holder = { components: { schemas: definitions } };
  expect(violationsOf(holder, root, collection)).toEqual([]);
  expect(collection.info.schema).toBe(
    "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
  );
  expect(violationsOf(holder, root, { ...collection, item: [{ request: 7 }] })).not.toEqual([]);
});

test("every operation is in it once, in the folder of its API and its tag", () => {
  expect(items.map(nameOf).toSorted()).toEqual(operations.map(([name]) => name).toSorted());
  const groups = new Map<string, string>(
    document["x-tagGroups"].flatMap(({ name, tags }: any) =>
      tags.map((tag: string) => [tag, name]),
    ),
  );
  for (const item of items) {
    const { tags, summary, description } = operationOf(item);
    expect([item.tag], nameOf(item)).toEqual(tags);
    expect(item.group).toBe(groups.get(item.tag));
    expect(item.name).toBe(summary);
    expect(item.request.description).toBe(description);
  }
});

test("every tag of the document is in one group", () => {
  const grouped: string[] = document["x-tagGroups"].flatMap(({ tags }: any) => tags);
  const tags: string[] = document.tags.map(({ name }: any) => name);
  expect(grouped.toSorted()).toEqual(tags.toSorted());
  const folders = collection.item.flatMap(({ item }: any) => item);
  for (const { name, description, item } of folders) {
    expect(description, name).toBe(document.tags.find((tag: any) => tag.name === name).description);
    expect(item, name).not.toEqual([]);
  }
});

test("it knows the origin that it was asked from, and no secret", async () => {
  expect(collection.variable[0]).toMatchObject({ key: "baseUrl", value: ORIGIN });
  expect(JSON.stringify(collection).split(ORIGIN)).toHaveLength(2);
  const credentials = collection.variable.slice(1);
  const schemes = Object.keys(document.components.securitySchemes);
  expect(credentials.map(({ key }: any) => key)).toEqual(schemes);
  for (const { key, value, description } of credentials) {
    expect(value, key).toBe("");
    expect(description).toBe(document.components.securitySchemes[key].description);
  }
  const elsewhere = await api("GET", `https://other.slipway.test${PATH}`);
  expect(elsewhere.body.variable[0].value).toBe("https://other.slipway.test");
  expect(elsewhere.body.item).toEqual(collection.item);
});

test.each(items.map((item): [string, Item] => [nameOf(item), item]))(
  "%s has what the document says of it",
  (_name, item) => {
    const { parameters = [], requestBody, security } = operationOf(item);
    const { auth, body, header, url } = item.request;
    const within = (place: string) => parameters.filter((each: any) => each.in === place);
    const keys = (list: any[] = []) => list.map(({ key, disabled }) => `${key} ${!disabled}`);
    const named = (list: any[]) => list.map(({ name, required }) => `${name} ${required}`);
    expect(keys(url.variable)).toEqual(named(within("path")));
    expect(keys(url.query)).toEqual(named(within("query")));
    expect(keys(header).filter((key) => key !== "Content-Type true")).toEqual(
      named(within("header")),
    );
    const [scheme] = security.flatMap(Object.keys);
    const variables = JSON.stringify(auth).match(/\{\{\w+\}\}/g) ?? [];
    expect(variables).toEqual(scheme === undefined ? [] : [`{{${scheme}}}`]);
    const schemas = new Map(within("path").map(({ name, schema: each }: any) => [name, each]));
    for (const { key, value } of url.variable) {
      // an id would be somebody's: who runs the whole collection deletes nothing
      expect(value, key).toBe((schemas.get(key) as any).enum?.[0] ?? "");
    }
    expect(item.request.url.raw.split("?")[0]).toBe(`{{baseUrl}}/${url.path.join("/")}`);

    const media = requestBody?.content[JSON_TYPE];
    expect(body?.mode).toBe(media ? "raw" : requestBody && "file");
    if (!media) return;
    expect(header[0]).toEqual({ key: "Content-Type", value: JSON_TYPE });
    // openapi-examples.test.ts sends each of these.
    expect(JSON.parse(body.raw)).toEqual(media.example);
    expect(violationsOf(document, media.schema, JSON.parse(body.raw))).toEqual([]);
  },
);

describe("what is made of it works", () => {
  test("an app is made, found and listed with an API key", async () => {
    const { key: apiKey } = await newAccount();
    const made = await run("createApp", { apiKey });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const id = String(made.body.data.id);
    const found = await run("getApp", { apiKey }, { parts: { id } });
    expect(found.body.data.name).toBe("My App");
    const listed = await run("listApps", { apiKey });
    expect(listed.body.data).toHaveLength(1);
  });

  test("a notification is made for an app of the push API", async () => {
    const { key: apiKey } = await newAccount();
    const { id } = await newPushApp(apiKey);
    const made = await run("createPushNotification", { apiKey }, { parts: { id } });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
  });

  test("a device registers with the app's key, and reads its own with its token", async () => {
    const { key } = await newAccount();
    const app = await newPushApp(key);
    const change = await webSubscriber();
    const values = { appKey: app.public_key };
    const registered = await run("registerDevice", values, { parts: { id: app.id }, change });
    expect(registered.status, JSON.stringify(registered.body)).toBe(201);
    const { token } = registered.body.data;
    const own = await run("listDeviceSubscriptions", { subscriberToken: token });
    expect(own.status, JSON.stringify(own.body)).toBe(200);
  });

  test("a channel's operations take its key, and an operator's the operators' token", async () => {
    const { key } = await newAccount();
    const { id: app_id } = await newApp(key);
    const channel = await api("POST", "/api/v1/channels", {
      token: key,
      json: { name: "c", app_id },
    });
    const { id: channelId, api_key: channelKey } = channel.body.data;
    const code = await run(
      "getSubscriptionCode",
      { channelKey },
      { parts: { channelId: String(channelId), iuid: "user-42" } },
    );
    expect(code.status, JSON.stringify(code.body)).toBe(200);
    const accounts = await run("listAccounts", { adminToken: bindings.ADMIN_TOKEN });
    expect(accounts.status, JSON.stringify(accounts.body)).toBe(200);
  });
});

test("it has a strong entity tag, is not sent again to whoever has it, and is open to pages", async () => {
  const first = await send("GET", PATH);
  const etag = first.headers.get("etag") ?? "";
  expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
  expect(first.headers.get("cache-control")).toBe("no-cache");
  expect(first.headers.get("access-control-allow-origin")).toBe("*");
  expect(await first.json()).toEqual(collection);
  const kept = await send("GET", PATH, { headers: { "if-none-match": etag } });
  expect(kept.status).toBe(304);
  expect(await kept.text()).toBe("");
  const described = await send("HEAD", "/openapi.json");
  expect(described.headers.get("etag")).not.toBe(etag);
  const posted = await send("POST", PATH);
  expect(posted.status).toBe(405);
  expect(posted.headers.get("allow")).toBe("GET, HEAD");
  await posted.text();
});
