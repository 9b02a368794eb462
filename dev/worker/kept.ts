// Folders in which what took long to make is kept, each under the hash of what it is made of: the oldest is forgotten.
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** Before the names of what is being made, and no part of what is kept yet. */
export const UNFINISHED = "unfinished-";

/** Leaves the newest `most` of what `folder` keeps. */
export function forgetOldest(folder: string, most: number): void {
  const kept = readdirSync(folder)
    .filter((name) => !name.startsWith(UNFINISHED))
    .map((name) => join(folder, name))
    // What another process forgot meanwhile has no time any more.
    .map((path) => ({ path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((a, b) => b.at - a.at);
  for (const { path } of kept.slice(most)) rmSync(path, { recursive: true, force: true });
}
