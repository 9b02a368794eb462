// The benchmark of sending runs: its fakes answer what sending asks for, and every message that it counts can be read.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
/** Most of those who send, and who encrypt; the fewest recipients that make two batches. */
const SIZE = ["--sittings", "1", "--rounds", "1", "--recipients", "51"];
const ARGS = [...SIZE, "--only", ": ours,floor,npm,workerd,alone"];

test.skipIf(!existsSync("/proc/self/schedstat"))(
  "the benchmark of sending measures who sends",
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["bench/delivery.ts", ...ARGS], {
      cwd: ROOT,
    });
    for (const provider of ["Web Push", "FCM", "APNs"]) {
      expect(stdout).toContain(`\n${provider}: ours, 48 in flight `);
    }
    for (const ratio of [
      "npm web-push to ours, 6 in flight",
      "ours to the floor, batch first, 48 in flight",
      "FCM: ours to fetch in workerd",
    ]) {
      expect(stdout).toMatch(new RegExp(`\n${ratio}.* x, at (least|most) [\\d.]+: (NOT )?held\n`));
    }
    expect(stdout).toMatch(/\nencryption alone: block65 as it comes .* us\n/);
    expect(stdout).toMatch(/\nWeb Push: floor, one by one, 6 .* a second\n/);
    expect(stdout).not.toContain("NaN");
  },
);
