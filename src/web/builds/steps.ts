// How long the steps of a completed build took: what the row has (waiting, from start to end), and within it what the
// builder wrote into the build log (builder/artifact.ts, builder/package-app.ts).

export interface Step {
  name: string;
  /** From the trigger on, ms. */
  from: number;
  ms: number;
  /** Which of the plot's fills it has. */
  fill: "s1" | "s2" | "s3";
}

/** The steps of a build of one attempt. */
export const STEP_NAMES = [
  "Queued",
  "Icon",
  "Package and sign",
  "Verify",
  "Upload and rest",
] as const;

interface Times {
  createdAt: number;
  startedAt: number | null;
  completedAt: number | null;
}

/** How each attempt's log begins. */
const ATTEMPT = /^Slipway builder .*, attempt \d+$/gm;

/** Returns the steps one after the other; what the log does not tell apart is one step. */
export function stepsOf({ createdAt, startedAt, completedAt }: Times, log: string): Step[] {
  if (startedAt === null || completedAt === null) return [];
  const read = (pattern: RegExp) => {
    const found = pattern.exec(log)?.[1];
    return found === undefined ? null : Number(found);
  };
  const icon = read(/^Icon: .*, fetched in (\d+) ms$/m) ?? 0;
  const packaged = read(/^Packaged and signed in (\d+) ms:/m);
  const made = read(/^Made and verified: .* in (\d+) ms$/m);
  const worked = completedAt - startedAt;
  // With several attempts, the start is that of the first and the lines are of all.
  const attempts = log.match(ATTEMPT)?.length ?? 1;
  const within: [string, number, Step["fill"]][] =
    attempts > 1 || packaged === null || made === null || icon + made > worked
      ? [[attempts > 1 ? `Build, ${attempts} attempts` : "Build", worked, "s1"]]
      : [
          [STEP_NAMES[1], icon, "s1"],
          [STEP_NAMES[2], packaged, "s1"],
          [STEP_NAMES[3], Math.max(made - packaged, 0), "s1"],
          [STEP_NAMES[4], worked - icon - made, "s2"],
        ];
  let from = 0;
  return [[STEP_NAMES[0], startedAt - createdAt, "s3"] as const, ...within].map(
    ([name, ms, fill]) => {
      const step = { name, from, ms, fill };
      from += ms;
      return step;
    },
  );
}
