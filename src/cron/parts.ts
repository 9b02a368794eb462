// Runs the jobs of a schedule one after the other, some beside them, and notes how each went; a job that fails does not keep the
// others from running, nor does a note that can't be written.
import type { Ctx } from "../domain/context.ts";
import { noteBegun, noteEnded, partOf, type CronRun } from "../domain/health/cron-runs.ts";

type Parts = Record<string, (ctx: Ctx) => Promise<unknown>>;

/**
 * Runs `parts` in their order, and each of those `beside` them at once, however long the others take. A part that throws is
 * logged under its name, and the next one runs.
 */
export async function runParts(
  ctx: Ctx,
  schedule: string,
  parts: Parts,
  beside: Parts = {},
): Promise<void> {
  const before = noted(ctx, schedule, async () => noteBegun(ctx, schedule));
  const went: CronRun["parts"] = {};
  const run = async (name: string, part: Parts[string]) => {
    const begunAt = ctx.now();
    let error: Error | undefined;
    try {
      await part(ctx);
    } catch (thrown) {
      ctx.log.error("cron_fault", thrown, { part: name });
      error = errorOf(thrown);
    }
    const now = ctx.now();
    went[name] = partOf((await before)?.[name], { begunAt, now, ...(error && { error }) });
  };
  const besides = Promise.all(Object.entries(beside).map(async ([name, part]) => run(name, part)));
  await before;
  for (const [name, part] of Object.entries(parts)) await run(name, part);
  await besides;
  await noted(ctx, schedule, async () => noteEnded(ctx, schedule, went));
}

const errorOf = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

async function noted<Note>(
  ctx: Ctx,
  schedule: string,
  note: () => Promise<Note>,
): Promise<Note | null> {
  try {
    return await note();
  } catch (error) {
    ctx.log.error("cron_not_noted", error, { schedule });
    return null;
  }
}
