// How states of notifications are said, and numbers about one.
import type { ReportState } from "../../domain/reports/list-reported.ts";
import type { Notification } from "../../domain/notifications/find-notification.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import { Chip } from "../parts/chip.tsx";
import { figure } from "../parts/words.ts";

/** The tabs of the list. */
export const TABS: readonly { state: ReportState; label: string }[] = [
  { state: "draft", label: "Drafts" },
  { state: "scheduled", label: "Scheduled" },
  { state: "sending", label: "Sending" },
  { state: "sent", label: "Sent" },
  { state: "failed", label: "Failed" },
  { state: "cancelled", label: "Cancelled" },
];

type Status = Notification["status"];

/** Whether it is being sent; the last moments of that have a status of their own. */
export const isSending = (status: Status) => status === "sending" || status === "finalizing";

/** How long after its last change a stopped sending may still be counting whom it left out, ms; then nobody asks any more. */
const SETTLES_MS = 10 * MINUTE_MS;

/** Whether its sending was stopped, and whom it left out is still being counted. */
export function isSettling(notification: Notification, now: number): boolean {
  const { status, startedAt, totalCount, updatedAt } = notification;
  const isOpen = progressOf(notification).done < totalCount && updatedAt + SETTLES_MS > now;
  return status === "cancelled" && startedAt !== null && isOpen;
}

/** The state as a chip. */
export const StateChip = ({ status }: { status: Status }) => (
  <Chip state={isSending(status) ? "sending" : status} />
);

/** A share in percent: "98.7%"; "–" of nothing. */
export function share(part: number, whole: number): string {
  if (whole === 0) return "–";
  const percent = (100 * part) / whole;
  return `${Number.isInteger(percent) ? percent : percent.toFixed(1)}%`;
}

/** Of whom it is known what became of them, and of how many. */
export function progressOf({
  totalCount,
  sentCount,
  failedCount,
}: Pick<Notification, "totalCount" | "sentCount" | "failedCount">) {
  const done = sentCount + failedCount;
  return { done, of: Math.max(totalCount, done), says: `${figure(done)} of ${figure(totalCount)}` };
}
