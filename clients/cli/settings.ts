// The user's configuration: which deployment, and by which key. One file that only the user can read.
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Failure } from "./failure.ts";

/** Whom we talk to, and by which key. */
export interface Access {
  /** Origin of the deployment. */
  url: string;
  key: string;
}

/** The folder of the user's configuration: XDG's, or on Windows that of roaming applications. */
export function settingsFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === "win32") {
    return join(env["APPDATA"] || join(homedir(), "AppData", "Roaming"), "slipway");
  }
  return join(env["XDG_CONFIG_HOME"] || join(env["HOME"] || homedir(), ".config"), "slipway");
}

/** The file with address and key. */
export function settingsFile(env: NodeJS.ProcessEnv): string {
  return join(settingsFolder(env), "config.json");
}

/** Writes a file of the configuration, whole or not at all, for the user alone. */
export function writePrivate(folder: string, name: string, value: unknown): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `${name}.${process.pid}.tmp`);
  // a draft left by a crash may have another mode, which writing to it would keep
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  chmodSync(draft, 0o600);
  renameSync(draft, join(folder, name));
}

/** Keeps address and key. */
export function keepAccess(env: NodeJS.ProcessEnv, access: Access): void {
  writePrivate(settingsFolder(env), "config.json", access);
}

/** Forgets address and key; tells whether there were any. */
export function forgetAccess(env: NodeJS.ProcessEnv): boolean {
  const had = keptAccess(env) !== null;
  rmSync(settingsFile(env), { force: true });
  return had;
}

/** The address and key that were kept; null without them, or where the file is none of ours. */
export function keptAccess(env: NodeJS.ProcessEnv): Access | null {
  try {
    const kept: unknown = JSON.parse(readFileSync(settingsFile(env), "utf8"));
    return isAccess(kept) ? kept : null;
  } catch {
    return null;
  }
}

function isAccess(value: unknown): value is Access {
  if (typeof value !== "object" || value === null) return false;
  const { url, key } = value as Partial<Record<string, unknown>>;
  return typeof url === "string" && typeof key === "string";
}

/**
 * Whom to talk to: what the environment says comes before what was kept. A kept key goes to the deployment that it is
 * for, and to no other that the environment names.
 * @throws Failure of the kind `key` where nobody has signed in
 */
export function accessOf(env: NodeJS.ProcessEnv): Access {
  const kept = keptAccess(env);
  const named = env["SLIPWAY_URL"] ? originOf(env["SLIPWAY_URL"], "SLIPWAY_URL") : null;
  const url = named ?? kept?.url ?? null;
  if (url === null) throw new Failure("key", "Nobody is signed in. Do: slipway login --url <URL>");
  const given = env["SLIPWAY_KEY"];
  if (given) return { url, key: requireKey(given) };
  if (kept === null || kept.url !== url) {
    throw new Failure("key", `Nobody is signed in to ${url}. Do: slipway login --url ${url}`);
  }
  return kept;
}

/**
 * The origin of a deployment's address. It has to be https, since the key goes there; only this machine may be http.
 * @throws Failure of the kind `usage`
 */
export function originOf(text: string, name: string): string {
  const url = urlOf(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "") {
    throw new Failure("usage", `${name} must be an address such as https://slipway.example.`);
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new Failure(
      "usage",
      `${name} must be https: anybody on the way could read the key that is sent to ${url.host}.`,
    );
  }
  return url.origin;
}

/** The URL that a text is, which may leave out the scheme; null for none. */
export function urlOf(text: string): URL | null {
  const whole = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  return URL.canParse(whole) ? new URL(whole) : null;
}

/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/**
 * A key as a header can carry it.
 * @throws Failure of the kind `usage`
 */
export function requireKey(text: string): string {
  const key = text.trim();
  if (/^[!-~]{8,500}$/.test(key)) return key;
  throw new Failure("usage", "That is no API key: one is printable ASCII, such as sw_live_...");
}
