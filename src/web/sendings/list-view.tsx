// What the page of an account's sendings shows.
import type {
  CAMPAIGN_STATES,
  CampaignPage,
  ListedCampaign,
} from "../../domain/campaigns/list-campaigns.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { Chip } from "../parts/chip.tsx";
import { Empty } from "../parts/empty.tsx";
import { OlderFooter, withQuery } from "../parts/pager.tsx";
import { Table } from "../parts/table.tsx";
import { counted, figure } from "../parts/words.ts";
import { STATE_CHIPS } from "./words.ts";
import { Due } from "./due.tsx";

type State = (typeof CAMPAIGN_STATES)[number] | undefined;

const FILTERS: readonly { state: State; label: string }[] = [
  { state: undefined, label: "All" },
  { state: "waiting", label: "Waiting" },
  { state: "begun", label: "Begun" },
  { state: "ended", label: "Ended" },
];

export interface SendingsProps {
  ctx: MemberCtx;
  /** The page's path. */
  base: string;
  state: State;
  page: CampaignPage;
  /** Whether this is the newest page. */
  isFirst: boolean;
}

export const SendingsView = (props: SendingsProps) => {
  const { ctx, base, state, page, isFirst } = props;
  const isNone = page.rows.length === 0 && page.next === null && isFirst;
  return (
    <Shell ctx={ctx} here="sendings" crumbs={[{ label: "Sendings" }]}>
      <PageHead
        title="Sendings"
        text="What your server sends to several apps together, right away or at a set time."
      />
      {(!isNone || state !== undefined) && (
        <nav class="seg" aria-label="Filter by state">
          {FILTERS.map((each) => (
            <a
              href={each.state === undefined ? base : `${base}?state=${each.state}`}
              aria-current={state === each.state ? "true" : undefined}
            >
              {each.label}
            </a>
          ))}
        </nav>
      )}
      {!isNone ? (
        <Sendings {...props} />
      ) : state === undefined ? (
        <Empty
          title="No sendings yet"
          text="One message to people of many apps: your server makes such sendings with the instant-send API. They are followed here, and ended where that is wanted."
        />
      ) : (
        <Empty title="None of these" text="No sending is in this state now.">
          <a class="btn" href={base}>
            Show all
          </a>
        </Empty>
      )}
    </Shell>
  );
};

const Sendings = ({ ctx, base, state, page, isFirst }: SendingsProps) => {
  return (
    <section class="card">
      <Table
        caption="Sendings, newest first"
        columns={[
          { label: "Sending" },
          { label: "Due", class: "lo" },
          { label: "Apps", class: "num md" },
          { label: "Sent", class: "num" },
          { label: "Clicked", class: "num lo" },
          { label: "State" },
        ]}
      >
        {page.rows.map((row) => (
          <Row row={row} base={base} now={ctx.now()} />
        ))}
      </Table>
      <OlderFooter
        isFirst={isFirst}
        newest={withQuery(base, { state })}
        older={page.next === null ? null : withQuery(base, { state, before: page.next })}
      >
        {page.rows.length === 0 ? "None here" : "Newest first"}
      </OlderFooter>
    </section>
  );
};

const Row = ({ row, base, now }: { row: ListedCampaign; base: string; now: number }) => (
  <tr>
    <th scope="row">
      <a class="row-link" href={`${base}/${row.id}`}>
        {row.name}
      </a>
      <small>
        {row.instant ? "Instant" : "Scheduled"},{" "}
        {row.progress.notifications === 0
          ? "no notifications"
          : counted(row.progress.notifications, "notification")}
      </small>
    </th>
    <td class="lo soft">
      <Due campaign={row} now={now} />
    </td>
    <td class="num md">{figure(row.apps)}</td>
    <td class="num">{figure(row.progress.sentCount)}</td>
    <td class="num lo">{figure(row.progress.clickedCount)}</td>
    <td>
      <Chip {...STATE_CHIPS[row.progress.state]} />
    </td>
  </tr>
);
