// Measures the memory of a process and its children.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Returns the resident memory of a process and its children, MiB. On Linux, shared pages count once. */
export function residentMegabytes(pid: number): number {
  const kilobytes = [pid, ...children(pid)].map(residentKilobytes).reduce((sum, one) => sum + one);
  return Math.round(kilobytes / 1024);
}

function children(pid: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "ppid=,pid="], { encoding: "utf8" });
  return [...lines.matchAll(/(\d+)\s+(\d+)/g)]
    .filter(([, parent]) => Number(parent) === pid)
    .map(([, , child]) => Number(child));
}

/** Returns 0 for a process that has ended. */
function residentKilobytes(pid: number): number {
  try {
    const shares = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB/m.exec(shares)?.[1]);
  } catch {
    try {
      return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }));
    } catch {
      return 0;
    }
  }
}
