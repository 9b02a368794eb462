// The command line at a terminal, by `script`, which gives it one.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { vi } from "vitest";
import { MAIN } from "./cli-process.ts";

/** Whether there is a `script`, as on Linux. */
export const hasTerminal = spawnSync("script", ["--version"]).status === 0;

/**
 * Runs the program at a terminal: whenever the terminal shows the first of a pair, the second is typed. Returns all that the
 * terminal showed, and the exit code.
 */
export async function atTerminal(
  args: string[],
  env: Record<string, string>,
  typed: readonly (readonly [shown: string, typed: string])[],
): Promise<{ code: number | null; shown: string }> {
  const words = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qec", words, "/dev/null"], {
    env: { ...process.env, TERM: "xterm", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (shown += text));
  const closed = once(child, "close");
  for (const [wanted, text] of typed) {
    const isShown = () => {
      if (!shown.includes(wanted))
        throw new Error(`The terminal does not show ${wanted}: ${shown}`);
    };
    await vi.waitFor(isShown, { timeout: 20_000, interval: 20 });
    child.stdin.write(text);
  }
  const [code] = await closed;
  return { code: code as number | null, shown };
}
