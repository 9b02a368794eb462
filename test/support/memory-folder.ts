// Where workerd keeps what tests store: in memory, where the system has a folder for that. On a disk, each write of an object
// or of the database has workerd's only thread wait until it is there, some 250 times for each second of work. What these tests
// store ends with their workerd, so nothing is lost by not waiting.
import { accessSync, constants, statfsSync } from "node:fs";

/** Linux keeps the files of this folder in memory. Other systems have none, and containers a small one. */
const FOLDER = "/dev/shm";
/** Free bytes that it must have: several times what a whole run stores, for two workerds at once. */
const LEAST_BYTES = 2 * 1024 ** 3;

/** The folder, if it is there, may be written and is large enough; otherwise null. */
export function memoryFolder(): string | null {
  try {
    const { bavail, bsize } = statfsSync(FOLDER);
    accessSync(FOLDER, constants.W_OK);
    return bavail * bsize < LEAST_BYTES ? null : FOLDER;
  } catch {
    return null;
  }
}
