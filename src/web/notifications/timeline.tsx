// What happened to a notification, in order.
import type { Child } from "hono/jsx";
import type { Deed } from "../../domain/audit/deeds.ts";
import { RESULTS_MS } from "../../domain/notifications/expire-results.ts";
import type { Notification } from "../../domain/notifications/find-notification.ts";
import type { ClickedMinute, NotedDeed } from "../../domain/reports/report-details.ts";
import { Moment } from "../parts/moment.tsx";
import { counted, figure } from "../parts/words.ts";
import { isSending } from "./states.tsx";

/** What people did, as it is said before who did it. */
const DID: Partial<Record<Deed, string>> = {
  "notification.create": "Written",
  "notification.update": "Changed",
  "notification.send": "Sent off",
  "notification.cancel": "Cancelled",
};

interface Entry {
  what: string;
  when: Child;
  /** When, ms, for their order. */
  at: number;
  isLive?: boolean;
}

export const Timeline = (props: {
  notification: Notification;
  deeds: readonly NotedDeed[];
  clicks?: readonly ClickedMinute[];
  now: number;
}) => (
  <section class="card" aria-labelledby="tl-h">
    <header>
      <h2 id="tl-h">Timeline</h2>
    </header>
    <div class="card-body">
      <ol class="timeline">
        {entriesOf(props)
          .toSorted((a, b) => a.at - b.at)
          .map(({ what, when, isLive }) => (
            <li data-tone={isLive ? "live" : undefined}>
              <span>{what}</span>
              <span class="muted small">{when}</span>
            </li>
          ))}
      </ol>
    </div>
  </section>
);

function entriesOf({
  notification,
  deeds,
  clicks = [],
  now,
}: Parameters<typeof Timeline>[0]): Entry[] {
  const moment = (at: number) => ({ at, when: <Moment at={at} now={now} /> });
  const { createdAt, startedAt, sentAt, deliveredFrom, scheduledAt, scheduledLocal } = notification;
  const noted = deeds.flatMap(({ did, name, at }): Entry[] => {
    const said = DID[did];
    return said === undefined
      ? []
      : [{ what: `${said} by ${name ?? "an API key"}`, ...moment(at) }];
  });
  const isWritten = deeds.some(({ did }) => did === "notification.create");
  const most = clicks.reduce<ClickedMinute | null>(
    (a, b) => (a === null || b.clicks > a.clicks ? b : a),
    null,
  );
  return [
    ...(isWritten ? [] : [{ what: "Written", ...moment(createdAt) }]),
    ...noted,
    ...(startedAt === null ? [] : [{ what: "Sending began", ...moment(startedAt), isLive: true }]),
    ...(deliveredFrom === null
      ? []
      : [{ what: "First delivery confirmed", ...moment(deliveredFrom), isLive: true }]),
    ...(sentAt === null ? [] : [{ what: batches(notification), ...moment(sentAt), isLive: true }]),
    ...(most === null
      ? []
      : [
          {
            what: `Most clicked minute, ${counted(most.clicks, "click")}`,
            ...moment(most.at),
            // Its minute can have begun before the sending.
            at: Math.max(most.at, startedAt ?? 0),
            isLive: true,
          },
        ]),
    ...(scheduledAt !== null && startedAt === null
      ? [
          {
            what: scheduledLocal === null ? "It goes out" : "The first get it",
            ...moment(scheduledAt),
          },
        ]
      : []),
    ...ended(notification, now),
  ];
}

function batches({ totalBatches }: Notification): string {
  return totalBatches === 1 ? "The one batch done" : `All ${figure(totalBatches)} batches done`;
}

/** Until when receipts and clicks count. */
function ended({ status, startedAt, updatedAt }: Notification, now: number): Entry[] {
  if (startedAt === null || isSending(status)) return [];
  const at = updatedAt + RESULTS_MS;
  const what = at > now ? "Clicks count until" : "Clicks counted until";
  return [{ what, at, when: <Moment at={at} now={now} day /> }];
}
