// Fires cron triggers locally, as the platform does when deployed: once a minute, in UTC. Knows lists,
// ranges and steps of numbers in five fields; the platform's letters (L, W, #, MON) are refused, since a
// trigger that never fires here would look like a fault of the Worker.

/** Least and greatest number of each field; the platform counts weekdays from 1, Sunday. */
const FIELDS = [
  { name: "minute", least: 0, most: 59, of: (at: Date) => at.getUTCMinutes() },
  { name: "hour", least: 0, most: 23, of: (at: Date) => at.getUTCHours() },
  { name: "day of month", least: 1, most: 31, of: (at: Date) => at.getUTCDate() },
  { name: "month", least: 1, most: 12, of: (at: Date) => at.getUTCMonth() + 1 },
  { name: "day of week", least: 1, most: 7, of: (at: Date) => at.getUTCDay() + 1 },
] as const;

const MINUTE_MS = 60_000;

type Field = (typeof FIELDS)[number];

/** Whether `value` is one of those a field such as `1-5,10/20` names. */
function fieldMatches(text: string, field: Field, value: number): boolean {
  return text.split(",").some((part) => {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) throw new Error(`Can't read "${part}" as a cron ${field.name}.`);
    const [, from, to, step] = match;
    const first = from === undefined ? field.least : Number(from);
    const open = from === undefined || step !== undefined;
    const last = to === undefined ? (open ? field.most : first) : Number(to);
    if (first < field.least || last > field.most || first > last || step === "0") {
      throw new Error(`"${part}" is no cron ${field.name}.`);
    }
    return value >= first && value <= last && (value - first) % Number(step ?? 1) === 0;
  });
}

/**
 * Whether a trigger fires in the minute of `at`.
 * @throws for an expression it can't read.
 */
export function cronMatches(expression: string, at: Date): boolean {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) throw new Error(`"${expression}" has not five fields.`);
  // Every field is parsed, so that an invalid one is reported at the first start.
  const matches = FIELDS.map((field, index) =>
    fieldMatches(parts[index] ?? "", field, field.of(at)),
  );
  return matches.every(Boolean);
}

/**
 * Calls `fire` at each full minute for every expression that matches it.
 * @returns what stops it
 */
export function startCron(
  expressions: string[],
  fire: (cron: string, scheduledTime: Date) => void,
): () => void {
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const next = (Math.floor(Date.now() / MINUTE_MS) + 1) * MINUTE_MS;
    timer = setTimeout(() => {
      const at = new Date(next);
      for (const cron of expressions.filter((each) => cronMatches(each, at))) fire(cron, at);
      arm();
    }, next - Date.now());
  };
  for (const each of expressions) cronMatches(each, new Date());
  arm();
  return () => clearTimeout(timer);
}
