// Starts the real local stack for tests: `dev/start.ts` as a process of its own, on a free port and a new state
// folder unless the test says otherwise.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, vi } from "vitest";
import { memoryFolder, StackNote } from "../../dev/state.ts";
import { Printed } from "../support/printed.ts";

const START = join(import.meta.dirname, "../../dev/start.ts");
/** Longest a start may take on a loaded machine, ms. */
const READY_WITHIN_MS = 150_000;

export interface RunningStack {
  process: ChildProcess;
  stateDir: string;
  /** What it printed so far, to stdout and stderr. */
  printed: Printed;
  /** stack.json as it is now; null when it is not there. */
  note: () => StackNote | null;
  /** stack.json once it is there. */
  ready: () => Promise<StackNote>;
  /** Its exit code, once it ended. */
  ended: Promise<number | null>;
  /** Ctrl-C; waits for the end. */
  stop: () => Promise<number | null>;
}

const made: string[] = [];
function newStateDir(): string {
  const folder = mkdtempSync(join(memoryFolder(), "slipway-stack-"));
  made.push(folder);
  return folder;
}

const started: RunningStack[] = [];
afterAll(async () => {
  await Promise.all(started.map(async ({ stop }) => stop()));
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** Starts a stack with these arguments; it is stopped after the file's last test at the latest. */
export function startStack(
  args: string[] = ["--no-tour"],
  env: Record<string, string> = {},
): RunningStack {
  const stateDir = env["STATE_DIR"] ?? newStateDir();
  const child = spawn(process.execPath, [START, ...args], {
    env: { ...process.env, PORT: "0", ...env, STATE_DIR: stateDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = new Printed(child.stdout, child.stderr);
  const ended = once(child, "close").then(([code]) => code as number | null);
  const file = join(stateDir, "stack.json");
  const note = () =>
    existsSync(file) ? StackNote.parse(JSON.parse(readFileSync(file, "utf8"))) : null;
  const stop = async () => {
    child.kill("SIGINT");
    return ended;
  };
  const died = ended.then((code) => {
    throw new Error(`The stack ended (${code}). It printed:\n${printed.text}`);
  });
  // `ready` rejects with this error; when nobody waits for it, it is no unhandled rejection.
  died.catch(() => {});
  const appears = () =>
    vi.waitFor(
      () => {
        const now = note();
        if (now === null) throw new Error(`The stack is not ready. It printed:\n${printed.text}`);
        return now;
      },
      { timeout: READY_WITHIN_MS, interval: 50 },
    );
  const ready = () => Promise.race([appears(), died]);
  const stack = { process: child, stateDir, printed, note, ready, ended, stop };
  started.push(stack);
  return stack;
}

/** Whether the process runs; a dead one that nobody waited for yet does not. */
export function isRunning(pid: number | null): boolean {
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = `/proc/${pid}/status`;
  return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, "utf8"));
}
