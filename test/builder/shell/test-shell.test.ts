// How `npm run test:shell` takes its arguments, and what it does where Java or Maven is missing. What it runs are the
// tests in builder/shell/test.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findJdk } from "../../../builder/shell/test/jdk.ts";
import { casesOf } from "../../../builder/shell/test/level.ts";

const SCRIPT = join(import.meta.dirname, "../../../builder/shell/test/run.ts");

/** Runs the script where no program is found. */
function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [SCRIPT, ...args], {
    encoding: "utf8",
    env: { PATH: "", ...env },
  });
}

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-jdk-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A folder that looks like a JDK of this version. */
function aJdk(version: string): string {
  const home = aFolder();
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
  ["NoTest", "NoTest is no test of the shell; there are ArrivalTest, "],
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

/** Whether a process is there that is not only waiting to be forgotten. */
function isAlive(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && !/\) Z /.test(readFileSync(file, "utf8"));
}

test.runIf(existsSync("/proc/self/stat"))(
  "a run that is ended ends what it started and leaves nothing behind",
  async () => {
    const [bin, temporary] = [aFolder(), aFolder()];
    // Maven that fetches without end, once asked for more than its version; it says so by its process id.
    const script = `#!/bin/sh\ncase "$*" in *--version*) exit 0;; esac\necho $$ > "${join(temporary, "pid")}"\nexec sleep 1000\n`;
    writeFileSync(join(bin, "mvn"), script, {
      mode: 0o755,
    });
    const env = {
      PATH: `${bin}:/usr/bin:/bin`,
      JAVA_HOME: aJdk("25.0.1"),
      XDG_CACHE_HOME: aFolder(),
      TMPDIR: temporary,
    };
    const child = spawn(process.execPath, [SCRIPT], { env, stdio: "ignore" });
    const exited = once(child, "exit");
    const pidFile = join(temporary, "pid");
    await expect
      .poll(() => existsSync(pidFile) && readFileSync(pidFile, "utf8"), {
        timeout: 20_000,
      })
      .toMatch(/^\d+\n$/);
    const maven = Number(readFileSync(pidFile, "utf8"));
    expect(isAlive(maven)).toBe(true);
    child.kill("SIGTERM");
    expect(await exited).toEqual([143, null]);
    await expect.poll(() => isAlive(maven)).toBe(false);
    expect(readdirSync(temporary)).toEqual(["pid"]);
  },
  30_000,
);

const CASE = '{"name":"BackTest.leaves","failure":null}';
const DONE = '{"done":true}';

test.each([
  ["nothing at all", ""],
  ["the end before the last case", `${CASE}\n`],
  ["half a case", `${CASE}\n{"name":"Ba`],
  ["a crash of the JVM", `${CASE}\n#\n# A fatal error has been detected\n`],
  ["a word between the cases", `${CASE}\nhello\n${DONE}\n`],
])("%s counts as one failed case", (_name, out) => {
  const cases = casesOf(out, "SIGSEGV");
  expect(cases.filter(({ failure }) => failure !== null)).toEqual([
    { name: "The JVM", failure: expect.stringContaining("SIGSEGV") },
  ]);
  expect(cases.filter(({ failure }) => failure === null)).toHaveLength(out === "" ? 0 : 1);
});

test("a run to the end counts what it says", () => {
  expect(casesOf(`${CASE}\n${DONE}\n`, "a warning")).toEqual([JSON.parse(CASE)]);
});
