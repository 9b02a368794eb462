// Runs the jobs of a schedule one after the other; a job that fails does not keep the others from running.
import type { Ctx } from "../domain/context.ts";

/** Runs `parts` in their order. A part that throws is logged under its name, and the next one runs. */
export async function runParts(
  ctx: Ctx,
  parts: Record<string, (ctx: Ctx) => Promise<unknown>>,
): Promise<void> {
  for (const [name, part] of Object.entries(parts)) {
    try {
      await part(ctx);
    } catch (error) {
      ctx.log.error("cron_fault", error, { part: name });
    }
  }
}
