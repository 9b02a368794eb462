// Runs the Worker for the supervisor, in a host process that is kept running, and reports workerd's own pid.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { keepRunning, type Kept } from "../keep.ts";
import { HOST } from "../port.ts";
import { complain } from "../say.ts";
import { openLog, readNote } from "../state.ts";
import { INSPECT, VARS, type HostMessage } from "./messages.ts";

/** How long the host may take to close workerd and the databases, ms. */
const GRACE_MS = 5_000;

export interface WorkerOptions {
  /** Absolute path of wrangler.toml. */
  config: string;
  stateDir: string;
  /** Path of the bundled main module. */
  bundle: string;
  port: number;
  /** Variables of this stack, over those of wrangler.toml. */
  vars?: Record<string, string>;
  /** Let a debugger attach to workerd. */
  inspect?: boolean;
  /** Called with workerd's pid each time it is ready, and with null when it ends. */
  onPid: (pid: number | null) => void;
}

/**
 * Starts the Worker.
 * @returns once it answers
 * @throws when the first start fails; `started` is called before that, for the clean-up.
 */
export async function startWorker(
  options: WorkerOptions,
  started: (kept: Kept) => void,
): Promise<void> {
  const up = Promise.withResolvers<void>();
  const log = openLog(options.stateDir, "worker");
  const host = join(import.meta.dirname, "host.ts");
  const kept = keepRunning({
    args: [host, options.config, options.stateDir, options.bundle, String(options.port)],
    env: { [VARS]: JSON.stringify(options.vars ?? {}), [INSPECT]: options.inspect ? "1" : "" },
    log: log.fd,
    graceMs: GRACE_MS,
    onStart: (child) => {
      child.on("message", (message: HostMessage) => {
        if (message.type === "failed") return up.reject(new Error(message.message));
        options.onPid(message.pid);
        return up.resolve();
      });
    },
    onEnd: (how) => {
      options.onPid(null);
      complain(`The Worker's host ended (${how}); it is started again.`);
      up.reject(new Error(`The Worker's host ended (${how}); see ${log.path}.`));
    },
  });
  started(kept);
  await up.promise;
}

/**
 * Ends the workerd of a stack on the same STATE_DIR whose supervisor and host were both killed: it would
 * go on writing the databases. Only a process that is surely that one is touched.
 */
export function endLeftoverWorker(stateDir: string): void {
  const note = readNote(stateDir);
  const pid = note?.pids.worker;
  if (!note || !pid) return;
  try {
    const command = execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
    const address = `${HOST}:${new URL(note.url).port}`;
    if (command.includes("workerd") && command.includes(address)) process.kill(pid, "SIGKILL");
  } catch {
    // No such process (or no ps): nothing is left over.
  }
}
