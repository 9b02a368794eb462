// The deliveries of a webhook: newest first, by state, each with the way to its page.
import { SEARCHED, type ListedDelivery } from "../../domain/webhooks/page-deliveries.ts";
import { LOG_MS } from "../../domain/webhooks/recover-deliveries.ts";
import { Moment } from "../parts/moment.tsx";
import { OlderFooter, withQuery } from "../parts/pager.tsx";
import { Table } from "../parts/table.tsx";
import { figure, span } from "../parts/words.ts";
import type { WebhookProps } from "./webhook-view.tsx";
import { DeliveryChip, EVERY_S, isMoving } from "./words.tsx";

/** Most rows whose state is asked for, each by a request of its own: the newest. */
const MAX_LIVE = 5;

const FILTERS = [
  { state: undefined, label: "All" },
  { state: "pending", label: "Pending" },
  { state: "delivered", label: "Delivered" },
  { state: "failed", label: "Given up" },
] as const;

export const DeliveriesCard = (props: WebhookProps) => {
  const { ctx, base, page, state, isFirst } = props;
  const now = ctx.now();
  const live = new Set(page.rows.filter((row) => isMoving(row, now)).slice(0, MAX_LIVE));
  return (
    <section class="card" aria-labelledby="dl-h">
      <header>
        <h2 id="dl-h">Deliveries</h2>
        <span class="muted small">{span(LOG_MS)}</span>
      </header>
      <div class="card-body">
        <nav class="seg" aria-label="Filter by state">
          {FILTERS.map((each) => (
            <a
              href={withQuery(base, { state: each.state })}
              aria-current={state === each.state ? "true" : undefined}
            >
              {each.label}
            </a>
          ))}
        </nav>
        {page.rows.length === 0 && (
          <p class="muted">
            {page.goesOn
              ? `None among ${figure(SEARCHED)} deliveries that were looked through.`
              : state === undefined && isFirst
                ? "None yet. A test event makes one."
                : "None here."}
          </p>
        )}
      </div>
      {page.rows.length > 0 && (
        <Table
          caption={
            state === "failed"
              ? "Deliveries, by when they were given up"
              : "Deliveries, newest first"
          }
          columns={[
            { label: "Event" },
            { label: "Status" },
            { label: "Answer", class: "num" },
            { label: "At", class: "num lo" },
          ]}
        >
          {page.rows.map((row) => (
            <Row base={base} row={row} now={now} isLive={live.has(row)} />
          ))}
        </Table>
      )}
      <OlderFooter
        isFirst={isFirst}
        newest={withQuery(base, { state })}
        older={page.next === null ? null : withQuery(base, { state, before: page.next })}
        olderLabel={page.goesOn ? "Look further" : "Older"}
      >
        {page.goesOn ? `Looked through ${figure(SEARCHED)} deliveries` : "Newest first"}
      </OlderFooter>
    </section>
  );
};

const Row = ({
  base,
  row,
  now,
  isLive,
}: {
  base: string;
  row: ListedDelivery;
  now: number;
  isLive: boolean;
}) => (
  <tr>
    <th scope="row">
      <a class="row-link" href={`${base}/deliveries/${row.uuid}`}>
        {row.event}
      </a>
      <small>
        {row.attempts === 0
          ? "Not tried yet"
          : row.attempts === 1
            ? "1 try"
            : `${row.attempts} tries`}
      </small>
    </th>
    <td>
      <div
        id={`state-${row.id}`}
        data-live={isLive ? `?part=state&of=${row.uuid}` : undefined}
        data-every={isLive ? EVERY_S : undefined}
      >
        <DeliveryChip delivery={row} />
      </div>
    </td>
    <td class="num">{row.responseStatus ?? <span class="muted">none</span>}</td>
    <td class="num lo soft">
      <Moment at={row.createdAt} now={now} />
    </td>
  </tr>
);
