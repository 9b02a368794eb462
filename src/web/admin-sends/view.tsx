// What the page of all sends shows.
import type { PersonCtx } from "../../domain/context.ts";
import { SEND_STATES, type AnySend, type SendsOfAll } from "../../domain/operators/list-sends.ts";
import { duration } from "../builds/words.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { OperatorShell, PageHead } from "../dashboard/shell.tsx";
import { RowState, STATE_PART } from "../notifications/row.tsx";
import { isSending } from "../notifications/states.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { Problem } from "../parts/notice.tsx";
import { FilteredTo, OfAccount, StateTabs } from "../parts/of-all.tsx";
import { OlderFooter } from "../parts/pager.tsx";
import { ACTIONS, None, Table } from "../parts/table.tsx";
import { figure, people } from "../parts/words.ts";
import { adminSendsPath } from "../dashboard/places.ts";

/** The path of the form, below that of a send. */
export const STOP = "/stop";
/** How often the state of one that is being sent is asked for, s. */
const EVERY_S = 2;
/** Most rows that move: the newest of those that are being sent. */
const MAX_LIVE = 5;

interface ViewProps {
  ctx: PersonCtx;
  page: SendsOfAll;
  form: FormState;
}

/** Whether it can be stopped, or cancelled. */
const canStop = ({ status }: AnySend) => status === "sending" || status === "scheduled";

export const AllSendsView = ({ ctx, page, form }: ViewProps) => {
  const { rows, sending, filters, isFirst, next } = page;
  const { state, account } = filters;
  const isFiltered = state !== undefined || account !== undefined;
  const stoppable = [...sending, ...rows].filter(canStop);
  return (
    <OperatorShell
      ctx={ctx}
      here="admin-sends"
      crumbs={[{ label: "All sends" }]}
      after={stoppable.map((send) => (
        <StopDialog send={send} />
      ))}
    >
      <PageHead
        title="All sends"
        text="Of all accounts, without their texts. What is sent to single people by the API is not listed."
      />
      <Problem form={form} of={`/{send}${STOP}`} />
      <div class="filters">
        <StateTabs
          states={SEND_STATES}
          chosen={state}
          to={(each) => adminSendsPath({ ...filters, state: each })}
        />
        <OfAccount
          action={adminSendsPath()}
          account={account}
          kept={state === undefined ? {} : { state }}
        />
      </div>
      {account !== undefined && (
        <FilteredTo account={account} name={page.accountName} all={adminSendsPath({ state })} />
      )}
      {sending.length > 0 && (
        <section class="card" aria-labelledby="now-h">
          <header>
            <h2 id="now-h">Being sent</h2>
            <a class="small" href={adminSendsPath({ ...filters, state: "sending" })}>
              Only these
            </a>
          </header>
          <Sends caption="Being sent, newest first" sends={sending} now={ctx.now()} />
        </section>
      )}
      {rows.length > 0 || !isFirst ? (
        <section class="card">
          <Sends caption="Sends, newest first" sends={rows} now={ctx.now()} />
          <OlderFooter
            isFirst={isFirst}
            newest={adminSendsPath(filters)}
            older={next === null ? null : adminSendsPath({ ...filters, before: next })}
          />
        </section>
      ) : (
        sending.length === 0 && (
          <Empty
            title={isFiltered ? "No notification matches" : "Nothing sent yet"}
            text={
              isFiltered
                ? "No notification that is kept is of this state and account."
                : "What accounts send, and have scheduled, is listed here."
            }
          />
        )
      )}
    </OperatorShell>
  );
};

const Sends = ({
  caption,
  sends,
  now,
}: {
  caption: string;
  sends: readonly AnySend[];
  now: number;
}) => {
  const live = new Set(sends.filter(({ status }) => isSending(status)).slice(0, MAX_LIVE));
  return (
    <Table
      caption={caption}
      columns={[
        { label: "Notification" },
        { label: "State" },
        { label: "Sent", class: "num lo" },
        { label: "Failed", class: "num lo" },
        { label: "Took", class: "num md" },
        { label: "When", class: "num md" },
        ACTIONS,
      ]}
    >
      {sends.map((send) => (
        <Row send={send} now={now} isLive={live.has(send)} />
      ))}
    </Table>
  );
};

const Row = ({ send, now, isLive }: { send: AnySend; now: number; isLive: boolean }) => {
  const { id, startedAt, sentAt, failureReason } = send;
  const begun = startedAt !== null;
  const end = isSending(send.status) ? now : sentAt;
  return (
    <tr>
      <th scope="row">
        #{id}, {send.appName}
        <small>
          <a href={adminSendsPath({ account: send.accountId })}>{send.accountName}</a>
          {send.audience === "everyone" ? ", to everyone" : ", to a part of the audience"}
        </small>
      </th>
      <td>
        <div
          id={`state-${id}`}
          data-live={isLive ? `${adminSendsPath()}?part=${STATE_PART}&of=${id}` : undefined}
          data-every={isLive ? EVERY_S : undefined}
        >
          <RowState row={send} />
        </div>
        {failureReason !== null && <small class="break">{failureReason}</small>}
      </td>
      <td class="num lo">{begun ? figure(send.sentCount) : <None />}</td>
      <td class="num lo">{begun ? figure(send.failedCount) : <None />}</td>
      <td class="num md">
        {startedAt === null || end === null ? <None /> : duration(end - startedAt)}
      </td>
      <td class="num md soft">
        <Moment at={whenOf(send)} now={now} />
      </td>
      <td class="act">
        {canStop(send) && (
          <Opens dialog={`stop-${id}`} class="btn btn--s btn--danger">
            {begun ? "Stop" : "Cancel"}
            <span class="vh"> notification {id}</span>
          </Opens>
        )}
      </td>
    </tr>
  );
};

/** When it was sent or will be; of one that was cancelled before, when that was. */
const whenOf = ({ status, startedAt, scheduledAt, updatedAt }: AnySend): number =>
  (status === "scheduled" ? scheduledAt : startedAt) ?? updatedAt;

const StopDialog = ({ send }: { send: AnySend }) => {
  const { id, appName, accountName, sentCount, startedAt } = send;
  const dialog = `stop-${id}`;
  return (
    <Dialog id={dialog} title={startedAt === null ? `Cancel notification ${id}?` : "Stop sending?"}>
      <form method="post" action={`${adminSendsPath()}/${id}${STOP}`}>
        <p>
          It is of {appName}, {accountName}.{" "}
          {startedAt === null
            ? "Nobody gets it."
            : sentCount === 0
              ? "Nobody has it yet, and nobody else gets it."
              : `${people(sentCount)} already had it when this page was opened. Nobody else gets it.`}{" "}
          It does not go on later by itself. The account's audit log says that you did it.
        </p>
        <div class="actions">
          <Closes dialog={dialog}>{startedAt === null ? "Keep it" : "Keep sending"}</Closes>
          <button class="btn btn--danger btn--primary">
            {startedAt === null ? "Cancel it" : "Stop sending"}
          </button>
        </div>
      </form>
    </Dialog>
  );
};
