// The processor time of a process, as Linux's scheduler counts it.
import { readdirSync, readFileSync } from "node:fs";

const NS_IN_MS = 1e6;

/**
 * Returns the processor time that the threads of a process have used, ms. It is counted in nanoseconds, while proc(5)'s sum for
 * the whole process is told in hundredths of a second (Documentation/scheduler/sched-stats.rst, /proc/PID/schedstat). Threads
 * that have ended no longer count, so it is for processes that keep theirs, as Node and workerd do.
 */
export function cpuMs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const ns = readdirSync(tasks).map((task) => timeOf(`${tasks}/${task}/schedstat`));
  return ns.reduce((sum, time) => sum + time, 0) / NS_IN_MS;
}

/** Returns the time of one thread, ns; 0 if it has just ended. */
function timeOf(file: string): number {
  try {
    return Number(readFileSync(file, "utf8").split(" ", 1)[0]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}
