// `npm run check`: runs all automatic checks of the code, even after one has failed.
//
//   npm run check [-- --no-tests | --quick]
//     --no-tests: for a caller that just ran `npm test`
//     --quick: format, lint and types alone, as in `npm run verify`
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { complain, heading, line, quote, seconds } from "./say.ts";

const ROOT = join(import.meta.dirname, "..");

interface Check {
  name: string;
  /** Program of node_modules/.bin, or `node`, and its arguments. */
  command: [string, ...string[]];
  /** Whether its output is shown even if it passed. */
  tells?: true;
}

/** The checks that take seconds. */
const QUICK_CHECKS: Check[] = [
  { name: "format", command: ["oxfmt", "--check", "."] },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"] },
  { name: "types, Worker", command: ["tsc", "-p", "tsconfig.json"] },
  { name: "types, browser", command: ["tsc", "-p", "browser/tsconfig.json"] },
  { name: "types, SDK's worker", command: ["tsc", "-p", "browser/worker/tsconfig.json"] },
  { name: "types, Node", command: ["tsc", "--noEmit", "-p", "builder/tsconfig.json"] },
];

const OTHER_CHECKS: Check[] = [
  { name: "dead code", command: ["knip"] },
  { name: "OpenAPI", command: ["node", "dev/openapi.ts"] },
  { name: "OpenAPI lint", command: ["redocly", "lint", "dist/openapi.json"] },
  {
    name: "deploy",
    command: ["wrangler", "deploy", "--dry-run", "--outdir", "dist/worker", "--metafile"],
  },
  // Must follow the dry run of the deployment, whose bundle it reads.
  { name: "budgets", command: ["node", "dev/budgets.ts"], tells: true },
];

const TESTS: Check = { name: "tests", command: ["vitest", "run"] };

/** Says nothing to anyone outside. */
const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  REDOCLY_TELEMETRY: "off",
  REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
};

/** Runs one check. Prints its output if it failed or is marked as worth reading. */
function passes({ name, command: [program, ...args], tells }: Check): boolean {
  const begin = performance.now();
  const path = `${join(ROOT, "node_modules", ".bin")}:${process.env["PATH"] ?? ""}`;
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, ...QUIET, PATH: path },
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: Infinity,
  });
  const took = seconds(performance.now() - begin);
  if (status === 0) {
    line(name, `passed  (${took})`);
    if (tells) process.stdout.write(stdout);
    return true;
  }
  complain(`${name} failed  (${took})`);
  quote(error?.message ?? stdout + stderr);
  return false;
}

const { tests, quick } = parseArgs({
  allowNegative: true,
  options: {
    tests: { type: "boolean", default: true },
    quick: { type: "boolean", default: false },
  },
}).values;

heading("Checks");
const checks = quick ? QUICK_CHECKS : [...QUICK_CHECKS, ...OTHER_CHECKS, ...(tests ? [TESTS] : [])];
const failed = checks.filter((check) => !passes(check)).map(({ name }) => name);
console.log(failed.length === 0 ? "\nAll passed." : `\nFailed: ${failed.join(", ")}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
