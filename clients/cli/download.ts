// Saves a build's file: under another name until all of it is there and has the digest that the API says.
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { reasonOf } from "./api.ts";
import { Failure } from "./failure.ts";

/** What no file's name has on one system or another. */
const FORBIDDEN = /[\p{Cc}<>:"/\\|?*]/gu;

/** The path at which a file is saved: what was asked for, or in this folder by the name that the API has for it. */
export function pathFor(out: string | null, fileName: string): string {
  const name = basename(fileName).replaceAll(FORBIDDEN, "_").replace(/^\.+/, "_") || "app";
  if (out === null) return resolve(name);
  const isFolder = out.endsWith("/") || (existsSync(out) && statSync(out).isDirectory());
  return isFolder ? resolve(out, name) : resolve(out);
}

/** Refuses a path into a folder that is not there, or to what is no file, before anything is built for it. */
export function requireFolder(out: string | null): void {
  if (out === null) return;
  const folder = out.endsWith("/") ? out : dirname(resolve(out));
  const there = existsSync(out) ? statSync(out) : null;
  if (there !== null && !there.isFile() && !there.isDirectory()) {
    // a device would be replaced by the file
    throw new Failure("usage", `${out} is no file: it is not replaced.`);
  }
  if (existsSync(folder)) return;
  throw new Failure("usage", `There is no folder ${folder} to save the file in.`);
}

/**
 * Saves what is at `url` as `path`.
 * @throws Failure where it does not come, or is not what `sha256` says; nothing is left at `path` then
 */
export async function save(
  url: string,
  path: string,
  sha256: string | null,
  signal: AbortSignal,
): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    const digest = await store(url, draft, signal);
    if (sha256 !== null && digest !== sha256) {
      throw new Failure(
        "failed",
        `The file that came has the SHA-256 ${digest}, and the build's has ${sha256}: it was not kept.`,
      );
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    signal.throwIfAborted();
    throw error;
  }
}

/** Stores what comes, and returns its SHA-256. */
async function store(url: string, draft: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    throw new Failure(
      "unavailable",
      `The file did not come: ${new URL(url).host} ${reasonOf(error)}.`,
    );
  });
  if (!response.ok || response.body === null) {
    throw new Failure("unavailable", `The file did not come: it was answered ${response.status}.`);
  }
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform: (chunk: Uint8Array, _, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(Readable.from(response.body), hashing, createWriteStream(draft), {
      signal,
    });
  } catch (error) {
    if (isOfDisk(error)) throw error;
    throw new Failure("unavailable", "The file did not come whole: the connection broke.");
  }
  return hash.digest("hex");
}

function isOfDisk(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "path" in error;
}
