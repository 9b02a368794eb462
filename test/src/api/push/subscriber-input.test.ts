// Input of registrations: what is accepted, and what is refused with which message.
import { beforeAll, describe, expect, test } from "vitest";
import { browserKeys } from "../../../support/keys.ts";
import { PUSH } from "../../../support/push.ts";
import { api } from "../../../support/worker.ts";
import { newAccount, newPushApp, type TestAccount } from "../../../support/scenario.ts";

const FCM = { platform: "android", provider: "fcm", token: "t" };
const HEX = "ab".repeat(32);
const ENDPOINT = "https://push.example.com/x";
const KEY =
  "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
const AUTH = "DGv6ra1nlYgDCS1FRnbzlw";
const KEYS = { p256dh: KEY, auth: AUTH };
const WEB = { platform: "web", endpoint: ENDPOINT, keys: KEYS };

let account: TestAccount;
let appId: string;
beforeAll(async () => {
  account = await newAccount();
  appId = (await newPushApp(account.key)).id;
});

/** The details of each refusal, by import: registrations are limited to 30 a minute. */
async function refusals(subscribers: unknown[]): Promise<any[]> {
  const json = { subscribers };
  const path = `${PUSH}/apps/${appId}/subscribers/bulk`;
  const answer = await api("POST", path, { token: account.key, json });
  expect(answer.status).toBe(200);
  return answer.body.data.map((row: any) => row.details ?? null);
}

test.each([
  [{}, { platform: ["is required"] }],
  [{ platform: "windows", token: "t" }, { platform: ["must be one of web, ios, android"] }],
  [{ platform: "android" }, { token: ["is required, or an endpoint with keys"] }],
  [{ platform: "ios", token: HEX }, { provider: ["must be fcm or apns"] }],
  [{ ...FCM, provider: "gcm" }, { provider: ["must be one of fcm, apns, webpush"] }],
  [{ ...FCM, token: "" }, { token: ["is required"] }],
  [{ ...FCM, token: 7 }, { token: ["must be a string"] }],
  [{ ...FCM, token: "a b" }, { token: ["must not hold spaces, quotes or other than ASCII"] }],
  [{ ...FCM, token: 'a"b' }, { token: ["must not hold spaces, quotes or other than ASCII"] }],
  [{ ...FCM, token: "x".repeat(1025) }, { token: ["must be at most 1024 characters"] }],
  [{ ...FCM, endpoint: ENDPOINT }, { endpoint: ["does not go with fcm"] }],
  [{ ...FCM, provider: "apns", token: HEX }, { platform: ["must be ios for apns"] }],
  [
    { platform: "ios", provider: "apns", token: "xyz" },
    { token: ["must be an APNs token in hexadecimal"] },
  ],
  [
    { platform: "ios", provider: "apns", token: HEX.slice(1) },
    { token: ["must be an APNs token in hexadecimal"] },
  ],
  [{ ...WEB, platform: "ios" }, { platform: ["must be web, android for webpush"] }],
  [{ ...WEB, keys: undefined }, { keys: ["is required"] }],
  [{ ...WEB, keys: { p256dh: KEY } }, { "keys.auth": ["is required"] }],
  [{ ...WEB, keys: { ...KEYS, auth: "AAAA" } }, { "keys.auth": ["must be 16 bytes"] }],
  [{ ...WEB, keys: { ...KEYS, auth: "!" } }, { "keys.auth": ["must be 16 bytes"] }],
  [
    { ...WEB, keys: { ...KEYS, p256dh: `${KEY.slice(0, -3)}6A8` } },
    { "keys.p256dh": ["must be a point of P-256"] },
  ],
  [
    { ...WEB, keys: { ...KEYS, p256dh: KEY.slice(0, 40) } },
    { "keys.p256dh": ["must be a point of P-256"] },
  ],
  [{ ...WEB, token: "t" }, { token: ["does not go with an endpoint"] }],
  [
    { platform: "web", provider: "webpush", token: "t" },
    { token: ["does not go with an endpoint"] },
  ],
  [{ ...FCM, user_id: 1 }, { user_id: ["must be a string"] }],
  [{ ...FCM, user_id: "x".repeat(256) }, { user_id: ["must not be greater than 255 characters"] }],
  [{ ...FCM, tags: "a" }, { tags: ["must be an array"] }],
  [{ ...FCM, tags: Array(51).fill("a") }, { tags: ["must have at most 50 items"] }],
  [{ ...FCM, tags: ["x".repeat(65)] }, { "tags.0": ["must not be greater than 64 characters"] }],
  [{ ...FCM, tags: ["a\u0000"] }, { "tags.0": ["must not hold control characters"] }],
  [{ ...FCM, language: "german" }, { language: ["must be a BCP 47 tag such as de or pt-BR"] }],
  [
    { ...FCM, country: "Germany" },
    { country: ["must be an ISO 3166 code of two letters such as DE"] },
  ],
  [{ ...FCM, country: "QQ" }, { country: ["must be an ISO 3166 code of two letters such as DE"] }],
  [{ ...FCM, country: "EU" }, { country: ["must be an ISO 3166 code of two letters such as DE"] }],
  [
    { ...FCM, timezone: "Mars/Olympus" },
    { timezone: ["must be an IANA time zone such as Europe/Berlin"] },
  ],
  [
    { ...FCM, timezone: "+15:00" },
    { timezone: ["must be an IANA time zone such as Europe/Berlin"] },
  ],
  ["text", { body: ["must be an object"] }],
  [null, { body: ["is required"] }],
])("refuses %j", async (row, details) => {
  expect(await refusals([row])).toEqual([details]);
});

