// Keeps a child process running: it is started again, with backoff, until it is stopped. Each child leads its own
// process group, so that Ctrl-C in a terminal reaches only the supervisor, and has an IPC channel, which closes when
// the supervisor ends.
import { spawn, type ChildProcess } from "node:child_process";

/** Wait before the first restart, ms, doubled at each further one. */
const FIRST_BACKOFF_MS = 200;
/** Longest wait between two starts, ms, so that a repaired fault shows within seconds. */
const MAX_BACKOFF_MS = 5_000;
/** A child that ran for this time was healthy, ms: its next end counts as the first. */
const WELL_AFTER_MS = 10_000;

export interface Program {
  /** Arguments for this Node: a script and what follows it. */
  args: string[];
  env?: Record<string, string>;
  /** Descriptor of the file that takes its output. */
  log: number;
  /** How long it may take to end after SIGTERM, ms. */
  graceMs: number;
  onStart: (child: ChildProcess) => void;
  onEnd: (how: string) => void;
}

export interface Kept {
  /** Asks the child to end (SIGTERM), insists after its grace (SIGKILL), and waits for it. */
  stop: () => Promise<void>;
}

/** Delay before start number `failures + 1`, ms. */
export function backoff(failures: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), MAX_BACKOFF_MS);
}

/** Starts the program and keeps it running until `stop`. */
export function keepRunning(program: Program): Kept {
  const ended = Promise.withResolvers<void>();
  let child: ChildProcess | null = null;
  let again: NodeJS.Timeout | undefined;
  let failures = 0;
  let stopping = false;

  const start = (): void => {
    const startedAt = performance.now();
    const running = spawn(process.execPath, program.args, {
      env: { ...process.env, ...program.env },
      stdio: ["ignore", program.log, program.log, "ipc"],
      detached: true,
    });
    child = running;
    running.once("exit", (code, signal) => {
      child = null;
      // Its own children must end too, since the next start needs their port.
      killGroup(running);
      if (stopping) return ended.resolve();
      program.onEnd(signal ?? `exit code ${code}`);
      failures = performance.now() - startedAt > WELL_AFTER_MS ? 1 : failures + 1;
      again = setTimeout(start, backoff(failures));
      return undefined;
    });
    program.onStart(running);
  };

  const stop = async (): Promise<void> => {
    stopping = true;
    clearTimeout(again);
    const running = child;
    if (running === null) return;
    running.kill("SIGTERM");
    const insist = setTimeout(() => killGroup(running), program.graceMs);
    await ended.promise;
    clearTimeout(insist);
  };

  start();
  return { stop };
}

function killGroup(leader: ChildProcess): void {
  if (leader.pid === undefined) return;
  try {
    process.kill(-leader.pid, "SIGKILL");
  } catch {
    // The group is empty already.
  }
}
