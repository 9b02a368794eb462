// What the page of the audit log shows.
import { KINDS } from "../../domain/audit/deeds.ts";
import type { AuditEntry, AuditPage } from "../../domain/audit/list-audit.ts";
import type { Member } from "../../domain/people/members.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { howMany } from "../parts/words.ts";
import { Table } from "../parts/table.tsx";
import type { Filters } from "./filters.ts";
import { factsOf, thingOf } from "./thing.ts";
import { KIND_LABELS, SAYS, throughOf } from "./words.ts";

export interface AuditProps {
  ctx: MemberCtx;
  /** The account's path. */
  base: string;
  filters: Filters;
  page: AuditPage;
  members: readonly Member[];
  /** Whether this is the newest page. */
  isFirst: boolean;
}

export const AuditView = (props: AuditProps) => {
  const { ctx, base, filters, page } = props;
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <Shell ctx={ctx} here="audit" crumbs={[{ label: "Audit log" }]}>
      <PageHead
        title="Audit log"
        text="Who did what, by hand or with a key. Kept for a year, at most 100,000 entries."
      >
        {page.rows.length > 0 && (
          <a class="btn" href={exportOf(base, filters)} download="audit-log.csv">
            <Icon name="download" />
            Export
          </a>
        )}
      </PageHead>
      {(page.total.count > 0 || isFiltered) && <FilterForm {...props} />}
      {page.rows.length > 0 ? (
        <Entries {...props} />
      ) : isFiltered ? (
        <Empty title="Nothing matches" text="Nobody did such a thing here within a year.">
          <a class="btn" href={`${base}/audit`}>
            Show all
          </a>
        </Empty>
      ) : (
        <Empty
          title="Nothing yet"
          text="Changes to apps, builds, keys, people and notifications are noted here from now on."
        />
      )}
    </Shell>
  );
};

function exportOf(base: string, filters: Filters): string {
  const query = new URLSearchParams({ ...filters });
  return query.size === 0 ? `${base}/audit/export` : `${base}/audit/export?${query.toString()}`;
}

const FilterForm = ({ base, filters, members }: AuditProps) => {
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
    <form
      method="get"
      action={`${base}/audit`}
      class="filters"
      role="search"
      aria-label="Filter the log"
    >
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

const Entries = ({ ctx, base, filters, page, isFirst }: AuditProps) => {
  const { rows, total, next } = page;
  const to = (before?: number) => {
    const query = new URLSearchParams({ ...filters });
    if (before !== undefined) query.set("before", String(before));
    return query.size === 0 ? `${base}/audit` : `${base}/audit?${query.toString()}`;
  };
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
          <EntryRow entry={entry} base={base} now={ctx.now()} />
        ))}
      </Table>
      <footer>
        <span>{all === "1" ? "1 entry" : `${all} entries`}</span>
        <span class="row">
          {!isFirst && (
            <a class="btn btn--s" href={to()}>
              Newest
            </a>
          )}
          {next !== null && (
            <a class="btn btn--s" href={to(next)}>
              Older
            </a>
          )}
        </span>
      </footer>
    </section>
  );
};

const EntryRow = ({ entry, base, now }: { entry: AuditEntry; base: string; now: number }) => {
  const { name, path } = thingOf(entry, base);
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
