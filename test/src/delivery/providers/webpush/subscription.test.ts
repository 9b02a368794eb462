import { describe, expect, test } from "vitest";
import { isPublicHost } from "../../../../../src/delivery/providers/webpush/public-host.ts";
import { checkSubscription } from "../../../../../src/delivery/providers/webpush/subscription.ts";
import { browser } from "../support.ts";

const { endpoint, p256dh, auth } = browser().target;
const GOOD = { endpoint, p256dh, auth };
const check = (fields: Partial<typeof GOOD>, allowPrivate = false) =>
  checkSubscription({ ...GOOD, ...fields }, allowPrivate);
const refusedAt = (...path: string[]) => ({ ok: false, issues: [{ path }] });
const point = () => Buffer.from(p256dh, "base64url");
const changed = (change: (bytes: Buffer) => void) => {
  const bytes = point();
  change(bytes);
  return bytes.toString("base64url");
};

test("a good one passes", () => {
  expect(check({})).toEqual({ ok: true, value: GOOD });
});

test("keys in base64 with padding come back as base64url", () => {
  const value = {
    p256dh: point().toString("base64"),
    auth: Buffer.from(auth, "base64url").toString("base64"),
  };
  expect(check(value)).toEqual({ ok: true, value: GOOD });
});

describe("p256dh", () => {
  test.each([
    ["empty", ""],
    ["not base64", "a b"],
    ["64 bytes", point().subarray(0, 64).toString("base64url")],
    ["66 bytes", Buffer.concat([point(), Buffer.alloc(1)]).toString("base64url")],
    ["compressed", Buffer.concat([Buffer.of(2), point().subarray(1, 33)]).toString("base64url")],
    ["hybrid", changed((bytes) => bytes.writeUInt8(6 + (bytes.readUInt8(64) & 1), 0))],
    ["off the curve", changed((bytes) => bytes.writeUInt8(bytes.readUInt8(64) ^ 1, 64))],
    ["all zero", changed((bytes) => bytes.fill(0, 1))],
    ["beyond the field", changed((bytes) => bytes.fill(0xff, 1))],
    ["endless", "A".repeat(100_000)],
  ])("%s is refused", (_name, value) => {
    expect(check({ p256dh: value })).toMatchObject(refusedAt("keys", "p256dh"));
  });
});

describe("auth", () => {
  test.each([
    "",
    "AAAA",
    Buffer.alloc(15).toString("base64url"),
    Buffer.alloc(17).toString("base64url"),
  ])("%j is refused", (value) => {
    expect(check({ auth: value })).toMatchObject(refusedAt("keys", "auth"));
  });
});

describe("endpoint", () => {
  test.each([
    "",
    "push",
    "http://push.example.com/x",
    "ftp://push.example.com/x",
    "javascript:alert(1)",
    "https://user@push.example.com/x",
    "https://:pass@push.example.com/x",
    "https://user:pass@push.example.com/x",
    "https://localhost/x",
    "https://127.0.0.1/x",
    "https://2130706433/x",
    "https://0x7f.1/x",
    "https://10.1.2.3/x",
    "https://[::1]/x",
    "https://printer.local/x",
    `https://push.example.com/${"x".repeat(2048)}`,
  ])("%s is refused", (value) => {
    expect(check({ endpoint: value })).toMatchObject(refusedAt("endpoint"));
  });

  test("a local stack may use http and private hosts, but no other scheme", () => {
    expect(check({ endpoint: "http://127.0.0.1:8080/x" }, true)).toMatchObject({ ok: true });
    expect(check({ endpoint: "https://localhost/x" }, true)).toMatchObject({ ok: true });
    expect(check({ endpoint: "file:///etc/passwd" }, true)).toMatchObject(refusedAt("endpoint"));
  });
});

describe("hosts", () => {
  test.each([
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    "wns2-by3p.notify.windows.com",
    "example.com.",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "localhost.example.com",
  ])("%s is public", (host) => {
    expect(isPublicHost(host)).toBe(true);
  });

  test.each([
    "localhost",
    "localhost.",
    "a.localhost",
    "intranet",
    "x.internal",
    "x.lan",
    "x.test",
    "x.invalid",
    "0.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.255.255.255",
    "169.254.169.254",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.1",
    "192.168.0.1",
    "198.18.0.0",
    "198.19.255.255",
    "224.0.0.1",
    "255.255.255.255",
    "[2606:4700::1111]",
    "[::ffff:127.0.0.1]",
  ])("%s is not", (host) => {
    expect(isPublicHost(host)).toBe(false);
  });
});
