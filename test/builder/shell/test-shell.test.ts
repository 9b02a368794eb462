// How `npm run test:shell` takes its arguments, and what it does where Java or Maven is missing. What it runs are the
// tests in builder/shell/test.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findJdk } from "../../../builder/shell/test/jdk.ts";

const SCRIPT = join(import.meta.dirname, "../../../builder/shell/test/run.ts");

/** Runs the script where no program is found. */
function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [SCRIPT, ...args], {
    encoding: "utf8",
    env: { PATH: "", ...env },
  });
}

/** A folder that looks like a JDK of this version. */
function aJdk(version: string): string {
  const home = mkdtempSync(join(tmpdir(), "slipway-jdk-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, "bin"));
  writeFileSync(join(home, "bin", "javac"), "");
  writeFileSync(join(home, "release"), `IMPLEMENTOR="Test"\nJAVA_VERSION="${version}"\n`);
  return home;
}

test("without Java or Maven, it says so and is skipped", () => {
  const { status, stderr } = run([]);
  expect(stderr).toMatch(/^skipped: the shell's tests need (a JDK 17 or newer|Maven)\n$/);
  expect(status).toBe(0);
});

test("without Java or Maven, it fails under REQUIRE_ALL=1", () => {
  const { status, stderr } = run([], { REQUIRE_ALL: "1" });
  expect(stderr).toMatch(/^failed: the shell's tests need (a JDK 17 or newer|Maven)\n$/);
  expect(status).toBe(1);
});

test.each([
  ["--levels=27", "--levels must be among 24, 26, 28, 29, 30, 31, 33, 34, 35, 36, as in"],
  ["--levels=", "--levels must be among"],
  ["NoTest", "NoTest is no test of the shell; there are BackTest, "],
])("refuses %s and says what there is", (argument, words) => {
  const { status, stderr } = run([argument]);
  expect(stderr).toContain(words);
  expect(status).toBe(1);
});

test("takes the newest JDK that Robolectric runs on, wherever it is", () => {
  const home = aJdk("25.0.1");
  expect(findJdk({ JAVA_HOME: home })).toEqual({ home, version: 25 });
  expect(findJdk({ PATH: join(home, "bin"), JAVA_HOME: aJdk("17.0.9") })).toEqual({
    home,
    version: 25,
  });
  for (const version of ["1.8.0_402", "11.0.2", "26"]) {
    const other = aJdk(version);
    expect(findJdk({ JAVA_HOME: other, PATH: "" })?.home).not.toBe(other);
  }
});
