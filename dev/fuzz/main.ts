// `npm run fuzz`: Schemathesis against a stack of its own, over every operation of the OpenAPI document. It ends by
// itself: after a fixed number of cases, or, with --minutes, when that time is up.
//
//   npm run fuzz [-- [--minutes N] [--seed N] [--operation ID]]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hasPython, NEEDS_PYTHON, pythonPrograms } from "../python.ts";
import { complain, heading, line } from "../say.ts";
import { CleanUp, startStack } from "../stack.ts";
import { loadSecrets, memoryFolder } from "../state.ts";
import { makeWorld } from "./world.ts";

/** The seed of a run that names none: the same cases every time. */
const SEED = "1";
/** Most random cases of an operation; boundary values come besides. */
const CASES = 5;

interface Options {
  seed: string;
  /** 0: until CASES of each operation have been tried. */
  minutes: number;
  operation: string | null;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string" },
      seed: { type: "string", default: SEED },
      operation: { type: "string" },
    },
  });
  return {
    seed: String(Number(values.seed)),
    minutes: Number(values.minutes ?? 0),
    operation: values.operation ?? null,
  };
}

/** Runs Schemathesis on the stack at `url`. Returns its exit code. */
function fuzz(url: string, variables: Record<string, string>, options: Options): number {
  const { seed, minutes, operation } = options;
  const programs = pythonPrograms(join(import.meta.dirname, "requirements.txt"));
  const args = [
    ["--config-file", join(import.meta.dirname, "schemathesis.toml")],
    ["run", `${url}/openapi.json`, "--seed", seed],
    // What depends on the time left is other cases on each machine: a run of a fixed number does without.
    minutes > 0
      ? ["--max-time", String(minutes * 60)]
      : ["--max-examples", String(CASES), "--phases", "examples,coverage,fuzzing"],
    operation === null ? [] : ["--include-operation-id", operation],
  ].flat();
  const env = { ...process.env, ...variables, PYTHONPATH: import.meta.dirname, FUZZ_SEED: seed };
  const { status, error } = spawnSync(join(programs, "schemathesis"), args, {
    env: { ...env, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (error) throw error;
  return status ?? 1;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (!hasPython() && process.env["REQUIRE_ALL"] !== "1") {
    console.log(`SKIPPED: the fuzzer ${NEEDS_PYTHON}`);
    return 0;
  }
  const stateDir = mkdtempSync(join(memoryFolder(), "slipway-fuzz-"));
  const cleanUp = new CleanUp();
  cleanUp.add(() => rmSync(stateDir, { recursive: true, force: true }));
  try {
    heading("Fuzzer");
    const flags = { once: false, tour: false, fresh: false, inspect: false };
    const stack = await startStack({ ...flags, stateDir, port: 0, host: null }, cleanUp);
    const { ADMIN_TOKEN } = loadSecrets(stateDir);
    const { world, variables } = await makeWorld(stack, ADMIN_TOKEN);
    const file = join(stateDir, "world.json");
    writeFileSync(file, JSON.stringify(world));
    line("Seed", options.seed);
    return fuzz(stack.url, { ...variables, FUZZ_WORLD: file }, options);
  } finally {
    await cleanUp.run();
  }
}

try {
  process.exit(await main());
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
