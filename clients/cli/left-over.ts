// Notes of webhooks that this machine listens by. A note is written before its webhook is made, so that one that a crash
// left over is found and deleted at the next start.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Api } from "./api.ts";
import { settingsFolder, writePrivate } from "./settings.ts";

/** What is known of a listener before its webhook is. */
export interface Note {
  /** The last part of the path that the webhook delivers to, which no other has. */
  mark: string;
  /** Origin of the deployment. */
  url: string;
  port: number;
}

/** A note as it is kept: by which machine, and when. */
interface Noted extends Note {
  host: string;
  at: number;
}

interface Webhook {
  id: string;
  url: string;
}

const PER_PAGE = 100;
/** Longest that another listener may take to say that it is there, ms. */
const ALIVE_WITHIN_MS = 1000;
/** How old a note may get whose webhook this key does not see, ms. */
const MAX_AGE_MS = 7 * 24 * 3600 * 1000;

const folderOf = (env: NodeJS.ProcessEnv): string => join(settingsFolder(env), "listening");

/** Notes a listener. */
export function note(env: NodeJS.ProcessEnv, listener: Note): void {
  writePrivate(folderOf(env), `${listener.mark}.json`, {
    ...listener,
    host: hostname(),
    at: Date.now(),
  });
}

/** Removes the note of a listener whose webhook is gone. */
export function unnote(env: NodeJS.ProcessEnv, mark: string): void {
  rmSync(join(folderOf(env), `${mark}.json`), { force: true });
}

/** Deletes the webhooks of listeners that are there no more; returns how many there were. */
export async function removeLeftOver(
  api: Api,
  path: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<number> {
  // the home may be shared, and another machine's listener can't be asked whether it lives
  const notes = notesOf(env).filter(({ url, host }) => url === api.url && host === hostname());
  const alive = await Promise.all(notes.map(isAlive));
  const dead = notes.filter((_, at) => !alive[at]);
  if (dead.length === 0) return 0;
  const query = `${path}?per_page=${PER_PAGE}`;
  const { data } = await api.call<{ data: Webhook[] }>("GET", query, { signal });
  let removed = 0;
  for (const { mark, at } of dead) {
    const webhook = data.find(({ url }) => url.endsWith(`/${mark}`));
    if (webhook !== undefined) {
      await api.call("DELETE", `${path}/${webhook.id}`, { signal });
      removed++;
    }
    // another account's is left to its own key
    if (webhook !== undefined || Date.now() - at > MAX_AGE_MS) unnote(env, mark);
  }
  return removed;
}

function notesOf(env: NodeJS.ProcessEnv): Noted[] {
  const folder = folderOf(env);
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => {
        const said = JSON.parse(readFileSync(join(folder, name), "utf8")) as Noted;
        return /^[\w-]{16,}$/.test(said.mark) ? [said] : [];
      });
  } catch {
    return [];
  }
}

/** Whether the listener still answers at its port. */
async function isAlive({ port, mark }: Note): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ALIVE_WITHIN_MS);
    const response = await fetch(`http://127.0.0.1:${port}/${mark}`, { signal });
    return (await response.text()) === mark;
  } catch {
    return false;
  }
}
