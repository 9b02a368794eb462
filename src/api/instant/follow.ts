// The operation that follows a campaign: its templates, the notifications that it made, and what became of them. The
// contract calls them one-time sending and pushes, and has no such operation.
import { z } from "@hono/zod-openapi";
import {
  followCampaign,
  type FollowedCampaign,
  type MadeNotification,
  type StatusTotals,
} from "../../domain/campaigns/follow-campaign.ts";
import { NotificationStatus } from "../../domain/notifications/list-notifications.ts";
import { keyOperation } from "../../http/operation.ts";
import { DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET } from "../../kit/pagination.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { FAILURE_REASON } from "../shared/results.ts";
import { Push, SendParams } from "./pushes.ts";

const count = (description: string, example: number) =>
  z.int().min(0).openapi({ description, example });
const time = (description: string) =>
  z.string().openapi({ format: "date-time", description, example: "2026-12-24T18:00:00Z" });

const Stats = z
  .object({
    total_count: count("The number of recipients; until sending begins, 0.", 120),
    sent_count: count("The number of recipients whose provider accepted the message.", 118),
    failed_count: count("The number of recipients that were not sent to, for good.", 2),
    delivered_count: count("The number of deliveries that devices confirmed.", 90),
    clicked_count: count("The number of clicks.", 12),
  })
  .openapi("InstantStats", {
    description: "The counters of one notification, or of all together.",
  });

const Made = z
  .object({
    id: z.int().openapi({ description: "The id of the notification in API v1.", example: 31 }),
    uuid: z.uuid().openapi({
      description: "The id of the notification in the push API.",
      example: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    }),
    app_id: z.int().openapi({ description: "The app that it goes to.", example: 7 }),
    status: NotificationStatus.openapi({
      description: "What became of it so far.",
      example: "sent",
    }),
    scheduled_at: time("When it is due.").nullable(),
    scheduled_local: z.string().nullable().openapi({
      description:
        "The local time at which it is due in each subscriber's zone; null: everywhere at the same moment.",
      example: null,
    }),
    sent_at: time("When sending ended.").nullable(),
    failure_reason: z.string().nullable().openapi({ description: FAILURE_REASON }),
    stats: Stats,
  })
  .openapi("InstantNotification", { description: "A notification that a sending made." });

const STATUSES = NotificationStatus.options;

const Followed = z
  .object({
    sched_id: z.int().openapi({ description: "The id of the sending.", example: 11 }),
    sched_type: z.literal("onesend").openapi({ description: "The kind of sending." }),
    name: z.string().openapi({ description: "Its name.", example: "Summer sale" }),
    status: z.enum(["scheduled", "sending", "ended"]).openapi({
      description:
        "scheduled: nothing was sent so far. sending: something is being sent, or is still due. ended: all is over, or " +
        "nothing was there to be sent, or none of it is kept any more.",
      example: "ended",
    }),
    instant: z.boolean().openapi({ description: "Whether it was sent instantly." }),
    due_at: time(
      "When it is due; for a local time, when that comes in the last time zone of the world.",
    ),
    local_time: z.string().nullable().openapi({
      description: "The local time at which it is due in each subscriber's zone; else null.",
      example: null,
    }),
    ended_at: time(
      "When somebody ended it in the dashboard: what was still due then is cancelled. null: nobody did.",
    )
      .nullable()
      .openapi({ example: null }),
    created_at: time("When it was made."),
    pushes: z.array(Push).openapi({
      description: "The pushes that are bound; one that was deleted since has no translations.",
    }),
    stats: Stats.extend({
      notifications: count("The number of notifications.", 1),
      by_status: z
        .object(
          Object.fromEntries(
            STATUSES.map((status) => [
              status,
              count(`How many of them are \`${status}\`.`, status === "sent" ? 1 : 0),
            ]),
          ) as Record<(typeof STATUSES)[number], z.ZodInt>,
        )
        .openapi({ description: "The number of notifications by status." }),
    }).openapi("InstantTotals", {
      description: "The counters of all notifications together, whatever the page.",
    }),
    notifications: z.array(Made).openapi({
      description: "A page of the notifications that it made, one for each push in each app.",
    }),
    meta: z
      .object({
        total_count: count("The number of notifications in all, whatever the page.", 1),
        total_is_minimum: z.boolean().openapi({
          description: "Whether there are more than `total_count`; a sending never has that many.",
          example: false,
        }),
      })
      .openapi("InstantMeta", { description: "How long the list of notifications is." }),
  })
  .openapi("InstantFollowed", { description: "A one-time sending, and what became of it." });

