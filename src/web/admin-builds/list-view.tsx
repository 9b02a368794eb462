// What the page of all builds shows.
import type { PersonCtx } from "../../domain/context.ts";
import {
  BUILD_STATUSES,
  type AnyBuild,
  type BuildsOfAll,
} from "../../domain/operators/list-builds.ts";
import { failureOf } from "../builds/failures.ts";
import { duration, kindOf, tookMs } from "../builds/words.ts";
import { OperatorShell, PageHead } from "../dashboard/shell.tsx";
import { Chip } from "../parts/chip.tsx";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { FilteredTo, OfAccount, StateTabs } from "../parts/of-all.tsx";
import { OlderFooter } from "../parts/pager.tsx";
import { None, Table } from "../parts/table.tsx";
import { adminBuildPath, adminBuildsPath } from "../dashboard/places.ts";

export const AllBuildsView = ({ ctx, page }: { ctx: PersonCtx; page: BuildsOfAll }) => {
  const { rows, filters, isFirst, next } = page;
  const { status, account, builder } = filters;
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <OperatorShell ctx={ctx} here="admin-builds" crumbs={[{ label: "All builds" }]}>
      <PageHead title="All builds" text="Of all accounts, newest first." />
      <div class="filters">
        <StateTabs
          states={BUILD_STATUSES}
          chosen={status}
          to={(state) => adminBuildsPath({ ...filters, status: state })}
        />
        <OfAccount
          action={adminBuildsPath()}
          account={account}
          kept={status === undefined ? {} : { status }}
        />
      </div>
      {account !== undefined && (
        <FilteredTo account={account} name={page.names.account} all={adminBuildsPath({ status })} />
      )}
      {builder !== undefined && (
        <p class="break">
          By the host{" "}
          <strong>{page.names.builder ?? `${builder}, which is not there any more`}</strong>.{" "}
          <a href={adminBuildsPath({ status })}>Show all</a>
        </p>
      )}
      {rows.length === 0 && isFirst ? (
        <Empty
          title={isFiltered ? "No build matches" : "No builds yet"}
          text={
            isFiltered
              ? "No build that is kept is of this state, account or host."
              : "What accounts have built is listed here."
          }
        />
      ) : (
        <section class="card">
          <Table
            caption="Builds, newest first"
            columns={[
              { label: "Build" },
              { label: "App" },
              { label: "Status" },
              { label: "Host", class: "md" },
              { label: "Took", class: "num lo" },
              { label: "When", class: "num lo" },
            ]}
          >
            {rows.map((row) => (
              <Row row={row} now={ctx.now()} />
            ))}
          </Table>
          <OlderFooter
            isFirst={isFirst}
            newest={adminBuildsPath(filters)}
            older={next === null ? null : adminBuildsPath({ ...filters, before: next })}
          />
        </section>
      )}
    </OperatorShell>
  );
};

const Row = ({ row, now }: { row: AnyBuild; now: number }) => {
  const took = tookMs(row);
  return (
    <tr>
      <th scope="row">
        <a href={adminBuildPath(row.id)}>#{row.id}</a>
        <small>{kindOf(row)}</small>
      </th>
      <td>
        {row.appName} <bdi class="muted">{row.versionName}</bdi>
        <small>
          <a href={adminBuildsPath({ account: row.accountId })}>{row.accountName}</a>
        </small>
      </td>
      <td>
        <Chip state={row.status} />
        {row.status === "failed" && <small>{failureOf(row.errorCode).title}</small>}
      </td>
      <td class="md soft">
        {row.builderId === null ? (
          <None />
        ) : (
          <a href={adminBuildsPath({ builder: row.builderId })}>
            {row.builderName ?? "A removed host"}
          </a>
        )}
      </td>
      <td class="num lo">{took === null ? <None /> : duration(took)}</td>
      <td class="num lo soft">
        <Moment at={row.createdAt} now={now} />
      </td>
    </tr>
  );
};
