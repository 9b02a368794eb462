// Runs other programs. None outlives this process: those still running are ended with it, and a Java that reads its
// input sees that end even where this process was killed without a word.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { text } from "node:stream/consumers";

export interface Ended {
  /** Whether its exit code was 0. */
  ok: boolean;
  out: string;
  err: string;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * Runs a program to its end, or for `timeout` ms at the longest.
 * @throws when it can't be started
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { timeout, env }: { timeout?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = spawn(program, args, { env: env ?? process.env, timeout });
  running.add(child);
  const code = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  try {
    const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), code]);
    return { ok: status === 0, out, err };
  } finally {
    running.delete(child);
  }
}
