// Repeats what reports to the run or the database after messages were sent: if that were lost, they would be sent again.

/** Waits before each repetition, ms: an object that is being moved refuses calls for some seconds. */
const WAITS_MS = [100, 1000, 5000];

/** Returns the result of `work`, which is told how often it has failed. Throws when it fails the fourth time. */
export async function persistently<Result>(
  work: (failures: number) => Promise<Result>,
): Promise<Result> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await work(failures);
    } catch (error) {
      const waitMs = WAITS_MS[failures];
      if (waitMs === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
