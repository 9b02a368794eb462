// Which browsers this machine has. Tests in a browser that is missing are skipped, with a sentence that says so; under
// REQUIRE_ALL=1 they fail.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe } from "vitest";

const REQUIRE_ALL = process.env["REQUIRE_ALL"] === "1";

/** The programs' names, as Debian has them and as others do. */
const PROGRAMS = {
  Firefox: ["firefox-esr", "firefox"],
  Chromium: ["chromium", "chromium-browser", "google-chrome"],
  // The same engine without windows of its own, in which each page costs less; else Chromium itself.
  "headless Chromium": ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"],
} as const;

/** The path of a browser's program, or null. */
function find(browser: keyof typeof PROGRAMS): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const paths = PROGRAMS[browser].flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Defines tests that need the browser; `define` gets the path of its program. */
export function describeIn(browser: keyof typeof PROGRAMS, define: (program: string) => void) {
  const program = find(browser);
  if (program === null && !REQUIRE_ALL) {
    console.warn(
      `skipped: ${browser} is not on this machine (CONTRIBUTING.md, "Tests in browsers")`,
    );
  }
  describe.skipIf(program === null && !REQUIRE_ALL)(`in ${browser}`, () => {
    define(program ?? PROGRAMS[browser][0]);
  });
}
