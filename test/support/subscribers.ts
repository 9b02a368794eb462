// Subscribers as rows, for pages that show what devices made of themselves over months.
import { rows } from "./worker.ts";

export interface SubscriberRow {
  platform?: "web" | "ios" | "android";
  provider?: "fcm" | "apns" | "webpush" | "inbox";
  status?: "active" | "inactive" | "unsubscribed";
  user?: string | null;
  tags?: readonly string[];
  language?: string | null;
  country?: string | null;
  retiredAs?: "gone" | "doubted" | null;
}

/** Adds one to an app; returns its UUID. */
export async function addSubscriber(
  account: number,
  app: number,
  row: SubscriberRow = {},
): Promise<string> {
  const [{ uuid }] = await addSubscribers(account, app, 1, row);
  return uuid;
}

/** Adds `count` alike to an app, in one statement; returns their ids. A user id that ends in # is numbered: u0, u1, ... */
export async function addSubscribers(
  account: number,
  app: number,
  count: number,
  {
    platform = "android",
    provider = "fcm",
    status = "active",
    user = null,
    tags = [],
    language = null,
    country = null,
    retiredAs = null,
  }: SubscriberRow = {},
): Promise<any> {
  return rows(
    `WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1)
     INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, user_id, tags, language, country, status,
       retired_as, token_since, last_active_at, created_at, updated_at)
     SELECT lower(printf('%s-%s-4%s-8%s-%s', hex(randomblob(4)), hex(randomblob(2)), substr(hex(randomblob(2)), 2),
         substr(hex(randomblob(2)), 2), hex(randomblob(6)))), ?2, ?3, ?4, ?5, iif(?5 = 'inbox', NULL, hex(randomblob(16))),
       replace(?6, '#', n), ?7, ?8, ?9, ?10, ?11, 1, ?12, ?12, ?12 FROM numbers RETURNING id, uuid`,
    count,
    account,
    app,
    platform,
    provider,
    user,
    JSON.stringify(tags),
    language,
    country,
    status,
    retiredAs,
    Date.now(),
  );
}
