// An app's notifications as people look through them: by state, and by words of their titles, newest first. Direct ones are
// left out. One round trip, which reads a page of each state at most, however many there are.
import { and, desc, eq, inArray, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { countedUpToMost } from "../../db/count.ts";
import { appCounts, notifications } from "../../db/schema/index.ts";
import { wholeNumber } from "../../kit/fields.ts";
import { chunks } from "../../kit/chunks.ts";
import { parse } from "../../kit/parse.ts";
import type { App } from "../apps/find-app.ts";
import { EVERYBODY, type Audience } from "../audiences/targeting.ts";
import type { AccountCtx } from "../context.ts";
import type { Notification } from "../notifications/find-notification.ts";
import { MAX_UNSENT } from "../notifications/room.ts";
import { subscribersCounted } from "../subscribers/counts.ts";

/** What people call a state, and the statuses that it has. */
const STATUSES = {
  draft: ["draft"],
  scheduled: ["scheduled"],
  sending: ["sending", "finalizing"],
  sent: ["sent"],
  failed: ["failed"],
  cancelled: ["cancelled"],
} as const satisfies Record<string, readonly Notification["status"][]>;

export type ReportState = keyof typeof STATUSES;
export const REPORT_STATES = Object.keys(STATUSES) as [ReportState, ...ReportState[]];

/** Rows of a page. */
export const LISTED = 20;
/** How many of the newest notifications a search looks at: as many contents are read, 1 KB each as a rule. */
export const SEARCHED = 1000;
/** Longest words that are searched for, characters: as long as a title. */
export const MAX_WORDS = 255;
/** How far those that are not over are counted: drafts and scheduled ones have that bound. */
const COUNTED = MAX_UNSENT;

const Query = z.strictObject({
  state: z.enum(REPORT_STATES).optional(),
  words: z.string().trim().max(MAX_WORDS).default(""),
  /** Only those that are older than the one with this id of API v1, which is how one page follows another. */
  before: wholeNumber(1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
});

/** A notification as the list shows it. */
export type ReportedRow = Pick<
  Notification,
  | "id"
  | "uuid"
  | "status"
  | "scheduledAt"
  | "scheduledLocal"
  | "startedAt"
  | "sentAt"
  | "totalCount"
  | "sentCount"
  | "failedCount"
  | "deliveredCount"
  | "clickedCount"
  | "updatedAt"
> & { title: string; audience: Audience };

export interface ReportedList {
  rows: ReportedRow[];
  /** The `before` of the next page; null on the last one. */
  next: number | null;
  /** How many are not over yet, up to a bound. */
  counts: Record<"draft" | "scheduled" | "sending", number>;
  /** How many the app has in all, direct ones too; and whom it reaches. */
  total: number;
  reachable: number;
}

const COLUMNS = {
  id: notifications.id,
  uuid: notifications.uuid,
  status: notifications.status,
  scheduledAt: notifications.scheduledAt,
  scheduledLocal: notifications.scheduledLocal,
  startedAt: notifications.startedAt,
  sentAt: notifications.sentAt,
  totalCount: notifications.totalCount,
  sentCount: notifications.sentCount,
  failedCount: notifications.failedCount,
  deliveredCount: notifications.deliveredCount,
  clickedCount: notifications.clickedCount,
  updatedAt: notifications.updatedAt,
  title: sql<string>`${notifications.content} ->> '$.title'`,
  targeting: notifications.targeting,
};

/** Returns a page of the app's notifications. Refuses `invalid`. */
export async function listReported(
  ctx: AccountCtx,
  app: App,
  query: unknown,
): Promise<ReportedList> {
  const { state, words, before } = parse(Query, query);
  const statuses = state ? STATUSES[state] : Object.values(STATUSES).flat();
  const ids =
    words === ""
      ? newest(app.id, statuses, { before, limit: LISTED + 1 })
      : sql`SELECT id FROM (${newest(app.id, statuses, { before: null, limit: SEARCHED })}) WHERE id < ${before}`;
  // By a name each: D1 answers by the names of columns, and their text is the same.
  const counted = (of: "draft" | "scheduled" | "sending") => {
    const each = STATUSES[of].map((status) => listed(app.id, status));
    return countedUpToMost(sql.join(each, UNION), COUNTED).as(of);
  };
  const [found, [counts]] = await ctx.db.batch([
    ctx.db
      .select(COLUMNS)
      .from(notifications)
      .where(
        and(
          inArray(notifications.id, sql`(${ids})`),
          eq(notifications.accountId, ctx.principal.accountId),
          words === "" ? undefined : hasWords(words),
        ),
      )
      .orderBy(desc(notifications.id))
      .limit(LISTED + 1),
    ctx.db
      .select({
        draft: counted("draft"),
        scheduled: counted("scheduled"),
        sending: counted("sending"),
        total: appCounts.notifications,
        reachable: subscribersCounted(["active"]),
      })
      .from(appCounts)
      .where(eq(appCounts.appId, app.id)),
  ]);
  const { total = 0, reachable = 0, ...unsent } = counts ?? { draft: 0, scheduled: 0, sending: 0 };
  const rows = found.slice(0, LISTED).map(({ targeting, ...row }) => {
    return { ...row, audience: (targeting as Audience | null) ?? EVERYBODY };
  });
  const next = found.length > LISTED ? (rows.at(-1)?.id ?? null) : null;
  return { rows, next, counts: unsent, total, reachable };
}

/** Most terms of a UNION that D1 takes. */
const MOST_TERMS = 5;
const UNION = sql` UNION ALL `;

/** The query for the ids of an app's notifications in a status, newest first by the index `notifications_listed`. */
function listed(appId: number, status: Notification["status"]): SQL {
  // Its condition in the words of the index, and no other index, which would lead through direct ones as well.
  return sql`SELECT id FROM notifications INDEXED BY notifications_listed
    WHERE app_id = ${appId} AND status = ${status} AND targeting ->> 'type' IS NOT 'subscribers'`;
}

/** The query for the newest ids in these statuses: so many of each are read at most. */
function newest(
  appId: number,
  statuses: readonly Notification["status"][],
  { before, limit }: { before: number | null; limit: number },
): SQL {
  const older = before === null ? sql`` : sql`AND id < ${before}`;
  const most = sql.raw(String(limit));
  const each = statuses.map(
    (status) =>
      sql`SELECT id FROM (${listed(appId, status)} ${older} ORDER BY id DESC LIMIT ${most})`,
  );
  const united = chunks(each, MOST_TERMS).map(
    (some) => sql`SELECT id FROM (${sql.join(some, UNION)})`,
  );
  return sql`SELECT id FROM (${sql.join(united, UNION)}) ORDER BY id DESC LIMIT ${most}`;
}

/** The condition that a title has these words, in whatever case of ASCII letters. D1 takes no LIKE of more than 50 bytes. */
function hasWords(words: string): SQL {
  return sql`instr(lower(${notifications.content} ->> '$.title'), lower(${words})) > 0`;
}
