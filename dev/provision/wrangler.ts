// Runs the project's own wrangler, with the configuration and the account of this deployment.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { z } from "zod";

/** The program itself: wrangler/bin starts it as a process of its own, and says 0 of one that a signal has ended. */
const WRANGLER = join(import.meta.dirname, "../../node_modules/wrangler/wrangler-dist/cli.js");

/** A line of the file in which wrangler notes for programs what it did. */
const Note = z.union([
  z.object({ type: z.literal("deploy"), targets: z.array(z.string()).default([]) }),
  z.object({ type: z.literal("command-failed"), code: z.unknown(), message: z.string() }),
  z.object({ type: z.string() }),
]);
type Note = z.infer<typeof Note>;

/** A command of wrangler failed. `code` is that of Cloudflare's API, where it refused; the message is wrangler's. */
export class WranglerFailed extends Error {
  readonly code: number | null;
  constructor(message: string, code: number | null) {
    super(message);
    this.code = code;
  }
}

export interface Ran {
  /** What it printed; empty where the terminal got it. */
  output: string;
  /** Where the Worker is now, as host names and triggers, after a deployment. */
  targets: string[];
}

export interface Run {
  /** Its standard input. */
  input?: string;
  /** Whether it prints to this terminal and may ask there, instead of being read. */
  isShown?: boolean;
}

/** What ends a program that is run at a terminal. */
const ENDS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Hands signals on to wrangler instead of ending by them, so that what the caller does at the end is done: secrets leave the
 * folder for temporary files, and wrangler.toml is as it was.
 * `release` undoes it; `got` says which signal came, if any.
 */
function handOnSignals(child: ChildProcess): {
  release: () => void;
  got: () => NodeJS.Signals | null;
} {
  let got: NodeJS.Signals | null = null;
  const handOn = (signal: NodeJS.Signals) => {
    got = signal;
    child.kill(signal);
  };
  for (const signal of ENDS) process.on(signal, handOn);
  const release = () => {
    for (const signal of ENDS) process.off(signal, handOn);
  };
  return { release, got: () => got };
}

function readNotes(path: string): Note[] {
  try {
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.filter((each) => each !== "").map((each) => Note.parse(JSON.parse(each)));
  } catch {
    return [];
  }
}

function failure(args: readonly string[], notes: Note[], output: string): WranglerFailed {
  const failed = notes.find((note) => note.type === "command-failed");
  const code = failed && "code" in failed && typeof failed.code === "number" ? failed.code : null;
  const said = failed && "message" in failed ? failed.message : output.trim();
  return new WranglerFailed(`wrangler ${args.slice(0, 3).join(" ")}: ${said}`, code);
}

/**
 * Runs one command for the Worker of `config`, a wrangler.toml.
 * @param accountId the account it works in; null: wrangler's own choice
 * @throws WranglerFailed
 */
export async function runWrangler(
  config: string,
  accountId: string | null,
  args: readonly string[],
  { input, isShown = false }: Run = {},
): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-wrangler-"));
  const notesPath = join(folder, "notes.ndjson");
  try {
    const child = spawn(
      process.execPath,
      ["--no-warnings", WRANGLER, ...args, "--config", config],
      {
        env: {
          ...process.env,
          ...(accountId === null ? {} : { CLOUDFLARE_ACCOUNT_ID: accountId }),
          WRANGLER_OUTPUT_FILE_PATH: notesPath,
          WRANGLER_SEND_METRICS: "false",
        },
        stdio: isShown
          ? [input === undefined ? "inherit" : "pipe", "inherit", "inherit"]
          : [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      },
    );
    const signals = handOnSignals(child);
    const status = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    child.stdin?.end(input);
    const read = async (stream: Readable | null) => (stream ? text(stream) : "");
    const [out, err] = await Promise.all([read(child.stdout), read(child.stderr)]);
    const hasFailed = (await status.finally(signals.release)) !== 0;
    const notes = readNotes(notesPath);
    const signal = signals.got();
    if (signal !== null) throw new WranglerFailed(`ended by ${signal}`, null);
    if (hasFailed) throw failure(args, notes, `${out}${err}`);
    const deployed = notes.find((note) => note.type === "deploy");
    return {
      output: out,
      targets: deployed && "targets" in deployed ? deployed.targets : [],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
