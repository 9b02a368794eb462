// A schedule's parts, one after the other; one that fails stops no other.
import type { Ctx } from "../domain/context.ts";

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
