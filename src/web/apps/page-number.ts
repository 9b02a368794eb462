// The page of a list that a path asks for.

/** The greatest page, far beyond any list: what is before it can still be skipped. */
const MAX_PAGE = 100_000;

/** The number in `?page=`; what is none is the first page. */
export function pageNumber(request: Request): number {
  const text = new URL(request.url).searchParams.get("page") ?? "";
  const page = /^\d{1,7}$/.test(text) ? Number(text) : 1;
  return Math.min(Math.max(page, 1), MAX_PAGE);
}
