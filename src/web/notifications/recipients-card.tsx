// The recipients of a notification, and what became of each.
import type { App } from "../../domain/apps/find-app.ts";
import { RESULTS_MS } from "../../domain/notifications/expire-results.ts";
import type { Notification } from "../../domain/notifications/find-notification.ts";
import { goneCount } from "../../domain/notifications/result-totals.ts";
import type { ReportedRecipient } from "../../domain/reports/report-details.ts";
import type { RecipientPage } from "../../domain/notifications/list-recipients.ts";
import { Chip } from "../parts/chip.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { PLATFORM_LABELS } from "../parts/subscriber-words.ts";
import { None, Table } from "../parts/table.tsx";
import { figure } from "../parts/words.ts";
import { notificationsPath, subscriberPath } from "./paths.ts";
import { reasonLabel } from "./reasons.ts";

/** By what recipients are filtered; "pending" is offered while it is being sent. */
export const OUTCOMES = ["sent", "gone", "failed", "pending"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface RecipientsProps {
  app: App;
  notification: Notification;
  recipients: RecipientPage<ReportedRecipient>;
  outcome: Outcome | null;
  isFirst: boolean;
  /** Whether who looks may take them along as a file. */
  mayExport: boolean;
  now: number;
}

export const RecipientsCard = (props: RecipientsProps) => {
  const { app, notification, recipients, outcome, mayExport, now } = props;
  const path = notificationsPath(app, notification.uuid);
  const areKept = notification.updatedAt + RESULTS_MS > now;
  const query = outcome === null ? "" : `?outcome=${outcome}`;
  return (
    <section class="card" aria-labelledby="rc-h" id="recipients">
      <header>
        <h2 id="rc-h">Recipients</h2>
        {mayExport && recipients.rows.length > 0 && (
          <a class="btn btn--s" href={`${path}/recipients${query}`} download="recipients.csv">
            <Icon name="download" />
            CSV
          </a>
        )}
      </header>
      {areKept && <Filters {...props} path={path} />}
      {recipients.rows.length > 0 ? (
        <Rows {...props} />
      ) : (
        <div class="card-body">
          <p class="muted">{nobody(areKept, outcome)}</p>
        </div>
      )}
      <Foot {...props} path={path} areKept={areKept} />
    </section>
  );
};

function nobody(areKept: boolean, outcome: Outcome | null): string {
  if (!areKept) {
    return "What became of each is kept for 90 days after the end. The numbers above stay.";
  }
  return outcome === null
    ? "Nobody was in the audience when the sending began."
    : "Nobody has this outcome.";
}

/** The way to recipients with an outcome, from a place in the list on. */
function listPath(path: string, outcome: Outcome | null, cursor: string | null): string {
  const query = new URLSearchParams({
    ...(outcome === null ? {} : { outcome }),
    ...(cursor === null ? {} : { cursor }),
  });
  return `${path}${query.size === 0 ? "" : `?${query.toString()}`}#recipients`;
}

const Filters = ({ notification, outcome, path }: RecipientsProps & { path: string }) => {
  const { totalCount, sentCount, failedCount, resultTotals } = notification;
  const gone = goneCount(resultTotals);
  const pending = Math.max(0, totalCount - sentCount - failedCount);
  const tabs = [
    { of: null, label: "All", count: totalCount },
    { of: "sent", label: "Sent", count: sentCount },
    { of: "gone", label: "Gone", count: gone },
    { of: "failed", label: "Failed", count: failedCount - gone },
    ...(pending > 0 ? [{ of: "pending", label: "Pending", count: pending } as const] : []),
  ] as const;
  return (
    <div class="card-body">
      <nav class="seg" aria-label="Filter by outcome">
        {tabs.map(({ of, label, count }) => (
          <a href={listPath(path, of, null)} aria-current={of === outcome ? "true" : undefined}>
            {label} <span class="num">{figure(count)}</span>
          </a>
        ))}
      </nav>
    </div>
  );
};

const Rows = ({ app, recipients }: RecipientsProps) => {
  const isLinked = recipients.rows.some(({ subscriber }) => subscriber !== null);
  return (
    <Table
      caption="Recipients and what became of each"
      columns={[
        { label: "Subscriber" },
        { label: "Platform", class: "md" },
        { label: "Outcome" },
        { label: "Why", class: "lo" },
        { label: "Then", class: "md" },
        { label: "Tries", class: "num lo" },
      ]}
      region={isLinked ? undefined : "Recipients, as a table"}
    >
      {recipients.rows.map((row) => (
        <tr>
          <th scope="row">
            <Who app={app} row={row} />
          </th>
          <td class="md soft">
            {row.subscriber ? PLATFORM_LABELS[row.subscriber.platform] : <None />}
          </td>
          <td>
            <Chip state={row.status} />
          </td>
          <td class="lo soft">
            <span title={row.error ?? undefined}>{reasonLabel(row.reason) ?? <None />}</span>
          </td>
          <td class="md soft">
            <Then row={row} />
          </td>
          <td class="num lo">{row.attempts}</td>
        </tr>
      ))}
    </Table>
  );
};

/** What the device told; the file has the times. */
const Then = ({ row }: { row: ReportedRecipient }) => {
  if (row.clickedAt !== null) return <>Clicked</>;
  return row.deliveredAt === null ? <None /> : <>Delivered</>;
};

/** Your id of somebody, or that there is none, as the way to their page. */
const Who = ({ app, row }: { app: App; row: ReportedRecipient }) => {
  const { subscriber } = row;
  if (!subscriber) return <span class="muted">Deleted since</span>;
  const name = subscriber.userId ?? "Anonymous";
  return (
    <a class="row-link" href={subscriberPath(app, subscriber.uuid)}>
      {name}
    </a>
  );
};

const Foot = ({
  notification,
  recipients,
  outcome,
  isFirst,
  now,
  path,
  areKept,
}: RecipientsProps & { path: string; areKept: boolean }) => {
  if (recipients.rows.length === 0 && isFirst) return null;
  return (
    <footer>
      <span>
        {areKept && (
          <>
            Kept until <Moment at={notification.updatedAt + RESULTS_MS} now={now} day />
          </>
        )}
      </span>
      <span class="row">
        {!isFirst && (
          <a class="btn btn--s" href={listPath(path, outcome, null)}>
            First page
          </a>
        )}
        {recipients.next !== null && (
          <a class="btn btn--s" href={listPath(path, outcome, recipients.next)}>
            Next page
          </a>
        )}
      </span>
    </footer>
  );
};
