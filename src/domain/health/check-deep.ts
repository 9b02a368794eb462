// Whether the parts that the Worker needs answer: for load balancers and monitors, which get a word for each and no figures.
import { eq, sql } from "drizzle-orm";
import { cronRuns } from "../../db/schema/index.ts";
import { MINUTE_MS, SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { EACH_MINUTE } from "./cron-runs.ts";

/** Longest that a part may take to answer, ms. */
const ANSWER_MS = 3 * SECOND_MS;
/** The jobs of each minute were last through within this, ms: a run may take more than a minute. */
export const CRON_LATE_MS = 5 * MINUTE_MS;
/** Nothing needs to be there: R2 answers all the same. */
const KEY = "healthz";

export const PARTS = ["database", "files", "objects", "cron"] as const;
export type Checks = Record<(typeof PARTS)[number], "ok" | "failed">;

/** Asks each part, side by side. */
export async function checkDeep(ctx: Ctx): Promise<Checks> {
  const [database, files, objects, cron] = await Promise.all([
    answers(ctx, "database", async () => ctx.db.run(sql`SELECT 1`)),
    answers(ctx, "files", async () => ctx.files.head(KEY)),
    answers(ctx, "objects", async () => ctx.builderPool().states()),
    answers(ctx, "cron", async () => requireCron(ctx)),
  ]);
  return { database, files, objects, cron };
}

async function requireCron(ctx: Ctx): Promise<void> {
  const [row] = await ctx.db
    .select({ endedAt: cronRuns.endedAt })
    .from(cronRuns)
    .where(eq(cronRuns.schedule, EACH_MINUTE));
  if ((row?.endedAt ?? 0) < ctx.now() - CRON_LATE_MS) throw new Error("it was not through lately");
}

async function answers(
  ctx: Ctx,
  part: string,
  ask: () => Promise<unknown>,
): Promise<"ok" | "failed"> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), ANSWER_MS);
  });
  try {
    await Promise.race([ask(), late]);
    return "ok";
  } catch (error) {
    ctx.log.error("check_failed", error, { part });
    return "failed";
  } finally {
    clearTimeout(timer);
  }
}
