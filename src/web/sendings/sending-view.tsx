// What the page of one sending shows: its results, what it says in each language, whom it reaches, what it made, and the
// button that ends it.
import type { ShownCampaign } from "../../domain/campaigns/show-campaign.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { Live } from "../dashboard/part.tsx";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { Chip } from "../parts/chip.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { counted, figure } from "../parts/words.ts";
import { Due } from "./due.tsx";
import { MadeCard } from "./made-card.tsx";
import { MessageCard } from "./message-card.tsx";
import { Results } from "./results.tsx";
import { filterLines, STATE_CHIPS, wentOut } from "./words.ts";

/** How often the results are asked for while something is being sent, s. */
const EVERY_S = 3;
/** From how long before it is due on a sending that waits is asked for, ms. */
const SOON_MS = 5 * MINUTE_MS;

export interface SendingProps {
  ctx: MemberCtx;
  /** The page's path. */
  path: string;
  shown: ShownCampaign;
  mayEnd: boolean;
  form: FormState;
}

export const SendingView = (props: SendingProps) => {
  const { ctx, path, shown, mayEnd } = props;
  const { campaign, progress } = shown;
  const { state } = progress;
  const now = ctx.now();
  const isOver = state !== "waiting" && state !== "sending";
  const moves = state === "sending" || (!isOver && campaign.dueAt - now < SOON_MS);
  return (
    <Shell
      ctx={ctx}
      here="sendings"
      crumbs={[
        { label: "Sendings", path: path.slice(0, path.lastIndexOf("/")) },
        { label: campaign.name },
      ]}
      after={mayEnd && !isOver && <EndDialog {...props} />}
    >
      <PageHead
        title={
          <>
            {campaign.name} <Chip {...STATE_CHIPS[state]} />
          </>
        }
        text={
          <>
            {campaign.instant ? "Sent instantly, due" : "Scheduled for"}{" "}
            <Due campaign={campaign} now={now} />.
          </>
        }
      >
        {mayEnd && !isOver && (
          <Opens dialog="end-sending" class="btn btn--danger">
            End it
          </Opens>
        )}
      </PageHead>
      {campaign.endedAt !== null && <EndedNotice {...props} at={campaign.endedAt} />}
      <section class="card" aria-label="Results">
        <div class="card-body">
          <Live part="results" everyS={EVERY_S} isOver={!moves}>
            <Results progress={progress} />
          </Live>
        </div>
      </section>
      <div class="cols">
        <div class="stack stack--l">
          {shown.templates.map((template, index) => (
            <MessageCard template={template} place={index + 1} of={shown.templates.length} />
          ))}
          <MadeCard
            account={`/dashboard/${ctx.principal.accountId}`}
            path={path}
            made={shown.made}
            state={state}
            now={now}
          />
        </div>
        <aside class="stack stack--l">
          <ReachCard {...props} />
        </aside>
      </div>
    </Shell>
  );
};

const EndedNotice = ({ ctx, shown: { progress }, at }: SendingProps & { at: number }) => (
  <Notice tone="off">
    <p>
      <strong>
        Ended: <Moment at={at} now={ctx.now()} />.
      </strong>{" "}
      {progress.notifications === 0
        ? "It had made no notifications, and makes none."
        : `${counted(progress.cancelled, "notification")} ${progress.cancelled === 1 ? "was" : "were"} cancelled, ${wentOut(progress.out)}.`}
    </p>
  </Notice>
);

const ReachCard = ({ ctx, shown: { campaign, filters, appNames } }: SendingProps) => (
  <section class="card" aria-labelledby="re-h">
    <header>
      <h2 id="re-h">Whom it reaches</h2>
    </header>
    <div class="card-body">
      <dl class="facts facts--list">
        {filterLines(filters, appNames).map(({ label, says }) => (
          <div>
            <dt>{label}</dt>
            <dd>{says}</dd>
          </div>
        ))}
        <div>
          <dt>Made</dt>
          <dd>
            <Moment at={campaign.createdAt} now={ctx.now()} />
          </dd>
        </div>
        <div>
          <dt>
            <code>sched_id</code>
          </dt>
          <dd>
            <code>{campaign.id}</code>
          </dd>
        </div>
      </dl>
    </div>
  </section>
);

const END = "/end";

const EndDialog = ({ path, form, shown: { campaign, progress } }: SendingProps) => (
  <Dialog id="end-sending" title={`End ${campaign.name}?`} isOpen={form.posted === END}>
    <form method="post" action={path + END} class="stack">
      <Unplaced form={form} of={END} fields={[]} />
      <p>
        {progress.due === 0
          ? "It makes no notifications any more, whatever your server asks for."
          : `${counted(progress.due, "notification")} ${progress.due === 1 ? "is" : "are"} still due and will be cancelled.`}{" "}
        {progress.state === "sending" && "What is being sent goes to nobody further. "}
        {progress.out > 0 && `${figure(progress.out)} went out, which stays as it is. `}
        Nobody can undo this.
      </p>
      <div class="actions">
        <Closes dialog="end-sending">Let it go on</Closes>
        <button class="btn btn--danger btn--primary">End it</button>
      </div>
    </form>
  </Dialog>
);
