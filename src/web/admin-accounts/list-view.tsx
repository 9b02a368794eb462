// What the list of accounts shows.
import type { ApiKey } from "../../domain/accounts/api-keys.ts";
import type { AccountView } from "../../domain/accounts/operate-accounts.ts";
import type { PlanInUse } from "../../domain/accounts/plans.ts";
import type { PersonCtx } from "../../domain/context.ts";
import { MAX_FOUND, type AccountOverview } from "../../domain/operators/list-accounts.ts";
import type { Page } from "../../kit/pagination.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { OperatorShell, PageHead } from "../dashboard/shell.tsx";
import { Chip } from "../parts/chip.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Pager } from "../parts/pager.tsx";
import { MadeNotice, ShownOnce } from "../parts/shown-once.tsx";
import { ACTIONS, Table } from "../parts/table.tsx";
import { counted, figure } from "../parts/words.ts";
import { FilterForm, listQuery, type Filters } from "./filters.tsx";
import { NewAccountDialog } from "./new-account-dialog.tsx";
import { accountPath, accountsPath } from "../dashboard/places.ts";

/** What the form for a new account makes. */
export interface Opened {
  account: AccountView;
  key: string;
  apiKey: ApiKey;
}

export interface AccountsProps {
  ctx: PersonCtx;
  form: FormState;
  plans: readonly PlanInUse[];
  filters: Filters;
  page: Page<AccountOverview>;
}

export const AccountsView = ({ ctx, form, plans, filters, page }: AccountsProps) => {
  const made = form.made as Opened | null;
  const all = plans.reduce((sum, { accounts }) => sum + accounts, 0);
  const query = listQuery(filters);
  const isFiltered = Object.keys(query).length > 0;
  const dialogs = (
    <>
      <NewAccountDialog form={form} plans={plans} />
      {made && (
        <ShownOnce
          title={`The first key of ${made.account.name}`}
          secrets={[{ label: made.apiKey.name, secret: made.key }]}
        />
      )}
    </>
  );
  return (
    <OperatorShell ctx={ctx} here="admin-accounts" crumbs={[{ label: "Accounts" }]} after={dialogs}>
      <PageHead title="Accounts" text={`${counted(all, "account")} on this installation.`}>
        <Opens dialog="new-account" class="btn btn--primary">
          <Icon name="plus" />
          Open an account
        </Opens>
      </PageHead>
      {made && <MadeNotice what={`${made.account.name} is opened.`} opens="Show its first key" />}
      <FilterForm plans={plans} filters={filters} />
      {page.rows.length > 0 ? (
        <section class="card">
          <AccountTable rows={page.rows} now={ctx.now()} />
          <Pager
            path={accountsPath()}
            query={query}
            page={page.page}
            shown={page.rows.length}
            total={page.total}
          />
        </section>
      ) : isFiltered || page.page > 1 ? (
        <Empty
          title="No account matches"
          text={`A search finds what names and addresses begin with, ${figure(MAX_FOUND)} of each at most.`}
        >
          <a class="btn" href={accountsPath()}>
            Show all
          </a>
        </Empty>
      ) : (
        <Empty
          title="No accounts yet"
          text="Open one for whoever is to use this installation. It has its own apps, keys and members."
        />
      )}
    </OperatorShell>
  );
};

const AccountTable = ({ rows, now }: { rows: readonly AccountOverview[]; now: number }) => (
  <Table
    caption="Accounts"
    columns={[
      { label: "Account" },
      { label: "Plan" },
      { label: "Credits", class: "num lo" },
      { label: "Apps", class: "num md" },
      { label: "Sent, 30 days", class: "num md" },
      { label: "Since", class: "num lo" },
      ACTIONS,
    ]}
  >
    {rows.map((account) => (
      <tr>
        <th scope="row">
          <a class="row-link" href={accountPath(account.id)}>
            {account.name}
          </a>
          <small>{account.email}</small>
        </th>
        <td>
          <span class="tag">{account.plan.name}</span>
          {account.suspendedAt !== null && (
            <>
              {" "}
              <Chip state="suspended" />
            </>
          )}
        </td>
        <td class="num lo">
          {account.plan.monthlyCredits === null ? (
            <span title="Builds cost nothing">∞</span>
          ) : (
            figure(account.buildCredits)
          )}
        </td>
        <td class="num md">{figure(account.apps)}</td>
        <td class="num md">{figure(account.sent)}</td>
        <td class="num lo soft">
          <Moment at={account.createdAt} now={now} day />
        </td>
        <RowMenu account={account} />
      </tr>
    ))}
  </Table>
);

const RowMenu = ({ account: { id, name, suspendedAt } }: { account: AccountOverview }) => {
  const path = accountPath(id);
  return (
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
        <Item to={`${path}?do=plan`} icon="card" label="Plan and credits" />
        <Item to={`${path}?do=key`} icon="key" label="Make an API key" />
        <Item to={`${path}/audit`} icon="list" label="Audit log" />
        <Item to={`${path}?do=visit`} icon="person" label="Look as a viewer" />
        <hr />
        {suspendedAt === null ? (
          <Item to={`${path}?do=suspend`} icon="bad" label="Suspend" isBad />
        ) : (
          <Item to={`${path}?do=resume`} icon="replay" label="Resume" />
        )}
      </div>
    </td>
  );
};

const Item = ({
  to,
  icon,
  label,
  isBad = false,
}: {
  to: string;
  icon: IconName;
  label: string;
  isBad?: boolean;
}) => (
  <a href={to} class={isBad ? "bad" : undefined}>
    <Icon name={icon} />
    {label}
  </a>
);
