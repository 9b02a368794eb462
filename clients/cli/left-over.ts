// Notes of webhooks that this machine listens by. A note is written before its webhook is made, so that one that a crash
// left over is found and deleted at the next start.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Api } from "./api.ts";
import { Failure } from "./failure.ts";
import { settingsFolder, writePrivate } from "./settings.ts";

/** What is known of a listener before its webhook is. */
export interface Note {
  /** The last part of the path that the webhook delivers to, which no other has. */
  mark: string;
  /** Origin of the deployment. */
  url: string;
  /** Where the webhook is one of: the path of the account's webhooks or of an app's. */
  path: string;
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

/** More than an account may have webhooks. */
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
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<number> {
  // the home may be shared, and another machine's listener can't be asked whether it lives
  const notes = notesOf(env).filter(({ url, host }) => url === api.url && host === hostname());
  const alive = await Promise.all(notes.map(isAlive));
  const dead = Map.groupBy(
    notes.filter((_, at) => !alive[at]),
    ({ path }) => path,
  );
  let removed = 0;
  for (const [path, gone] of dead) {
    const webhooks = await webhooksAt(api, path, signal);
    for (const { mark, at } of gone) {
      const webhook = webhooks.find(({ url }) => url.endsWith(`/${mark}`));
      if (webhook !== undefined) {
        await api.call("DELETE", `${path}/${webhook.id}`, { signal });
        removed++;
      }
      // another account's is left to its own key
      if (webhook !== undefined || Date.now() - at > MAX_AGE_MS) unnote(env, mark);
    }
  }
  return removed;
}

/** The webhooks at a path; none where its app is gone, or is another account's. */
async function webhooksAt(api: Api, path: string, signal: AbortSignal): Promise<Webhook[]> {
  // an app's come all at once, the account's in pages
  const query = path.startsWith("/api/v1/push/") ? "" : `?per_page=${PER_PAGE}`;
  try {
    return (await api.call<{ data: Webhook[] }>("GET", path + query, { signal })).data;
  } catch (error) {
    if (error instanceof Failure && error.facts["status"] === 404) return [];
    throw error;
  }
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
