// What the page of an app's subscribers shows.
import type { DayStats } from "../../domain/notifications/analytics.ts";
import type { AppFigures } from "../../domain/overviews/app-figures.ts";
import { MAX_EXPORTED } from "../../domain/subscribers/export-subscribers.ts";
import type { SubscribersPage } from "../../domain/subscribers/page-subscribers.ts";
import { LOOKED_AT } from "../../domain/subscribers/walk.ts";
import type { Total } from "../../kit/pagination.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import type { SideApp } from "../dashboard/side.tsx";
import { AudienceTabs } from "../parts/audience-tabs.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon } from "../parts/icon.tsx";
import { Problem } from "../parts/notice.tsx";
import { counted, figure, howMany } from "../parts/words.ts";
import { FilterForm } from "./filter-form.tsx";
import { listPath, type Filters } from "./filters.ts";
import { SubscriberTable } from "./table.tsx";
import { PLATFORM_LABELS } from "../parts/subscriber-words.ts";

/** The path of the form that exports, below the list's. */
export const EXPORT = "/export";

export interface AudienceProps {
  ctx: MemberCtx;
  /** The app's path. */
  ofApp: string;
  side: SideApp;
  form: FormState;
  filters: Filters;
  figures: AppFigures;
  /** Of the last 30 days. */
  stats: readonly DayStats[];
  page: SubscribersPage;
  /** Tags to choose from. */
  tags: readonly string[];
  /** Whether this is the list's first page. */
  isFirst: boolean;
  mayWrite: boolean;
}

export const AudienceView = (props: AudienceProps) => {
  const { ctx, ofApp, side, form, figures, stats, mayWrite } = props;
  const isEmpty = figures.subscribers === 0;
  return (
    <Shell
      ctx={ctx}
      here="audience"
      app={side}
      crumbs={[{ label: side.name, path: ofApp }, { label: "Audience" }]}
    >
      <PageHead
        title="Audience"
        text={isEmpty ? undefined : "Everyone who installed the app or subscribed on the web."}
      >
        {mayWrite && (
          <div class="row">
            {!isEmpty && <ExportForm {...props} />}
            <a class="btn" href={`${ofApp}/audience/import`}>
              <Icon name="upload" />
              Import
            </a>
          </div>
        )}
      </PageHead>
      <Problem form={form} of={EXPORT} />
      <AudienceTabs ofApp={ofApp} here="subscribers" />
      {isEmpty ? (
        <Empty
          title="Nobody on board yet"
          text="People appear here when they start the app for the first time, or agree to notifications on your website."
        >
          <a class="btn btn--primary" href={`${ofApp}/builds`}>
            <Icon name="phone" />
            Install the app
          </a>
          <a class="btn" href={`${ofApp}/web-push`}>
            Set up web push
          </a>
        </Empty>
      ) : (
        <>
          <Figures figures={figures} stats={stats} />
          <ListCard {...props} />
        </>
      )}
    </Shell>
  );
};

/** Sends the filters of the page along, so that the file has whom the list shows. */
const ExportForm = ({ ofApp, filters }: AudienceProps) => (
  <form method="post" action={`${ofApp}/audience${EXPORT}`}>
    {Object.entries(filters).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <button class="btn">
      <Icon name="download" />
      {Object.keys(filters).length > 0 ? "Export these" : "Export"}
    </button>
  </form>
);

const PLATFORMS = ["android", "web", "ios"] as const;

const Figures = ({ figures: { active }, stats }: Pick<AudienceProps, "figures" | "stats">) => {
  const total = active.android + active.web + active.ios;
  const added = stats.reduce((sum, day) => sum + day.newSubscribers, 0);
  const left = stats.reduce((sum, day) => sum + day.unsubscribes, 0);
  return (
    <dl class="stats">
      <div class="stat">
        <dt>Can be reached</dt>
        <dd>{figure(total)}</dd>
        <dd>
          <span class="up">+{figure(added)}</span>, {figure(left)} unsubscribed in 30 days
        </dd>
      </div>
      {PLATFORMS.map((platform) => (
        <div class="stat">
          <dt>{PLATFORM_LABELS[platform]}</dt>
          <dd>{figure(active[platform])}</dd>
          <dd>{total === 0 ? "0" : ((active[platform] / total) * 100).toFixed(1)}%</dd>
        </div>
      ))}
    </dl>
  );
};

const ListCard = (props: AudienceProps) => {
  const { ctx, ofApp, filters, page, isFirst } = props;
  const base = `${ofApp}/audience`;
  const isOver = page.next === null;
  return (
    <section class="card" aria-label="Subscribers">
      <FilterForm base={base} filters={filters} tags={props.tags} />
      {page.rows.length > 0 ? (
        <SubscriberTable rows={page.rows} base={base} now={ctx.now()} filters={filters} />
      ) : (
        <div class="card-body stack stack--s">
          <p>
            {isOver
              ? isFirst
                ? "Nobody matches."
                : "Nobody is left here."
              : `Nobody matches among the ${figure(LOOKED_AT)} looked at. There are more.`}
          </p>
          {isFirst && isOver && (
            <p>
              <a href={base}>Show everybody</a>
            </p>
          )}
        </div>
      )}
      <Foot {...props} />
    </section>
  );
};

const Foot = ({ ofApp, filters, figures, page, isFirst }: AudienceProps) => {
  const { total, next, isShort } = page;
  const base = `${ofApp}/audience`;
  const isByUser = filters.find !== undefined;
  return (
    <footer>
      <span>
        {inAll(total)}
        {figures.subscribers > MAX_EXPORTED &&
          `. A file has ${figure(MAX_EXPORTED)} of them at most`}
      </span>
      <span class="row">
        {!isFirst && (
          <a class="btn btn--s" href={listPath(base, filters)}>
            {isByUser ? "First" : "Newest"}
          </a>
        )}
        {next !== null && (
          <a class="btn btn--s" href={listPath(base, filters, next)}>
            {isShort ? "Look further" : isByUser ? "More" : "Older"}
          </a>
        )}
      </span>
    </footer>
  );
};

function inAll(total: Total): string {
  if (!total.isMinimum) return counted(total.count, "subscriber");
  return total.count === 0
    ? `None among the first ${figure(LOOKED_AT)}`
    : `${howMany(total)} subscribers`;
}
