// Requests that are as hostile as their limits allow, for bench/hostile-input.ts.
import { generateKeyPairSync } from "node:crypto";

export interface HostileRequest {
  name: string;
  method: "GET" | "POST" | "PUT";
  path: string;
  /** Sent as it is if it is text or bytes, and as JSON otherwise. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** What the requests are about. */
export interface Target {
  /** The id of the app in the push API, and in API v1. */
  app: string;
  id: number;
  channel: { id: string; api_key: string };
}

/** Largest JSON body, bytes, less some room for the fields around what fills it. */
const ROOM = 1024 * 1024 - 2000;
/** As many fields as a body may have, less some for what is around them. */
const MANY_FIELDS = 39_000;

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
/** As many copies of `item` as a body has room for. */
const many = (item: unknown): unknown[] =>
  Array.from({ length: Math.floor(ROOM / (JSON.stringify(item).length + 1)) }, () => item);
const fields = (count: number, value: unknown) =>
  Object.fromEntries(numbers(count).map((n) => [`k${n}`, value]));
/** A host name of one label, of which no character is like another. */
const LONG_HOST = numbers(ROOM / 3)
  .map((n) => String.fromCodePoint(0x4e00 + (n % 20_000)))
  .join("");
const LISTS = "[".repeat(ROOM / 2) + "]".repeat(ROOM / 2);

/** JSON that takes long to read, whatever it is for. */
export function ofAnyBody({ app }: Target): HostileRequest[] {
  const send = `/api/v1/push/apps/${app}/notifications`;
  const post = (name: string, body: unknown, path = send): HostileRequest => {
    return { name, method: "POST", path, body };
  };
  return [
    post("1 MB that is no JSON", "x".repeat(ROOM)),
    post("lists in lists", LISTS),
    post("lists in lists, in data", `{"title":"T","body":"B","data":${LISTS}}`),
    post("lists beside lists", `[${"[],".repeat(ROOM / 3 - 1)}[]]`),
    post("unknown fields", fields(MANY_FIELDS, 1)),
    post("fields in data", { title: "T", body: "B", data: fields(MANY_FIELDS, 1) }),
    post("fields in overrides", {
      title: "T",
      platform_overrides: { web: fields(MANY_FIELDS, 1) },
    }),
    post("translations", { title: "T", translations: fields(9000, { title: "T", body: "B" }) }),
    post("actions", { title: "T", body: "B", actions: many({ title: "a", action: "b" }) }),
    post("title of 1 MB", { title: "x".repeat(ROOM), body: "B" }),
    post("name of 1 MB of emoji", { name: "\u{1f4a5}".repeat(ROOM / 4) }, "/api/v1/apps"),
    post("name of 1 MB, invisible", { name: "\u200b".repeat(ROOM / 3) }, "/api/v1/apps"),
    post("host name of 1 MB", { title: "T", body: "B", url: `https://${LONG_HOST}` }),
    post("package name of 1 MB", { package_name: "a.".repeat(ROOM / 2) }, "/api/v1/apps"),
  ];
}

/** Conditions and lists of values. */
export function ofLists({ app }: Target): HostileRequest[] {
  const targeting = (name: string, wanted: unknown): HostileRequest => {
    const path = `/api/v1/push/apps/${app}/notifications/estimate`;
    return { name: `targeting: ${name}`, method: "POST", path, body: { targeting: wanted } };
  };
  const anyOf = (of: unknown[]) => ({ type: "any_of", of });
  const path = `/api/v1/push/apps/${app}/subscribers/bulk`;
  const bulk = (name: string, subscribers: unknown[]): HostileRequest => {
    return { name: `bulk: ${name}`, method: "POST", path, body: { subscribers } };
  };
  const thousand = (known: (n: number) => object) =>
    numbers(1000).map((n) => {
      return { platform: "android", provider: "fcm", token: `t${n}`, ...known(n) };
    });
  const zone = (n: number) =>
    "europe/berlin".replaceAll(/./g, (c, at: number) => ((n >> at) & 1 ? c.toUpperCase() : c));
  const point = Buffer.concat([Buffer.of(4), Buffer.alloc(64, 7)]).toString("base64url");
  return [
    targeting("user ids", { type: "user_ids", ids: many("a") }),
    targeting("wrong user ids", { type: "user_ids", ids: many(1) }),
    targeting("wide, and wrong", anyOf(many({}))),
    targeting("wide at the fourth level", anyOf([anyOf([anyOf(many({ type: "all" }))])])),
    targeting("languages", { type: "languages", languages: numbers(90_000).map((n) => `x${n}`) }),
    targeting("a language of 1 MB", { type: "languages", languages: ["x".repeat(ROOM)] }),
    bulk(
      "a thousand spellings of a zone",
      thousand((n) => ({ timezone: zone(n) })),
    ),
    bulk(
      "a thousand unknown zones",
      thousand((n) => ({ timezone: `Europe/Berlin${n}` })),
    ),
    bulk(
      "a thousand wrong points",
      thousand(() => ({ keys: { p256dh: point, auth: "a" } })),
    ),
    bulk("as many as fit", many({})),
    bulk(
      "tags",
      thousand(() => ({ tags: many("a").slice(0, 100) })),
    ),
  ];
}

/** What is neither JSON nor a list. */
export function ofOthers({ app, id, channel }: Target): HostileRequest[] {
  const icon = (name: string, body: unknown): HostileRequest => {
    return { name: `icon: ${name}`, method: "PUT", path: `/api/v1/apps/${id}/icon`, body };
  };
  const form = (name: string, body: string): HostileRequest => {
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    return { ...icon(`form ${name}`, `${body}--x--\r\n`), headers };
  };
  const fcm = (name: string, key: unknown): HostileRequest => {
    const account = { type: "service_account", project_id: "project-1", private_key_id: "x" };
    const service_account = { ...account, client_email: "a@example.com", private_key: key };
    const path = `/api/v1/push/apps/${app}/credentials/fcm`;
    return { name: `FCM: ${name}`, method: "PUT", path, body: { service_account } };
  };
  const get = (name: string, path: string, headers = {}): HostileRequest => {
    return { name, method: "GET", path, headers };
  };
  const rsa = (modulusLength: number) =>
    generateKeyPairSync("rsa", { modulusLength }).privateKey.export({
      format: "pem",
      type: "pkcs8",
    });
  return [
    icon("document types", "<!doctype>".repeat(100_000)),
    icon("spaces", " ".repeat(1_000_000)),
    icon("fill bytes of JPEG", Buffer.alloc(1_000_000, 255).fill(0xd8, 1, 2)),
    form(
      "of many fields",
      `--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n`.repeat(80_000),
    ),
    form("of headers", `--x\r\n${"a: b\r\n".repeat(800_000)}\r\n\r\n`),
    fcm("RSA-2048", rsa(2048)),
    fcm("RSA-8192", rsa(8192)),
    fcm("a key that begins and begins", "-----BEGIN PRIVATE KEY-----".repeat(300)),
    {
      name: "key generate RSA",
      method: "POST",
      path: "/api/v1/keystores",
      body: { name: "K", algorithm: "rsa" },
    },
    {
      name: "channel: text of 1 MB",
      method: "POST",
      path: `/channels/${channel.id}/notifications/ann`,
      body: { title: "T", text: "x".repeat(ROOM) },
      headers: { "x-channel-api-key": channel.api_key },
    },
    get("page a million", "/api/v1/apps?page=1000000&per_page=100"),
    get("languages of a browser", "/qrcode/AAAAAAAAAAAAAAAAAAAAAA", {
      "accept-language": "de,".repeat(4000),
    }),
    get("a browser that is many", `/public/c/${"A".repeat(60)}`, {
      "user-agent": "android ".repeat(900),
    }),
    get("key of 8 KB", "/api/v1/account", { authorization: `Bearer ${" ".repeat(8000)}x` }),
    get("etags", "/openapi.json", { "if-none-match": '"a",'.repeat(3000) }),
  ];
}
