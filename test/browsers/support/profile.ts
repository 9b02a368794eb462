// The folder in which a browser keeps all it has: new for each, and gone with it.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { memoryFolder } from "../../../dev/state.ts";

/** Attempts to empty a folder into which a process that ends may still write. */
const ATTEMPTS = 10;
const RETRY_DELAY_MS = 100;

export interface Profile {
  folder: string;
  remove: () => void;
}

export function newProfile(): Profile {
  const folder = mkdtempSync(join(memoryFolder(), "slipway-browser-"));
  const options = {
    recursive: true,
    force: true,
    maxRetries: ATTEMPTS,
    retryDelay: RETRY_DELAY_MS,
  };
  return { folder, remove: () => rmSync(folder, options) };
}
