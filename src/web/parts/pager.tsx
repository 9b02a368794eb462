// The foot of a list of which one page is shown: where in it this is, and the ways to its neighbours.
import type { Child } from "hono/jsx";
import { MAX_COUNTED } from "../../kit/pagination.ts";
import { figure, howMany } from "./words.ts";

/** Rows of one page. */
export const PER_PAGE = 20;

export interface PagerProps {
  /** The path of the list, with the filters in its query. */
  path: string;
  query?: Readonly<Record<string, string>>;
  page: number;
  perPage?: number;
  /** Rows of this page, and of all. */
  shown: number;
  total: number;
  /** Whether there are more than `total`, which nobody counted. */
  isMinimum?: boolean;
}

/** What a list with `page` and `per_page` is asked for; a page that is no number is the first. */
export function paged(
  query: Readonly<Record<string, string>>,
  perPage = PER_PAGE,
): { page: string; per_page: string } {
  const page = query["page"] ?? "";
  return { page: /^[1-9]\d{0,5}$/.test(page) ? page : "1", per_page: String(perPage) };
}

/** The same of a list that is counted no further than MAX_COUNTED: a page behind that is the first. */
export function pagedWithin(query: Readonly<Record<string, string>>, perPage = PER_PAGE) {
  const asked = paged(query, perPage);
  return Number(asked.page) * perPage <= MAX_COUNTED ? asked : { ...asked, page: "1" };
}

/** Which row a list that follows its ids begins behind; an id that is none is left out: that is the first page. */
export function beforeOf({ before = "" }: Readonly<Record<string, string>>): { before?: string } {
  return /^[1-9]\d{0,14}$/.test(before) ? { before } : {};
}

/** What an address asks for, by name; what is empty or undefined is not asked for. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** The path with a query of what is given. */
export function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

/** Nothing where the whole list is on one page. */
export const Pager = ({
  path,
  query = {},
  page,
  perPage = PER_PAGE,
  shown,
  total,
  isMinimum = false,
}: PagerProps) => {
  if (page === 1 && shown >= total) return null;
  const from = (page - 1) * perPage;
  const all = howMany({ count: total, isMinimum });
  const goesOn = shown > 0 && (from + shown < total || (isMinimum && shown === perPage));
  const to = (other: number) => withQuery(path, { ...query, page: other === 1 ? "" : other });
  return (
    <footer>
      <span>
        {shown === 0
          ? `None here, of ${all}`
          : `${figure(from + 1)} to ${figure(from + shown)} of ${all}`}
      </span>
      <span class="row">
        <Neighbour to={page > 1 ? to(page - 1) : null} label="Newer" />
        <Neighbour to={goesOn ? to(page + 1) : null} label="Older" />
      </span>
    </footer>
  );
};

/** The way to a page, which is there, or not. */
export const Neighbour = ({ to, label }: { to: string | null; label: string }) =>
  to === null ? (
    <button class="btn btn--s" type="button" disabled>
      {label}
    </button>
  ) : (
    <a class="btn btn--s" href={to}>
      {label}
    </a>
  );

interface WaysProps {
  /** Whether the newest rows are shown. */
  isFirst: boolean;
  newest: string;
  /** null: there are no older ones. */
  older: string | null;
  olderLabel?: string;
}

/** The ways to older rows, and back to the newest, in a list that follows its ids. */
export const OlderLinks = ({ isFirst, newest, older, olderLabel = "Older" }: WaysProps) => (
  <span class="row">
    {!isFirst && (
      <a class="btn btn--s" href={newest}>
        Newest
      </a>
    )}
    {older !== null && (
      <a class="btn btn--s" href={older}>
        {olderLabel}
      </a>
    )}
  </span>
);

/** The foot of such a list, with what it says beside the ways; nothing where all rows are on one page. */
export const OlderFooter = ({
  children = "Newest first",
  ...ways
}: WaysProps & { children?: Child }) =>
  ways.isFirst && ways.older === null ? null : (
    <footer>
      <span>{children}</span>
      <OlderLinks {...ways} />
    </footer>
  );
