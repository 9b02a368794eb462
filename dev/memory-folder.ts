// Where tests and the fuzzer let a stack keep its state: in memory, where the system has a folder for that. On a disk, each write
// of an object or of the database has workerd's only thread wait until it is there, some 250 times for each second of work. A
// process that is killed leaves its files there as on a disk, and what a machine's end would lose is nobody's.
import { accessSync, constants, statfsSync } from "node:fs";
import { tmpdir } from "node:os";

/** Linux keeps the files of this folder in memory. Other systems have none, and containers a small one. */
const FOLDER = "/dev/shm";
/** Free bytes that it must have: several times what a whole run stores. */
const LEAST_BYTES = 2 * 1024 ** 3;

/** The folder in memory, if it is there, may be written and is large enough; otherwise that of temporary files. */
export function memoryFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(FOLDER);
    accessSync(FOLDER, constants.W_OK);
    return bavail * bsize < LEAST_BYTES ? tmpdir() : FOLDER;
  } catch {
    return tmpdir();
  }
}
