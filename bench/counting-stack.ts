// The stack for benchmarks that count what the platform would bill: its Worker is the counting one (counting/index.ts).
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { COUNTS_PATH, CRON_PATH, LINES, type Count, type Line } from "./counting/counts.ts";
import { withPushStack, type PushStack } from "./push-stack.ts";
import { openDatabase } from "./sending.ts";

/** How often it is looked whether all is over, ms. */
const LOOK_EVERY_MS = 250;
/** How long nothing has to happen until all counts as over, ms: messages are acknowledged and objects cleared meanwhile. */
const QUIET_MS = 2_000;
/** Who has nothing to do with what is measured, unless it is the cron. */
const BUILDER = ["builder", "BuilderPool"];

const Counts = z.array(
  z.object({ line: z.enum(LINES), by: z.string(), of: z.string(), amount: z.number() }),
);

export interface CountingStack extends PushStack {
  /** Runs `work`, waits until it is over and nothing follows, and returns what was counted, but for builder and cron. */
  count: (work: () => Promise<void>) => Promise<Count[]>;
  /**
   * Runs a schedule after a time, ms, and returns what the cron did until it was over: more than one run, where the clock's own
   * runs came meanwhile (`cronRuns`).
   */
  countCron: (cron: string, afterMs?: number) => Promise<Count[]>;
}

/** Runs `work` on a new stack, and removes the stack afterwards. */
export async function withCountingStack(
  work: (stack: CountingStack) => Promise<void>,
): Promise<void> {
  await withPushStack(
    async (stack) => {
      const count = async (counted: () => Promise<void>): Promise<Count[]> => {
        await untilQuiet(stack);
        await counted();
        return (await untilQuiet(stack)).filter(({ by }) => by !== "cron");
      };
      const countCron = async (cron: string, afterMs = 0): Promise<Count[]> => {
        await untilQuiet(stack);
        await sleep(afterMs);
        await fetch(`${stack.url}${CRON_PATH}?cron=${encodeURIComponent(cron)}`);
        return (await untilQuiet(stack)).filter(({ by }) => by === "cron");
      };
      await work({ ...stack, count, countCron });
    },
    { entry: "bench/counting/index.ts" },
  );
}

/** Waits until no notification is being sent and nothing was counted for a while. Returns what was counted meanwhile. */
async function untilQuiet({ url, stateDir }: PushStack): Promise<Count[]> {
  const counted: Count[] = [];
  for (let quietSince = Date.now(); ;) {
    const answer = await fetch(url + COUNTS_PATH);
    const found = Counts.parse(await answer.json()).filter(({ by }) => !BUILDER.includes(by));
    counted.push(...found);
    if (found.length > 0 || isSending(stateDir)) quietSince = Date.now();
    if (Date.now() - quietSince > QUIET_MS) return counted;
    await sleep(LOOK_EVERY_MS);
  }
}

function isSending(stateDir: string): boolean {
  const database = openDatabase(stateDir);
  const row = database
    .prepare("SELECT 1 FROM notifications WHERE status IN ('sending', 'finalizing') LIMIT 1")
    .get();
  database.close();
  return row !== undefined;
}

/** The sum of a line. */
export function sumOf(counts: readonly Count[], line: Line): number {
  return counts.reduce((sum, each) => sum + (each.line === line ? each.amount : 0), 0);
}

/** How often the cron ran. */
export function cronRuns(counts: readonly Count[]): number {
  return sumOf(
    counts.filter(({ by }) => by === "cron"),
    "Worker requests",
  );
}

/** What makes up a line, as `by: of`, the most first. */
export function partsOf(counts: readonly Count[], line: Line): [string, number][] {
  const parts = new Map<string, number>();
  for (const { line: its, by, of, amount } of counts) {
    if (its === line) parts.set(`${by}: ${of}`, (parts.get(`${by}: ${of}`) ?? 0) + amount);
  }
  return [...parts].filter(([, amount]) => amount > 0).toSorted(([, a], [, b]) => b - a);
}