export const followSend = keyOperation({
  method: "get",
  path: "/sched/{sched_type}/{sched_id}",
  operationId: "getSending",
  summary: "Follow a sending",
  description:
    "Returns a sending, whether instant or scheduled, with the pushes that are bound to it and the notifications that it " +
    "made, in the order in which they were made, and their counters. Who exactly was sent to, and why not, the push API " +
    "tells of each notification. A key that is limited to certain apps finds the sendings that reach no others.",
  tag: "Instant sending",
  scope: "push:read",
  params: { schema: SendParams, thing: "campaign" },
  query: z.object({
    limit: z
      .int()
      .min(1)
      .max(MAX_LIMIT)
      .optional()
      .openapi({
        description: `The number of notifications in a page; by default ${DEFAULT_LIMIT}.`,
      }),
    offset: z
      .int()
      .min(0)
      .max(MAX_OFFSET)
      .optional()
      .openapi({ description: "The number of notifications before the page; by default 0." }),
  }),
  success: { status: 200, description: "The sending and what became of it.", schema: Followed },
  refusals: { 400: "The query is not valid." },
  run: async (ctx, { params, query }) =>
    followedForm(await followCampaign(ctx, params.sched_id, query), ctx.now()),
});

function followedForm(followed: FollowedCampaign, now: number): z.input<typeof Followed> {
  const { campaign, templates, made, totals } = followed;
  const { total } = made;
  const byStatus = Object.fromEntries(STATUSES.map((status) => [status, 0]));
  for (const { status, notifications } of totals) byStatus[status] = notifications;
  return {
    sched_id: campaign.id,
    sched_type: "onesend",
    name: campaign.name,
    status: statusOf(totals, campaign.endedAt === null && campaign.dueAt > now),
    instant: campaign.instant,
    due_at: wholeSeconds(campaign.dueAt),
    local_time: campaign.dueLocal,
    ended_at: campaign.endedAt === null ? null : wholeSeconds(campaign.endedAt),
    created_at: wholeSeconds(campaign.createdAt),
    pushes: templates,
    stats: {
      notifications: total.count,
      by_status: byStatus as Record<(typeof STATUSES)[number], number>,
      ...statsForm({
        totalCount: sum(totals, "totalCount"),
        sentCount: sum(totals, "sentCount"),
        failedCount: sum(totals, "failedCount"),
        deliveredCount: sum(totals, "deliveredCount"),
        clickedCount: sum(totals, "clickedCount"),
      }),
    },
    notifications: made.rows.map(madeForm),
    meta: { total_count: total.count, total_is_minimum: total.isMinimum },
  };
}

function statusOf(totals: readonly StatusTotals[], isAhead: boolean) {
  const has = (...statuses: string[]) => totals.some(({ status }) => statuses.includes(status));
  // One that was cancelled may have been sent to some before.
  const isBegun =
    has("sending", "finalizing", "sent", "failed") || totals.some(({ sentCount }) => sentCount > 0);
  if (has("sending", "finalizing") || (isBegun && has("scheduled"))) return "sending";
  // Without notifications it still waits for pushes until it is due.
  return has("scheduled") || (totals.length === 0 && isAhead) ? "scheduled" : "ended";
}

type Counters = Pick<
  MadeNotification,
  "totalCount" | "sentCount" | "failedCount" | "deliveredCount" | "clickedCount"
>;

function sum(totals: readonly Counters[], counter: keyof Counters): number {
  return totals.reduce((before, each) => before + each[counter], 0);
}

function statsForm(counters: Counters): z.input<typeof Stats> {
  return {
    total_count: counters.totalCount,
    sent_count: counters.sentCount,
    failed_count: counters.failedCount,
    delivered_count: counters.deliveredCount,
    clicked_count: counters.clickedCount,
  };
}

function madeForm(made: MadeNotification): z.input<typeof Made> {
  return {
    id: made.id,
    uuid: made.uuid,
    app_id: made.appId,
    status: made.status,
    scheduled_at: made.scheduledAt === null ? null : wholeSeconds(made.scheduledAt),
    scheduled_local: made.scheduledLocal,
    sent_at: made.sentAt === null ? null : wholeSeconds(made.sentAt),
    failure_reason: made.failureReason,
    stats: statsForm(made),
  };
}
