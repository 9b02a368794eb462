// The foot of a list of which one page is shown: where in it this is, and the ways to its neighbours.
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
  const to = (other: number) => {
    const some = Object.entries({ ...query, page: other === 1 ? "" : String(other) });
    const text = new URLSearchParams(some.filter(([, value]) => value !== "")).toString();
    return text === "" ? path : `${path}?${text}`;
  };
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