test("an endpoint must be an https URL on a public host, of at most 1024 characters", async () => {
  const wrong = [
    "http://push.example.com/x",
    "ftp://push.example.com/x",
    "https://user:pass@push.example.com/x",
    "https://push.example.com/x#y",
    "https://localhost/x",
    "https://intranet/x",
    "https://printer.local/x",
    "https://db.internal/x",
    "https://permanently-removed.invalid/fcm/send/x",
    "https://a.INVALID.:443/x",
    "https://invalid/x",
    "https://push.test/x",
    "https://push.example/x",
    "https://abc.onion/x",
    "https://127.0.0.1/x",
    "https://0x7f.1/x",
    "https://10.1.2.3/x",
    "https://172.31.0.1/x",
    "https://192.168.0.1/x",
    "https://169.254.169.254/latest",
    "https://100.64.0.1/x",
    "https://[::1]/x",
    "https://[fd00::1]/x",
    "https://[::ffff:10.0.0.1]/x",
    "https://[64:ff9b::a00:1]/x",
    "nonsense",
  ];
  const answers = await refusals(wrong.map((endpoint) => ({ ...WEB, endpoint })));
  const told = { endpoint: ["must be an https URL on a public host"] };
  for (const [at, answer] of answers.entries()) expect(answer, wrong[at]).toEqual(told);
  const long = `${ENDPOINT}/${"x".repeat(1025 - ENDPOINT.length)}`;
  expect(await refusals([{ ...WEB, endpoint: long }])).toEqual([
    { endpoint: ["must be at most 1024 characters"] },
  ]);
});

test("accepts valid registrations of every kind", async () => {
  const right = [
    { ...WEB, endpoint: ENDPOINT + "x".repeat(1024 - ENDPOINT.length) },
    { ...WEB, endpoint: "https://8.8.8.8/x" },
    { ...WEB, endpoint: "https://[2606:4700::1111]:8443/x" },
    { ...WEB, provider: "webpush", endpoint: `${ENDPOINT}?a=b%20c` },
    { ...WEB, endpoint: `${ENDPOINT}/padded`, keys: { p256dh: `${KEY}=`, auth: `${AUTH}==` } },
    { ...WEB, endpoint: `${ENDPOINT}/own`, keys: await browserKeys() },
    { ...WEB, endpoint: `${ENDPOINT}/app`, platform: "android" },
    { ...WEB, endpoint: `${ENDPOINT}/unified`, platform: "android", provider: "webpush" },
    { ...FCM, token: "x".repeat(1024) },
    { ...FCM, platform: "ios", language: "zh-hant-tw", country: "xk", timezone: "UTC" },
    { platform: "ios", provider: "apns", token: "ab".repeat(100), timezone: "Asia/Kolkata" },
    { ...FCM, token: "n", user_id: null, language: null, country: null, timezone: null },
    { ...FCM, token: "e", tags: ["😀".repeat(64)], user_id: "日本 'x' \"y\"", language: "es-419" },
  ];
  expect(await refusals(right)).toEqual(right.map(() => null));
});

describe("registering", () => {
  test.each([
    ["{", 400],
    ["[]", 422],
    ['"x"', 422],
    ["null", 422],
    [`{"x":"${"y".repeat(1024 * 1024)}"}`, 413],
  ])("answers $1 to the body $0", async (body, status) => {
    const path = `${PUSH}/apps/${appId}/subscribers`;
    const refused = await api("POST", path, { token: account.key, body });
    expect(refused.status).toBe(status);
    expect(refused.body.error).toEqual(expect.any(String));
  });
});
