// What the page of an app's saved segments shows.
import type { App } from "../../domain/apps/find-app.ts";
import type { Segment } from "../../domain/audiences/find-segment.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import type { SideApp } from "../dashboard/side.tsx";
import { appPath } from "../parts/app-tile.tsx";
import { AudienceTabs } from "../parts/audience-tabs.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon } from "../parts/icon.tsx";
import { Pager } from "../parts/pager.tsx";
import { ACTIONS, Table } from "../parts/table.tsx";
import { figure } from "../parts/words.ts";
import { sentenceOf } from "../targeting/sentence.ts";
import { shareOf, type CountedSize } from "../targeting/size.tsx";

export interface SegmentsProps {
  ctx: MemberCtx;
  app: App;
  side: SideApp;
  form: FormState;
  rows: readonly Segment[];
  total: number;
  page: number;
  /** The size of the one that was asked for; null for none. */
  counted: { id: string; size: CountedSize } | null;
  mayChange: boolean;
}

export const SegmentsView = (props: SegmentsProps) => {
  const { ctx, app, side, rows, total, page, mayChange } = props;
  const base = `${appPath(app)}/segments`;
  const opener = mayChange && (
    <a class="btn btn--primary" href={`${base}/new`}>
      <Icon name="plus" />
      New segment
    </a>
  );
  return (
    <Shell
      ctx={ctx}
      here="audience"
      app={side}
      crumbs={[
        { label: side.name, path: appPath(app) },
        { label: "Audience", path: `${appPath(app)}/audience` },
        { label: "Saved segments" },
      ]}
    >
      <PageHead
        title="Saved segments"
        text="Groups of people that you write to again and again, each under a name."
      >
        {total > 0 && opener}
      </PageHead>
      <AudienceTabs ofApp={appPath(app)} here="segments" />
      {total === 0 ? (
        <Empty
          title="No saved segments yet"
          text="Save the conditions for people whom you write to more than once. Who is in a segment is found when a notification goes out."
        >
          {opener}
        </Empty>
      ) : (
        <section class="card">
          <SegmentTable {...props} base={base} />
          <Pager path={base} page={page} shown={rows.length} total={total} />
        </section>
      )}
    </Shell>
  );
};

const SegmentTable = ({
  app,
  base,
  rows,
  counted,
  mayChange,
}: SegmentsProps & { base: string }) => (
  <Table
    caption="Saved segments"
    columns={[
      { label: "Segment" },
      { label: "People now", class: "num" },
      { label: "Share", class: "lo fill" },
      { label: "Used", class: "md" },
      ...(mayChange ? [ACTIONS] : []),
    ]}
  >
    {rows.map((segment) => (
      <tr data-size={`?part=size&segment=${segment.id}`}>
        <th scope="row">
          <a class="row-link" href={`${base}/${segment.id}`}>
            {segment.name}
          </a>
          <small>{sentenceOf(segment.targeting, [])}</small>
        </th>
        {counted?.id === segment.id ? (
          <SizeCells size={counted.size} />
        ) : (
          <NoSize href={`${base}?count=${segment.id}`} name={segment.name} />
        )}
        <td class="md soft">{timesUsed(segment.used)}</td>
        {mayChange && <Menu ofApp={appPath(app)} base={base} segment={segment} />}
      </tr>
    ))}
  </Table>
);

/** The number of people and their share, as two cells of a row: as wide as what stands there before, so that no column moves. */
export const SizeCells = ({ size: { total, all } }: { size: CountedSize }) => (
  <>
    <td class="num act">{figure(total)}</td>
    <td class="lo fill">
      <svg class="bar" role="img" aria-label={shareOf(total, all)}>
        <rect class="s3" width="100%" height="100%" opacity=".35" />
        <rect class="s1" width={`${widthOf(total, all)}%`} height="100%" />
      </svg>
    </td>
  </>
);

/** Somebody is always to be seen. */
const widthOf = (total: number, all: number) =>
  total === 0 ? 0 : Math.min(100, Math.max(1, (total / Math.max(all, 1)) * 100)).toFixed(1);

/** The same of a row that nobody counted: the script asks for it, and without one the link does. */
const NoSize = ({ href, name }: { href: string; name: string }) => (
  <>
    <td class="num act">
      <a href={href}>
        Count<span class="vh"> who is in {name}</span>
      </a>
    </td>
    <td class="lo fill" />
  </>
);

const Menu = ({
  ofApp,
  base,
  segment: { id, name },
}: {
  ofApp: string;
  base: string;
  segment: Segment;
}) => (
  <td class="act">
    <button
      class="btn btn--icon btn--ghost btn--s"
      type="button"
      aria-label={`More for ${name}`}
      popovertarget={`m-${id}`}
    >
      <Icon name="more" />
    </button>
    <div class="menu" id={`m-${id}`} popover="auto">
      <a href={`${ofApp}/compose?segment=${id}`}>
        <Icon name="send" />
        Write to them
      </a>
      <a href={`${base}/${id}`}>
        <Icon name="edit" />
        Change
      </a>
      <hr />
      <a class="bad" href={`${base}/${id}?delete`}>
        <Icon name="trash" />
        Delete
      </a>
    </div>
  </td>
);

/** How often something was used: "Twice". */
export function timesUsed(times: number): string {
  const words = ["Never", "Once", "Twice"];
  return words[times] ?? `${figure(times)} times`;
}
