// The jobs of the Worker's cron triggers (wrangler.toml).
import { expireAccountDays } from "../domain/accounts/account-days.ts";
import { expireAudit } from "../domain/audit/expire-audit.ts";
import { expireFailedIcons } from "../domain/builds/failed-icons.ts";
import { expireLifecycleEvents } from "../domain/campaigns/expire-lifecycle-events.ts";
import { expireInstallations } from "../domain/campaigns/installations/expire-installations.ts";
import { expireDrafts } from "../domain/composing/delete-drafts.ts";
import { expirePeople } from "../domain/people/expire-people.ts";
import { expireInvitations } from "../domain/people/invitations.ts";
import { countDays } from "../domain/notifications/daily-stats.ts";
import { expireResults } from "../domain/notifications/expire-results.ts";
import { expireSubscribers } from "../domain/subscribers/expire-subscribers.ts";
import { COUNTING, EACH_MINUTE, EXPIRING } from "../domain/health/cron-runs.ts";
import type { Ctx } from "../domain/context.ts";
import { everyMinute } from "./every-minute.ts";
import { runParts } from "./parts.ts";

const SCHEDULES: Record<string, (ctx: Ctx) => Promise<void>> = {
  [EACH_MINUTE]: everyMinute,
  [COUNTING]: async (ctx) => runParts(ctx, COUNTING, { countDays }),
  [EXPIRING]: async (ctx) =>
    runParts(ctx, EXPIRING, {
      expireSubscribers,
      expireInstallations,
      expireLifecycleEvents,
      expireResults,
      expireFailedIcons,
      expirePeople,
      expireAudit,
      expireAccountDays,
      expireDrafts,
      expireInvitations,
    }),
};

/** Runs the jobs of `cron`. A trigger that an operator added runs the jobs of each minute. */
export async function runSchedule(ctx: Ctx, cron: string): Promise<void> {
  await (SCHEDULES[cron] ?? everyMinute)(ctx);
}
