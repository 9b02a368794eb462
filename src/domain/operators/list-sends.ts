// What all accounts send, newest first, and what is being sent before all else: of one state, and of one account. What is sent
// to single people is left out, as there may be millions of it, and so are drafts, which nobody has sent. No text of a message
// is read.
import { desc, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { accounts, apps, notifications } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { asOperator } from "../audit/entry.ts";
import type { Ctx, PersonCtx } from "../context.ts";
import { cancelNotification } from "../notifications/cancel-notification.ts";
import { IS_SHOWN, type Notification } from "../notifications/find-notification.ts";
import { GivenId, LISTED, newestOf, pageOf } from "./newest.ts";

/** What people call a state, and the statuses that it has. */
const STATUSES = {
  sending: ["sending", "finalizing"],
  scheduled: ["scheduled"],
  sent: ["sent"],
  failed: ["failed"],
  cancelled: ["cancelled"],
} as const satisfies Record<string, readonly Notification["status"][]>;

export type SendState = keyof typeof STATUSES;
export const SEND_STATES = Object.keys(STATUSES) as [SendState, ...SendState[]];
const OVER_OR_DUE = SEND_STATES.filter((state) => state !== "sending");

const Query = z.object({
  state: z.enum(SEND_STATES).optional().catch(undefined),
  account: GivenId,
  /** Only those that are older than the one with this id. */
  before: GivenId,
});

/** Whom a notification is for, as far as operators are told. */
export type AudienceKind = "everyone" | "some";

/** A notification as the list shows it. */
export type AnySend = Pick<
  Notification,
  | "id"
  | "uuid"
  | "status"
  | "appId"
  | "accountId"
  | "scheduledAt"
  | "startedAt"
  | "sentAt"
  | "failureReason"
  | "totalCount"
  | "sentCount"
  | "failedCount"
  | "createdAt"
  | "updatedAt"
> & { appName: string; accountName: string; audience: AudienceKind };

export interface SendsOfAll {
  /** What is being sent, on the first page of all; the newest, one more than LISTED at most. */
  sending: AnySend[];
  rows: AnySend[];
  /** The `before` of the next page; null on the last one. */
  next: number | null;
  /** By what they are filtered. */
  filters: { state?: SendState; account?: number };
  isFirst: boolean;
  /** The name of the account that is filtered by; null for none, and for one that is not there. */
  accountName: string | null;
}

const COLUMNS = {
  id: notifications.id,
  uuid: notifications.uuid,
  status: notifications.status,
  appId: notifications.appId,
  accountId: notifications.accountId,
  scheduledAt: notifications.scheduledAt,
  startedAt: notifications.startedAt,
  sentAt: notifications.sentAt,
  failureReason: notifications.failureReason,
  totalCount: notifications.totalCount,
  sentCount: notifications.sentCount,
  failedCount: notifications.failedCount,
  createdAt: notifications.createdAt,
  updatedAt: notifications.updatedAt,
  appName: sql<string>`${apps.name}`.as("app_name"),
  accountName: sql<string>`${accounts.name}`.as("account_name"),
  audience:
    sql<AudienceKind>`iif(coalesce(${notifications.targeting} ->> 'type', 'all') = 'all', 'everyone', 'some')`.as(
      "audience",
    ),
};

/** Returns a page of what all accounts send, in one round trip. What the query asks for that is not offered is left out. */
export async function listAllSends(ctx: Ctx, query: unknown): Promise<SendsOfAll> {
  const { state, account, before } = Query.parse(query);
  const isFirst = before === undefined;
  const of = (states: readonly SendState[]) => {
    const statuses = states.flatMap((each): readonly Notification["status"][] => STATUSES[each]);
    const lists = statuses.map((each) => listed(each, account));
    const ids = newestOf(lists, { before, limit: LISTED + 1 });
    return sends(ctx)
      .where(inArray(notifications.id, sql`(${ids})`))
      .orderBy(desc(notifications.id));
  };
  const [found, sending, [named]] = await ctx.db.batch([
    of(state === undefined ? OVER_OR_DUE : [state]),
    of(["sending"]),
    ctx.db
      .select({ name: accounts.name })
      .from(accounts)
      .where(eq(accounts.id, account ?? 0)),
  ]);
  return {
    ...pageOf(found),
    sending: isFirst && state === undefined ? sending : [],
    filters: {
      ...(state === undefined ? {} : { state }),
      ...(account === undefined ? {} : { account }),
    },
    isFirst,
    accountName: named?.name ?? null,
  };
}

/** Returns one of them. Refuses `not_found`, also for what is not listed: drafts, and what goes to single people. */
export async function findAnySend(ctx: Ctx, id: number): Promise<AnySend> {
  const isListed = sql`${IS_SHOWN} AND ${notifications.status} <> 'draft'
    AND ${notifications.targeting} ->> 'type' IS NOT 'subscribers'`;
  const [row] = await sends(ctx).where(sql`${eq(notifications.id, id)} AND ${isListed}`);
  return row ?? refuse({ code: "not_found", what: "notification" });
}

/**
 * Stops what is being sent, or cancels what is scheduled, which stands in its account's audit log. Refuses `not_found`, and
 * `already_sent` when it is over.
 */
export async function stopAnySend(ctx: PersonCtx, id: number): Promise<Notification> {
  const { accountId } = await findAnySend(ctx, id);
  const { principal } = asOperator(ctx, accountId);
  return cancelNotification({ ...ctx, principal: { ...principal, accountId, appIds: null } }, id);
}

const sends = (ctx: Ctx) =>
  ctx.db
    .select(COLUMNS)
    .from(notifications)
    .innerJoin(apps, eq(apps.id, notifications.appId))
    .innerJoin(accounts, eq(accounts.id, notifications.accountId));

/** Written as in the indexes. */
const IN_INDEX = sql`targeting ->> 'type' IS NOT 'subscribers' AND status <> 'draft'`;

/** The query for the ids of notifications in a status. */
function listed(status: Notification["status"], account: number | undefined) {
  return account === undefined
    ? sql`SELECT id FROM notifications INDEXED BY notifications_of_all
        WHERE status = ${status} AND ${IN_INDEX}`
    : sql`SELECT id FROM notifications INDEXED BY notifications_of_account
        WHERE account_id = ${account} AND status = ${status} AND ${IN_INDEX}`;
}
