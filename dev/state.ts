// The files of a stack in STATE_DIR: its secrets and tokens (readable only by their owner), stack.json for scripts, the
// lock against a second stack, and the logs. And where the state of a stack is that only a test uses.
import {
  accessSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { makeSecrets, type Secrets } from "./secrets.ts";

/** Read and write for the owner, nothing for others. */
const PRIVATE = 0o600;
/** Linux keeps the files of this folder in memory. Other systems have none, and containers a small one. */
const IN_MEMORY = "/dev/shm";
/** Free bytes that it must have: several times what a whole run of the tests stores. */
const LEAST_IN_MEMORY_BYTES = 2 * 1024 ** 3;

/** stack.json: what a script needs to use a stack that is up. */
export const StackNote = z.object({
  url: z.string(),
  admin_token: z.string(),
  api_token: z.string(),
  builder_token: z.string(),
  /** Where the stand-in push providers are. */
  providers_url: z.string(),
  /** The address that opens the dashboard, signed in as the owner of the account. */
  dashboard_url: z.string(),
  /** The real processes: workerd itself, the builder, the stand-in push providers. */
  pids: z.object({
    worker: z.int().nullable(),
    builder: z.int().nullable(),
    providers: z.int().nullable(),
  }),
});
export type StackNote = z.infer<typeof StackNote>;

/** The tokens from the operators' API, which are kept for the next start. */
export const Tokens = z.object({ api_token: z.string(), builder_token: z.string() });
export type Tokens = z.infer<typeof Tokens>;

const paths = (stateDir: string) => ({
  secrets: join(stateDir, "secrets.json"),
  tokens: join(stateDir, "tokens.json"),
  note: join(stateDir, "stack.json"),
  lock: join(stateDir, "stack.pid"),
  logs: join(stateDir, "logs"),
});

/** Returns the parsed JSON of a file, or null if it does not exist or has another form. */
function readJson<T>(path: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}

/** Writes a file atomically. */
function writeJson(path: string, value: unknown): void {
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: PRIVATE });
  renameSync(draft, path);
}

/** Returns the Worker's secrets: the earlier ones, and new ones for new names. */
export function loadSecrets(stateDir: string): Secrets {
  const path = paths(stateDir).secrets;
  const secrets = { ...makeSecrets(), ...readJson(path, z.record(z.string(), z.string())) };
  writeJson(path, secrets);
  return secrets;
}

export function readTokens(stateDir: string): Tokens | null {
  return readJson(paths(stateDir).tokens, Tokens);
}

export function writeTokens(stateDir: string, tokens: Tokens): void {
  writeJson(paths(stateDir).tokens, tokens);
}

export function readNote(stateDir: string): StackNote | null {
  return readJson(paths(stateDir).note, StackNote);
}

export function writeNote(stateDir: string, note: StackNote): void {
  writeJson(paths(stateDir).note, note);
}

export function removeNote(stateDir: string): void {
  rmSync(paths(stateDir).note, { force: true });
}

/** Opens an empty log file; returns its path and descriptor. */
export function openLog(stateDir: string, name: string): { path: string; fd: number } {
  const { logs } = paths(stateDir);
  mkdirSync(logs, { recursive: true });
  const path = join(logs, `${name}.log`);
  return { path, fd: openSync(path, "w") };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Takes STATE_DIR for this process; what it returns gives it back.
 * @throws when another stack that is still up holds it: two would write the same databases.
 */
export function lockState(stateDir: string): () => void {
  const { lock } = paths(stateDir);
  const inUse = (holder: number | null) =>
    new Error(
      `Another stack (process ${holder}) uses ${stateDir}. Stop it, set STATE_DIR to another ` +
        `folder, or delete ${lock} if that process is no stack.`,
    );
  mkdirSync(stateDir, { recursive: true });
  const holder = readJson(lock, z.int());
  if (holder !== null && holder !== process.pid && isAlive(holder)) throw inUse(holder);
  // A stack that was killed has left its lock behind.
  rmSync(lock, { force: true });
  try {
    // the second of two that start at once finds the first one's
    writeFileSync(lock, `${process.pid}\n`, { mode: PRIVATE, flag: "wx" });
  } catch {
    throw inUse(readJson(lock, z.int()));
  }
  return () => rmSync(lock, { force: true });
}

/** Empties STATE_DIR of everything a stack made. */
export function wipeState(stateDir: string): void {
  const { secrets, tokens, note, logs } = paths(stateDir);
  for (const path of [
    secrets,
    tokens,
    note,
    logs,
    join(stateDir, "worker"),
    join(stateDir, "tour"),
  ]) {
    rmSync(path, { recursive: true, force: true });
  }
}

/**
 * Returns the folder for what a test or the fuzzer stores: in memory, if there is such a folder, and it is large enough; otherwise
 * that of temporary files. On a disk, each write of an object or of the database has workerd's only thread wait until it is there,
 * some 250 times for each second of work. What a killed process stored stays in either.
 */
export function memoryFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    accessSync(IN_MEMORY, constants.W_OK);
    return bavail * bsize < LEAST_IN_MEMORY_BYTES ? tmpdir() : IN_MEMORY;
  } catch {
    return tmpdir();
  }
}
