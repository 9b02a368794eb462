// Every code with which a build can fail is explained on its page: the codes are read from the sources that end builds.
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COUNTED_CODES } from "../../src/domain/builds/failure-codes.ts";
import { FAILURE_CODES, failureOf } from "../../src/web/builds/failures.ts";

/** Where builders and the API say the codes. */
const SOURCES = ["builder/*.ts", "src/durable/*.ts"].flatMap((pattern) => globSync(pattern));

/** How they say them: to a BuildFailure, in a report, and in the end of a build. */
const SAID = [
  /new BuildFailure\(\s*"(\w+)"/g,
  /\{ code: "(\w+)", message, retryable/g,
  /\n {2}code: "(\w+)",\n {2}message: "[^"]*",\n {2}retryable/g,
  /status: "failed", code: "(\w+)"/g,
];

test("each failure code has a sentence of what happened and one of what to do", () => {
  const text = SOURCES.map((path) => readFileSync(path, "utf8")).join("\n");
  const said = SAID.flatMap((pattern) => [...text.matchAll(pattern)].map((found) => found[1]));
  const errors = readFileSync("builder/android/errors.ts", "utf8");
  const faults = /PackagingFault = ([^;]*);/.exec(errors)?.[1] ?? "";
  expect(faults).toContain("typeof ICON_FAULT");
  const packaging = [...faults.matchAll(/"(\w+)"/g)].map((found) => found[1]);
  const codes = [...new Set([...said, ...packaging, "invalid_icon"])].toSorted();
  // Ten at least: a pattern that finds nothing any more must not pass for a table without gaps.
  expect(said.length).toBeGreaterThanOrEqual(10);
  expect([...FAILURE_CODES].toSorted()).toEqual(codes);
  expect([...COUNTED_CODES].toSorted()).toEqual(codes);
  for (const code of [...FAILURE_CODES, "of_another_version", null]) {
    const { title, advice } = failureOf(code);
    expect(title).toMatch(/^[A-Z][^.!]*$/);
    expect(advice).toMatch(/^[A-Z].*\.$/);
    expect(advice).not.toMatch(/please|oops|!/i);
  }
});
