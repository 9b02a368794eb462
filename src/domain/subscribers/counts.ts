// How many subscribers an app has, by platform and status, as `app_counts` keeps it.
import { sql, type SQL } from "drizzle-orm";
import { appCounts } from "../../db/schema/index.ts";
import { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";

export const STATUSES = ["active", "inactive", "unsubscribed"] as const;
type Status = (typeof STATUSES)[number];

const COLUMNS = {
  web: {
    active: appCounts.webActive,
    inactive: appCounts.webInactive,
    unsubscribed: appCounts.webUnsubscribed,
  },
  ios: {
    active: appCounts.iosActive,
    inactive: appCounts.iosInactive,
    unsubscribed: appCounts.iosUnsubscribed,
  },
  android: {
    active: appCounts.androidActive,
    inactive: appCounts.androidInactive,
    unsubscribed: appCounts.androidUnsubscribed,
  },
};

/** The expression over `app_counts` for the number of an app's subscribers of these statuses and platforms. */
export function subscribersCounted(
  statuses: readonly Status[] = STATUSES,
  platforms: readonly SubscriberPlatform[] = SubscriberPlatform.options,
): SQL<number> {
  const columns = platforms.flatMap((platform) =>
    statuses.map((status) => sql`${COLUMNS[platform][status]}`),
  );
  return sql<number>`(${sql.join(columns, sql` + `)})`;
}
