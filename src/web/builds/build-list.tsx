// The list of an app's builds: by status, and in pages.
import type { BuildsOfApp } from "../../domain/builds/builds-of-app.ts";
import { Neighbour } from "../parts/pager.tsx";
import { BuildRow } from "./build-row.tsx";

const FILTERS = ["completed", "failed", "cancelled"] as const;

export const BuildList = ({
  listed: { rows, counts, status, page, perPage },
  starters,
  path,
  now,
  total,
}: {
  listed: BuildsOfApp;
  /** Who triggered them, by the builds' ids. */
  starters: ReadonlyMap<number, string | null>;
  path: string;
  now: number;
  total: number;
}) => {
  const shown = status === undefined ? total : counts[status];
  const first = (page - 1) * perPage + 1;
  const last = Math.min(first + rows.length - 1, shown);
  const at = (to: number) => `${path}?${status === undefined ? "" : `status=${status}&`}page=${to}`;
  return (
    <>
      <Filters status={status} counts={counts} path={path} total={total} />
      <section class="card">
        {rows.length === 0 ? (
          <p class="card-body muted">
            None {status === undefined ? "on this page" : status}. <a href={path}>Show all</a>
          </p>
        ) : (
          <div class="table-wrap">
            <Table rows={rows} starters={starters} path={path} now={now} />
          </div>
        )}
        {rows.length > 0 && (
          <footer>
            <span>
              {first} to {last} of {shown}
            </span>
            <span class="row">
              <Neighbour label="Newer" to={page > 1 ? at(page - 1) : null} />
              <Neighbour label="Older" to={last < shown ? at(page + 1) : null} />
            </span>
          </footer>
        )}
      </section>
    </>
  );
};

const Filters = ({
  status,
  counts,
  path,
  total,
}: Pick<BuildsOfApp, "status" | "counts"> & { path: string; total: number }) => (
  <nav class="seg" aria-label="Filter by status">
    <a href={path} aria-current={status === undefined ? "true" : undefined}>
      All <span class="num">{total}</span>
    </a>
    {FILTERS.map((each) => (
      <a href={`${path}?status=${each}`} aria-current={status === each ? "true" : undefined}>
        {each.charAt(0).toUpperCase() + each.slice(1)} <span class="num">{counts[each]}</span>
      </a>
    ))}
  </nav>
);

const Table = ({
  rows,
  starters,
  path,
  now,
}: Pick<BuildsOfApp, "rows"> & {
  starters: ReadonlyMap<number, string | null>;
  path: string;
  now: number;
}) => (
  <table class="table">
    <caption class="vh">Builds, newest first</caption>
    <thead>
      <tr>
        <th scope="col">Build</th>
        <th scope="col">Status</th>
        <th scope="col" class="lo">
          Version
        </th>
        <th scope="col" class="md">
          Signed with
        </th>
        <th scope="col" class="num lo">
          Size
        </th>
        <th scope="col" class="num lo">
          Took
        </th>
        <th scope="col" class="num">
          Started
        </th>
      </tr>
    </thead>
    <tbody>
      {rows.map((each) => (
        <BuildRow listed={each} by={starters.get(each.build.id)} path={path} now={now} />
      ))}
    </tbody>
  </table>
);
