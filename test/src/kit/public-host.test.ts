// Which hosts count as public.
import { expect, test } from "vitest";
import { isPublicAddress, isPublicHost, neverResolves } from "../../../src/kit/public-host.ts";

/** As URL writes the host. */
const hostOf = (host: string) => new URL(`https://${host}/`).hostname;

test.each([
  "example.com",
  "fcm.googleapis.com",
  "example.com.",
  "xn--mller-kva.de",
  "invalid.example.com",
  "test.de",
  "notinvalid.com",
  "localhost.example.com",
  "8.8.8.8",
  "100.63.255.255",
  "100.128.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "198.17.255.255",
  "223.255.255.255",
  "[2606:4700:4700::1111]",
  "[2001:4860:4860::8888]",
  "[2a00:1450::1]",
])("%s is public", (host) => {
  expect(isPublicHost(hostOf(host))).toBe(true);
});

test.each([
  "localhost",
  "api.localhost",
  "LOCALHOST.",
  "localhost..",
  "a.localhost...",
  "example..com",
  `${"a".repeat(64)}.com`,
  `${"ab.".repeat(84)}com`,
  "it's.com",
  "router",
  "db.internal",
  "printer.local",
  "nas.lan",
  "gateway.home.arpa",
  "permanently-removed.invalid",
  "a.b.INVALID.",
  "invalid",
  "push.test",
  "push.example",
  "xn--mller-kva.example",
  "abcdef.onion",
  "name.alt",
  "0.0.0.0",
  "10.0.0.1",
  "100.64.0.1",
  "100.127.255.255",
  "127.0.0.1",
  "127.1",
  "2130706433",
  "0x7f000001",
  "017700000001",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "[::]",
  "[::1]",
  "[::ffff:127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[fe80::1]",
  "[fc00::1]",
  "[ff02::1]",
  "[2001::1]",
  "[2001:db8::1]",
  "[2002:7f00:1::]",
  "[3fff::1]",
])("%s is not public", (host) => {
  expect(isPublicHost(hostOf(host))).toBe(false);
});

test("neverResolves holds for names without an address on any network, and for no others", () => {
  const never = ["permanently-removed.invalid", "INVALID", "a.invalid.", "a.onion", "a.alt"];
  for (const host of never) expect(neverResolves(hostOf(host)), host).toBe(true);
  const others = ["push.test", "push.example", "localhost", "10.0.0.1", "a.invalid.com", "evalt"];
  for (const host of others) expect(neverResolves(hostOf(host)), host).toBe(false);
});

test("isPublicAddress accepts public addresses, and refuses private and malformed ones", () => {
  for (const address of ["8.8.8.8", "2606:4700::1"]) expect(isPublicAddress(address)).toBe(true);
  for (const address of ["10.0.0.1", "::1", "fd00::1", "", "x", "1.2.3", "256.1.1.1"]) {
    expect(isPublicAddress(address), address).toBe(false);
  }
});
