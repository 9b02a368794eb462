// What the list of notifications shows.
import type { App } from "../../domain/apps/find-app.ts";
import { hasRight } from "../../domain/people/roles.ts";
import {
  MAX_WORDS,
  SEARCHED,
  type ReportedList,
  type ReportState,
} from "../../domain/reports/list-reported.ts";
import { MAX_UNSENT } from "../../domain/notifications/room.ts";
import type { ListedDraft } from "../../domain/composing/find-draft.ts";
import type { Page } from "../../kit/pagination.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import type { SideApp } from "../dashboard/side.tsx";
import { appPath } from "../parts/app-tile.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon } from "../parts/icon.tsx";
import { OlderLinks, withQuery } from "../parts/pager.tsx";
import { Table } from "../parts/table.tsx";
import { figure, howMany, people } from "../parts/words.ts";
import type { SegmentName } from "../targeting/values.ts";
import { DraftsCard } from "./drafts-card.tsx";
import { composePath, notificationsPath } from "./paths.ts";
import { NotificationRow } from "./row.tsx";
import { isSending, TABS } from "./states.tsx";

/** Most rows that move, each by a question a second: the newest of those that are being sent. */
const MAX_LIVE = 5;

/** By what the list is filtered. */
export interface ListFilters {
  state?: ReportState;
  q?: string;
}

export interface ListProps {
  ctx: MemberCtx;
  app: App;
  side: SideApp;
  list: ReportedList;
  /** Those that audiences may name. */
  segments: readonly SegmentName[];
  /** What is being written. */
  drafts: Pick<Page<ListedDraft>, "rows" | "total">;
  filters: ListFilters;
  /** Whether this is the newest page. */
  isFirst: boolean;
}

export const ListView = (props: ListProps) => {
  const { ctx, app, side, list, filters } = props;
  const isFiltered = filters.state !== undefined || filters.q !== undefined;
  const compose = hasRight(ctx.role, "push:write") ? composePath(app) : null;
  const isNothing = list.rows.length === 0 && props.drafts.total === 0;
  const isEmpty = isNothing && !isFiltered && props.isFirst;
  const reach = `${people(list.reachable)} can be reached now.`;
  return (
    <Shell
      ctx={ctx}
      here="notifications"
      app={side}
      crumbs={[{ label: app.name, path: appPath(app) }, { label: "Notifications" }]}
    >
      <PageHead title="Notifications" text={isEmpty ? undefined : reach}>
        {!isEmpty && compose !== null && (
          <a class="btn btn--primary" href={compose}>
            <Icon name="plus" />
            New notification
          </a>
        )}
      </PageHead>
      {isEmpty ? (
        <Empty
          title="Nothing sent yet"
          text={`${reach} What is sent to them, by hand or by the API, is listed here.`}
        >
          {compose !== null && (
            <a class="btn btn--primary" href={compose}>
              <Icon name="plus" />
              Write a notification
            </a>
          )}
        </Empty>
      ) : (
        <Filtered {...props} />
      )}
    </Shell>
  );
};

const Filtered = (props: ListProps) => {
  const { app, list, filters } = props;
  return (
    <>
      <Filters {...props} />
      <DraftsCard ctx={props.ctx} app={app} drafts={props.drafts} />
      {list.rows.length > 0 ? (
        <Rows {...props} />
      ) : props.drafts.total > 0 ? null : (
        <Empty
          title="Nothing matches"
          text={
            filters.q === undefined
              ? "No notification of this app is in this state."
              : `None of the newest ${figure(SEARCHED)} has “${filters.q}” in its title.`
          }
        >
          <a class="btn" href={notificationsPath(app)}>
            Show all
          </a>
        </Empty>
      )}
    </>
  );
};

/** The path of the list by these filters. */
function filteredPath(app: App, filters: ListFilters, before?: number): string {
  return withQuery(notificationsPath(app), { ...filters, before });
}

const Filters = ({ app, list, filters }: ListProps) => {
  const { q, state } = filters;
  const kept = q === undefined ? {} : { q };
  return (
    <div class="filters">
      <nav class="seg" aria-label="Filter by state">
        <a href={filteredPath(app, kept)} aria-current={state === undefined ? "true" : undefined}>
          All
        </a>
        {TABS.map((tab) => (
          <a
            href={filteredPath(app, { ...kept, state: tab.state })}
            aria-current={state === tab.state ? "true" : undefined}
          >
            {tab.label}
            <Count list={list} state={tab.state} />
          </a>
        ))}
      </nav>
      <form
        method="get"
        action={notificationsPath(app)}
        class="push-end filters"
        role="search"
        aria-label="Find notifications"
      >
        {state !== undefined && <input type="hidden" name="state" value={state} />}
        <label class="vh" for="n-q">
          Search by title
        </label>
        <input
          class="input input--s"
          type="search"
          id="n-q"
          name="q"
          value={q}
          maxlength={MAX_WORDS}
          placeholder="Search by title"
        />
        <button class="btn btn--s">Search</button>
      </form>
    </div>
  );
};

/** How many are in a state that ends; of the others nobody counts all. */
const Count = ({ list, state }: { list: ReportedList; state: ReportState }) => {
  const count = state in list.counts ? list.counts[state as keyof typeof list.counts] : 0;
  if (count === 0) return null;
  const total = { count: Math.min(count, MAX_UNSENT), isMinimum: count > MAX_UNSENT };
  return (
    <>
      {" "}
      <span class="num">{howMany(total)}</span>
    </>
  );
};

const Rows = ({ ctx, app, list, segments, filters, isFirst }: ListProps) => {
  const live = new Set(list.rows.filter(({ status }) => isSending(status)).slice(0, MAX_LIVE));
  const { next } = list;
  return (
    <section class="card">
      <Table
        caption="Notifications, newest first"
        columns={[
          { label: "Message" },
          { label: "Status" },
          { label: "Sent", class: "num lo" },
          { label: "Delivered", class: "num md" },
          { label: "Clicked", class: "num lo" },
          { label: "When", class: "num md" },
        ]}
      >
        {list.rows.map((row) => (
          <NotificationRow
            app={app}
            segments={segments}
            row={row}
            now={ctx.now()}
            isLive={live.has(row)}
          />
        ))}
      </Table>
      {(filters.q !== undefined || !isFirst || next !== null) && (
        <footer>
          <span>
            {filters.q === undefined
              ? "Newest first"
              : `Searched: titles of the newest ${figure(SEARCHED)}`}
          </span>
          <OlderLinks
            isFirst={isFirst}
            newest={filteredPath(app, filters)}
            older={next === null ? null : filteredPath(app, filters, next)}
          />
        </footer>
      )}
    </section>
  );
};
