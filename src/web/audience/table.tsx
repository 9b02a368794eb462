// The table of subscribers: a row says who it is, what it is reached on and in which state it is.
import type { ListedSubscriber } from "../../domain/subscribers/page-subscribers.ts";
import { Ago } from "../parts/ago.tsx";
import { Chip } from "../parts/chip.tsx";
import { None, Table } from "../parts/table.tsx";
import type { Filters } from "./filters.ts";
import { CARRIER_LABELS, PLATFORM_LABELS } from "../parts/subscriber-words.ts";
import { calledBy } from "./words.ts";

/** Tags of a row; more are a number. */
const TAGS_A_ROW = 3;

export const SubscriberTable = ({
  rows,
  base,
  now,
  filters,
}: {
  rows: readonly ListedSubscriber[];
  /** The path of the list. */
  base: string;
  now: number;
  filters: Filters;
}) => (
  <Table
    caption={`Subscribers, ${filters.find === undefined ? "newest first" : "by their user ids"}`}
    columns={[
      { label: "Who" },
      { label: "Platform", class: "lo" },
      { label: "Language", class: "md" },
      { label: "Tags", class: "md" },
      { label: "State" },
      { label: "Last seen", class: "num lo" },
    ]}
  >
    {rows.map((row) => (
      <tr>
        <th scope="row">
          <a class="row-link" href={`${base}/${row.uuid}`}>
            {calledBy(row)}
          </a>
        </th>
        <td class="lo">
          {PLATFORM_LABELS[row.platform]}
          <small>{CARRIER_LABELS[row.provider]}</small>
        </td>
        <td class="md soft">
          {row.language ?? "–"}
          {row.country !== null && <small>{row.country}</small>}
        </td>
        <td class="md">
          <Tags tags={row.tags} first={filters.tag} />
        </td>
        <td>
          <Chip state={row.status} />
        </td>
        <td class="num lo soft">
          <Ago at={row.lastActiveAt} now={now} />
        </td>
      </tr>
    ))}
  </Table>
);

/** The first tags: the one that was looked for among them. */
const Tags = ({ tags, first }: { tags: readonly string[]; first: string | undefined }) => {
  const sorted = tags.toSorted((a, b) => Number(b === first) - Number(a === first));
  const more = tags.length - TAGS_A_ROW;
  return (
    <span class="tag-list">
      {tags.length === 0 && <None />}
      {sorted.slice(0, TAGS_A_ROW).map((tag) => (
        <span class="tag">
          <span class="clip">{tag}</span>
        </span>
      ))}
      {more > 0 && <span class="muted small">+{more}</span>}
    </span>
  );
};
