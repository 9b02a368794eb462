// The ways to the other pages of a list.

/** Nothing where all is on one page. `path` is the list's, without a query. */
export const Pager = ({
  path,
  page,
  perPage,
  total,
}: {
  path: string;
  page: number;
  perPage: number;
  total: number;
}) => {
  const last = Math.max(1, Math.ceil(total / perPage));
  if (last === 1 && page === 1) return null;
  const first = Math.min((page - 1) * perPage + 1, total);
  return (
    <nav class="row row--between" aria-label="Pages">
      <span class="muted small">
        {page > last
          ? `${total.toLocaleString("en")} in all`
          : `${first.toLocaleString("en")} to ${Math.min(page * perPage, total).toLocaleString("en")} of ${total.toLocaleString("en")}`}
      </span>
      <span class="row">
        {page > 1 && (
          <a class="btn btn--s" href={`${path}?page=${Math.min(page - 1, last)}`} rel="prev">
            Newer
          </a>
        )}
        {page < last && (
          <a class="btn btn--s" href={`${path}?page=${page + 1}`} rel="next">
            Older
          </a>
        )}
      </span>
    </nav>
  );
};
