// Where somebody is led after they came in: no address that they were given leads away from here.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ownPath, samePath } from "../../../src/identity/own-path.ts";

const ORIGIN = "https://slipway.test";

test.each([
  ["/dashboard/7/apps/3", "/dashboard/7/apps/3"],
  ["/dashboard", "/dashboard"],
  ["/dashboard/7?page=2", "/dashboard/7?page=2"],
  ["/dashboard\n//evil.example", "/dashboard//evil.example"],
])("%s is a page of ours", (text, expected) => {
  expect(ownPath(text)).toBe(expected);
});

test.each([
  "",
  null,
  undefined,
  "https://evil.example",
  "//evil.example",
  "//evil.example/dashboard/7",
  "/\\evil.example",
  "\\\\evil.example",
  "/%5cevil.example",
  "/\t/evil.example",
  "\t//evil.example",
  "/dashboard/..//evil.example",
  "/dashboard/../api/v1/apps",
  "/dashboardevil",
  "javascript:alert(1)",
  "/api/v1/apps",
  "https://slipway.test@evil.example/dashboard",
  "/dashboard/".padEnd(600, "x"),
])("%s leads to the dashboard's front", (text) => {
  expect(ownPath(text)).toBe("/dashboard");
});

test("whatever is asked for, a browser stays on this host", () => {
  const piece = fc.constantFrom(
    "/",
    "\\",
    ".",
    "..",
    "dashboard",
    "evil.example",
    ":",
    "@",
    "?",
    "#",
    "%2f",
    "%5c",
    "\t",
    "\n",
    " ",
    "http",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const led = new URL(ownPath(pieces.join("")), ORIGIN);
      return led.origin === ORIGIN && led.pathname.startsWith("/dashboard");
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [`${ORIGIN}/dashboard/7?page=2`, "/dashboard/7?page=2"],
  [`${ORIGIN}/`, "/"],
  [`${ORIGIN}//evil.example/`, "/dashboard"],
  [`${ORIGIN}/\\evil.example/`, "/dashboard"],
  [`${ORIGIN}///evil.example`, "/dashboard"],
  [`${ORIGIN}/.//evil.example`, "/dashboard"],
  [`${ORIGIN}/a/..//evil.example`, "/dashboard"],
  [`${ORIGIN}@evil.example/`, "/dashboard"],
  ["https://evil.example/dashboard", "/dashboard"],
  ["http://slipway.test/dashboard", "/dashboard"],
  ["javascript:alert(1)", "/dashboard"],
  ["about:blank", "/dashboard"],
  ["", "/dashboard"],
  [null, "/dashboard"],
])("from a page at %s a form leads back to %s", (from, expected) => {
  expect(samePath(from, ORIGIN)).toBe(expected);
});
