// What the page of the audit log shows.
import { KINDS } from "../../domain/audit/deeds.ts";
import {
  MAX_AUDIT_ENTRIES,
  type AuditEntry,
  type AuditPage,
} from "../../domain/audit/list-audit.ts";
import type { Member } from "../../domain/people/members.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { OlderLinks, withQuery } from "../parts/pager.tsx";
import { figure, howMany } from "../parts/words.ts";
import { Table } from "../parts/table.tsx";
import type { Filters } from "./filters.ts";
import { factsOf, thingOf } from "./thing.ts";
import { KIND_LABELS, SAYS, throughOf } from "./words.ts";

export interface LogProps {
  /** The path of the log. */
  log: string;
  /** The path below which the account's things have their pages; null for who has no way to these. */
  things: string | null;
  filters: Filters;
  page: AuditPage;
  members: readonly Member[];
  /** Whether this is the newest page. */
  isFirst: boolean;
  now: number;
}

export interface AuditProps extends Omit<LogProps, "log" | "things" | "now"> {
  ctx: MemberCtx;
  /** The account's path. */
  base: string;
}

export const AuditView = ({ ctx, base, ...shown }: AuditProps) => (
  <Shell ctx={ctx} here="audit" crumbs={[{ label: "Audit log" }]}>
    <PageHead title="Audit log" text={KEPT}>
      {shown.page.rows.length > 0 && (
        <a class="btn" href={exportOf(base, shown.filters)} download="audit-log.csv">
          <Icon name="download" />
          Export
        </a>
      )}
    </PageHead>
    <AuditLog {...shown} log={`${base}/audit`} things={base} now={ctx.now()} />
  </Shell>
);

/** What a log has, and for how long. */
export const KEPT = `Who did what, by hand or with a key. Kept for a year, at most ${figure(MAX_AUDIT_ENTRIES)} entries.`;

/** The entries of a log below the form that filters them. */
export const AuditLog = (props: LogProps) => {
  const { log, filters, page } = props;
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      {(page.total.count > 0 || isFiltered) && <FilterForm {...props} />}
      {page.rows.length > 0 ? (
        <Entries {...props} />
      ) : isFiltered ? (
        <Empty title="Nothing matches" text="Nobody did such a thing here within a year.">
          <a class="btn" href={log}>
            Show all
          </a>
        </Empty>
      ) : (
        <Empty
          title="Nothing yet"
          text="Changes to apps, builds, keys, people and notifications are noted here from now on."
        />
      )}
    </>
  );
};

function exportOf(base: string, filters: Filters): string {
  return withQuery(`${base}/audit/export`, { ...filters });
}

const FilterForm = ({ log, filters, members }: LogProps) => {
  const who = [
    { value: "", label: "Anybody" },
    ...members.map(({ id, name }) => ({ value: `person:${id}`, label: name })),
    { value: "keys", label: "API keys" },
    { value: "operator", label: "Operator" },
  ];
  const kinds = [
    { value: "", label: "Anything" },
    ...KINDS.map((kind) => ({ value: kind, label: KIND_LABELS[kind].label })),
  ];
  return (
    <form method="get" action={log} class="filters" role="search" aria-label="Filter the log">
      <Choice name="who" label="Who" options={who} chosen={filters.who} />
      <Choice name="kind" label="What" options={kinds} chosen={filters.kind} />
      <button class="btn btn--s">Filter</button>
    </form>
  );
};

const Choice = ({
  name,
  label,
  options,
  chosen = "",
}: {
  name: string;
  label: string;
  options: readonly { value: string; label: string }[];
  chosen: string | undefined;
}) => {
  // Somebody who is no member any more is filtered by through links alone.
  const isOffered = options.some(({ value }) => value === chosen);
  const all = isOffered ? options : [...options, { value: chosen, label: "Somebody else" }];
  return (
    <>
      <label class="vh" for={`a-${name}`}>
        {label}
      </label>
      <select class="input input--s" id={`a-${name}`} name={name}>
        {all.map((each) => (
          <option value={each.value} selected={each.value === chosen}>
            {each.label}
          </option>
        ))}
      </select>
    </>
  );
};

const Entries = ({ log, things, filters, page, isFirst, now }: LogProps) => {
  const { rows, total, next } = page;
  const all = howMany(total);
  return (
    <section class="card">
      <Table
        caption="Entries, newest first"
        columns={[
          { label: "Who did what" },
          { label: "From", class: "lo" },
          { label: "When", class: "num" },
        ]}
        region="Entries"
      >
        {rows.map((entry) => (
          <EntryRow entry={entry} things={things} now={now} />
        ))}
      </Table>
      <footer>
        <span>{all === "1" ? "1 entry" : `${all} entries`}</span>
        <OlderLinks
          isFirst={isFirst}
          newest={withQuery(log, { ...filters })}
          older={next === null ? null : withQuery(log, { ...filters, before: next })}
        />
      </footer>
    </section>
  );
};

export const EntryRow = ({
  entry,
  things,
  now,
}: {
  entry: AuditEntry;
  things: string | null;
  now: number;
}) => {
  const { name, path } = thingOf(entry, things);
  const facts = factsOf(entry);
  return (
    <tr>
      <th scope="row">
        <span class="person">
          <span class="avatar" aria-hidden="true">
            <Icon name={KIND_LABELS[entry.kind].icon} />
          </span>
          <span>
            <b>{entry.who.startsWith("key:") ? `Key “${entry.whoName}”` : entry.whoName}</b>{" "}
            {SAYS[entry.did]} {name !== null && (path === null ? name : <a href={path}>{name}</a>)}
            {facts !== "" && <small>{facts}</small>}
          </span>
        </span>
      </th>
      <td class="lo soft">
        {throughOf(entry.who)}
        {entry.address !== null && (
          <small>
            <code>{entry.address}</code>
          </small>
        )}
      </td>
      <td class="num soft">
        <Moment at={entry.createdAt} now={now} />
      </td>
    </tr>
  );
};
