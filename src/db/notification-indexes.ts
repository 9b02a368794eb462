// Conditions on `notifications` in the words of its partial indexes, which SQLite uses for no other words.
import { sql } from "drizzle-orm";
import { notifications } from "./schema/index.ts";

const { hasRun, status, targeting } = notifications;

/** Of `notifications_due`: those that a run has to begin or to end. */
export const NEEDS_RUN = sql`${hasRun} = 1 AND ${status} IN ('scheduled', 'sending', 'finalizing')`;

/** Of `notifications_resting`: those that nobody sends; of direct ones those alone that failed. */
export const RESTING = sql`${status} IN ('draft', 'sent', 'failed', 'cancelled')
  AND (${targeting} ->> 'type' IS NOT 'subscribers' OR ${status} = 'failed')`;
