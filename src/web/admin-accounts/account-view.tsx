// What the page of one account shows operators.
import type { ApiKey } from "../../domain/accounts/api-keys.ts";
import type { PlanInUse } from "../../domain/accounts/plans.ts";
import type { AuditEntry } from "../../domain/audit/list-audit.ts";
import type { PersonCtx } from "../../domain/context.ts";
import type { AccountActivity } from "../../domain/operators/account-activity.ts";
import { SENT_DAYS, type AccountOverview } from "../../domain/operators/list-accounts.ts";
import type { Member } from "../../domain/people/members.ts";
import type { Standing } from "../../domain/people/visits.ts";
import { EntryRow } from "../audit/view.tsx";
import type { FormState } from "../dashboard/form-state.ts";
import { OperatorShell, PageHead } from "../dashboard/shell.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Stat } from "../parts/facts.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { MadeNotice, ShownOnce } from "../parts/shown-once.tsx";
import { Table } from "../parts/table.tsx";
import { figure } from "../parts/words.ts";
import { Activity } from "./activity.tsx";
import { AccountDialogs } from "./dialogs.tsx";
import { accountPath, accountsPath } from "../dashboard/places.ts";

export interface AccountProps {
  ctx: PersonCtx;
  form: FormState;
  /** The dialog that a link asked for. */
  asked: string;
  account: AccountOverview;
  plans: readonly PlanInUse[];
  members: readonly Member[];
  activity: AccountActivity;
  log: readonly AuditEntry[];
  standing: Standing;
}

/** Members that the page shows: the first ones. */
const MEMBERS = 20;

export const AccountView = (props: AccountProps) => {
  const { ctx, form, account, activity, standing } = props;
  const made = form.made as { key: string; apiKey: ApiKey } | null;
  const crumbs = [{ label: "Accounts", path: accountsPath() }, { label: account.name }];
  const dialogs = (
    <>
      <AccountDialogs {...props} />
      {made && (
        <ShownOnce
          title={`A key of ${account.name}`}
          secrets={[{ label: made.apiKey.name, secret: made.key }]}
        />
      )}
    </>
  );
  return (
    <OperatorShell ctx={ctx} here="admin-accounts" crumbs={crumbs} after={dialogs}>
      <PageHead title={account.name} text={<Whose account={account} />}>
        <div class="row">
          {standing === null ? (
            <Opens dialog="visit">Look as a viewer</Opens>
          ) : (
            <a class="btn" href={`/dashboard/${account.id}`}>
              Open it
            </a>
          )}
          {account.suspendedAt === null ? (
            <Opens dialog="suspend" class="btn btn--danger">
              Suspend
            </Opens>
          ) : (
            <Opens dialog="resume" class="btn btn--primary">
              Resume
            </Opens>
          )}
        </div>
      </PageHead>
      {made && <MadeNotice what={`The key “${made.apiKey.name}” is made.`} opens="Show the key" />}
      {standing !== null && <StandingNotice standing={standing} account={account} ctx={ctx} />}
      {account.suspendedAt !== null && (
        <Notice tone="bad">
          <p>
            <strong>
              Suspended since <Moment at={account.suspendedAt} now={ctx.now()} />.
            </strong>{" "}
            Its people and programs are told why:{" "}
            <span class="break">{account.suspendedReason}</span>
          </p>
        </Notice>
      )}
      <Figures account={account} now={ctx.now()} />
      <Activity
        account={account.id}
        activity={activity}
        base={standing === null ? null : `/dashboard/${account.id}`}
        now={ctx.now()}
      />
      <Members {...props} />
      <Log {...props} />
    </OperatorShell>
  );
};

/** The account's id, by which the lists of builds and sends are filtered, and whom to write to. */
const Whose = ({ account: { id, owner, email } }: { account: AccountOverview }) => (
  <span class="break">
    Account {id}.{" "}
    {owner === null ? "It has no owner who signs in." : `Owned by ${owner.name}, ${owner.email}.`}{" "}
    {owner?.email !== email && `Its contact address is ${email}.`}
  </span>
);

const StandingNotice = ({
  standing,
  account,
  ctx,
}: {
  standing: NonNullable<Standing>;
  account: AccountOverview;
  ctx: PersonCtx;
}) => (
  <Notice tone="idle">
    {"role" in standing ? (
      <p>
        You are a member of this account, with the role {standing.role}. You look at it in your own
        role.
      </p>
    ) : (
      <div class="row row--between">
        <p>
          You look at it as a viewer until <Moment at={standing.visit.endsAt} now={ctx.now()} />.
        </p>
        <form method="post" action={`${accountPath(account.id)}/visit/end`}>
          <button class="btn btn--s">End the visit</button>
        </form>
      </div>
    )}
  </Notice>
);

const Figures = ({ account, now }: { account: AccountOverview; now: number }) => (
  <section class="card" aria-labelledby="plan-h">
    <header>
      <h2 id="plan-h">Plan {account.plan.name}</h2>
      <div class="row">
        <Opens dialog="key" class="btn btn--s">
          Make an API key
        </Opens>
        <Opens dialog="plan" class="btn btn--s">
          Change plan and credits
        </Opens>
      </div>
    </header>
    <div class="card-body">
      <dl class="stats">
        <Stat
          name="Build credits"
          value={account.plan.monthlyCredits === null ? "∞" : figure(account.buildCredits)}
        />
        <Stat name="Apps" value={figure(account.apps)} />
        <Stat name="Members" value={figure(account.members)} />
        <Stat name={`Sent, ${SENT_DAYS} days`} value={figure(account.sent)} />
        <Stat name="Since" value={<Moment at={account.createdAt} now={now} day />} />
      </dl>
    </div>
  </section>
);

const Members = ({ ctx, members }: AccountProps) =>
  members.length === 0 ? null : (
    <section class="card">
      <header>
        <h2>Members</h2>
        {members.length > MEMBERS && (
          <span class="muted small">
            The first {MEMBERS} of {members.length}
          </span>
        )}
      </header>
      <Table
        caption="Members"
        columns={[{ label: "Person" }, { label: "Role" }, { label: "Since", class: "num lo" }]}
        region="Members"
      >
        {members.slice(0, MEMBERS).map(({ name, email, role, createdAt }) => (
          <tr>
            <th scope="row">
              {name}
              <small>{email}</small>
            </th>
            <td>{role}</td>
            <td class="num lo soft">
              <Moment at={createdAt} now={ctx.now()} day />
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );

const Log = ({ ctx, account, log, standing }: AccountProps) => (
  <section class="card" aria-labelledby="log-h">
    <header>
      <h2 id="log-h">Audit log</h2>
      <a href={`${accountPath(account.id)}/audit`}>All of it</a>
    </header>
    <Table
      caption="Newest entries"
      columns={[
        { label: "Who did what" },
        { label: "From", class: "lo" },
        { label: "When", class: "num" },
      ]}
      region="Newest entries"
    >
      {log.map((entry) => (
        <EntryRow
          entry={entry}
          things={standing === null ? null : `/dashboard/${account.id}`}
          now={ctx.now()}
        />
      ))}
    </Table>
  </section>
);
