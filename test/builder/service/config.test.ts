// Reading the builder's configuration: what is needed, what is refused, and what the error says.
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { readConfig } from "../../../builder/config.ts";

const TOKEN = `sw_bld_${"a".repeat(43)}`;
/** In no message: stands for a value that is not given. */
const NEVER = "\0";
const GOOD = { API_URL: "https://api.example.com", BUILDER_TOKEN: TOKEN };

test("address and token are enough", () => {
  expect(readConfig(GOOD)).toEqual({
    ok: true,
    config: {
      apiUrl: "https://api.example.com",
      token: TOKEN,
      name: hostname(),
      concurrency: 2,
      drainMs: 25_000,
      healthFile: null,
    },
  });
});

test("every setting is read", () => {
  const read = readConfig({
    API_URL: "http://127.0.0.1:8787/slipway/",
    BUILDER_TOKEN: TOKEN,
    BUILDER_NAME: "rack-7.north",
    CONCURRENCY: "16",
    DRAIN_MS: "0",
    HEALTH_FILE: "/run/heard",
  });
  expect(read).toMatchObject({
    ok: true,
    config: {
      apiUrl: "http://127.0.0.1:8787/slipway",
      name: "rack-7.north",
      concurrency: 16,
      drainMs: 0,
      healthFile: "/run/heard",
    },
  });
});

test("an empty variable counts as unset", () => {
  expect(readConfig({ ...GOOD, CONCURRENCY: "", BUILDER_NAME: "" })).toMatchObject({
    ok: true,
    config: { concurrency: 2, name: hostname() },
  });
});

test.each([
  ["API_URL", undefined],
  ["API_URL", "api.example.com"],
  ["API_URL", "ftp://api.example.com"],
  ["API_URL", "https://user:secret@api.example.com"],
  ["API_URL", "https://api.example.com/?key=1"],
  ["BUILDER_TOKEN", undefined],
  ["BUILDER_TOKEN", `sw_live_${"a".repeat(43)}`],
  ["BUILDER_TOKEN", `sw_bld_${"a".repeat(42)}`],
  ["BUILDER_TOKEN", `${TOKEN}\n`],
  ["BUILDER_NAME", "two words"],
  ["BUILDER_NAME", "n".repeat(101)],
  ["CONCURRENCY", "0"],
  ["CONCURRENCY", "17"],
  ["CONCURRENCY", "2.5"],
  ["CONCURRENCY", "two"],
  ["HEALTH_FILE", "heard"],
  ["DRAIN_MS", "-1"],
  ["DRAIN_MS", "600001"],
])("%s=%j is refused by name, and not quoted", (name, value) => {
  const read = readConfig({ ...GOOD, [name]: value });
  const problems = read.ok ? [] : read.problems;
  expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name} (is missing|must)`))]);
  expect(problems.join()).not.toContain(value ?? NEVER);
});
