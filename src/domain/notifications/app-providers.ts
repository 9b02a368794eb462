// The providers that a notification's app has credentials for, as a column of a query on `notifications`.
import { sql } from "drizzle-orm";
import type { Provider } from "../../kit/push/credentials.ts";

/**
 * A list as JSON, for `readProviders`. Column names are written in full, since the query builder may leave out the
 * tables' names.
 */
export const PROVIDERS_OF_APP = sql<string>`(SELECT json_group_array(push_credentials.provider)
  FROM push_credentials WHERE push_credentials.app_id = notifications.app_id)`;

/** Reads a value of the column PROVIDERS_OF_APP. */
export function readProviders(json: string): Provider[] {
  return JSON.parse(json) as Provider[];
}
