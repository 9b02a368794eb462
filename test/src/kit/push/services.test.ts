// Origins of endpoints: those of a batch are the ones that URL finds in each endpoint by itself.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Origins } from "../../../../src/kit/push/services.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

/** What addresses are made of, and what confuses those who split them by hand. */
const PIECES = [
  ...Array.from("/\\:@?#.-_ \t\n%"),
  "http",
  "https",
  "://",
  "push.example.com",
  "PUSH.example.com",
  "evil.example",
  "[::1]",
  "127.1",
  "0x7f.1",
  "xn--",
  ":443",
  ":99999",
  "é",
];
const endpoints = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join("")),
  fc
    .array(fc.constantFrom(...PIECES), { maxLength: 6 })
    .map((rest) => `https://${rest.join("")}/a`),
  fc.webUrl(),
);

test("any endpoint has the origin that URL finds in it, whatever came before", () => {
  fc.assert(
    fc.property(fc.array(endpoints, { maxLength: 6 }), (batch) => {
      const origins = new Origins();
      for (const endpoint of [...batch, ...batch]) {
        const url = URL.parse(endpoint);
        const expected = url && { origin: url.origin, hostname: url.hostname };
        expect(origins.of(endpoint), endpoint).toEqual(expected);
      }
    }),
    { numRuns: propertyRuns(2000) },
  );
});

test("endpoints of one push service share one object", () => {
  const origins = new Origins();
  const first = origins.of("https://push.example.com/send/1");
  expect(origins.of("https://push.example.com/send/2")).toBe(first);
  expect(origins.of("https://push.example.com:8443/send/2")).not.toBe(first);
});
