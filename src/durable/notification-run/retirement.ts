// What the answers of a whole run say of credentials and tokens, once all its batches are done: credentials that nobody's
// provider took are flagged, and subscribers are retired whose token was in doubt until the provider took others.
import type { Ctx } from "../../domain/context.ts";
import type { RunInfo } from "../../domain/notifications/run/load-run.ts";
import { DOUBTED_BATCHES, retireFailed } from "../../domain/notifications/run/retire-doubted.ts";
import { flagUnaccepted } from "../../domain/subscribers/credential-reports.ts";
import type { CallBudget } from "./call-budget.ts";
import { resolvedDoubts, suspectsOf } from "../../domain/notifications/run/findings.ts";
import type { RunStore } from "./store.ts";

/** Most calls for a part of the results: one reads it, and one for each provider retires the subscribers in it. */
const PART_CALLS = 4;

/**
 * Draws the conclusions, within the budget of calls. Returns false when there is more to do in another look. May be
 * repeated. `info` is null when the notification was deleted.
 */
export async function concludeFindings(
  ctx: Ctx,
  store: RunStore,
  calls: CallBudget,
  info: RunInfo | null,
): Promise<boolean> {
  if (!info) return true;
  const { findings, notificationId, batches } = store.present;
  const doubts = resolvedDoubts(findings);
  while (doubts.length > 0 && store.present.retiredTo < batches) {
    if (!calls.take(PART_CALLS)) return false;
    const from = store.present.retiredTo;
    await retireFailed(ctx, notificationId, { from, doubts, since: info.startedAt });
    store.save({ ...store.present, retiredTo: from + DOUBTED_BATCHES });
  }
  for (const suspect of suspectsOf(findings)) await flagUnaccepted(ctx, info.appId, suspect);
  return true;
}
