// What the page of a notification shows from the beginning of its sending on: how far it is, or the report.
import { RESULTS_MS } from "../../domain/notifications/expire-results.ts";
import type { Notification } from "../../domain/notifications/find-notification.ts";
import { hasRight } from "../../domain/people/roles.ts";
import type { ReportDetails } from "../../domain/reports/report-details.ts";
import { retriedCount } from "../../domain/reports/retried.ts";
import { MAX_AGAIN } from "../../domain/reports/send-to-unreached.ts";
import { Live } from "../dashboard/part.tsx";
import { duration } from "../builds/words.ts";
import { AppIcon } from "../parts/app-icon.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice, Problem } from "../parts/notice.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { figure, people } from "../parts/words.ts";
import { sentenceOf } from "../targeting/sentence.ts";
import { ClicksCard } from "./clicks-plot.tsx";
import { AGAIN, AgainDialog, CANCEL, StopDialog } from "./dialogs.tsx";
import { Complaints, Failures } from "./failures.tsx";
import { ReportFrame, type ReportProps } from "./frame.tsx";
import { Funnel } from "./funnel.tsx";
import { audienceOf, MessageCard } from "./message-card.tsx";
import { composePath, notificationsPath } from "./paths.ts";
import { Progress, PROGRESS, PROGRESS_S, SETTLES, SETTLES_S, Settling } from "./progress.tsx";
import { RecipientsCard, type Outcome } from "./recipients-card.tsx";
import { isSending, isSettling } from "./states.tsx";
import { Timeline } from "./timeline.tsx";

/** The side of the app's icon in the message, pixels. */
const ICON_PX = 18;

export type StartedProps = ReportProps & {
  details: ReportDetails;
  outcome: Outcome | null;
  isFirst: boolean;
};

export const ReportView = (props: StartedProps) => {
  const { ctx, report, form, path } = props;
  const { notification } = report;
  const mayWrite = hasRight(ctx.role, "push:write");
  const goesOn = isSending(notification.status);
  const again = mayWrite && !goesOn ? againCount(props) : 0;
  const dialogs = mayWrite && (
    <>
      {goesOn && <StopDialog path={path} notification={notification} form={form} />}
      {again > 0 && <AgainDialog path={path} count={again} />}
    </>
  );
  return (
    <ReportFrame
      {...props}
      text={<Sentence {...props} />}
      actions={mayWrite && <Actions {...props} />}
      dialogs={dialogs}
      {...(goesOn ? {} : { says: `The notification is ${notification.status}` })}
    >
      <Problem form={form} of={CANCEL} />
      <Refused {...props} />
      <Complaints app={report.app} complaints={report.complaints} />
      <EndNotice {...props} />
      {goesOn ? (
        <Live part={PROGRESS} everyS={PROGRESS_S}>
          <Progress notification={notification} now={ctx.now()} />
        </Live>
      ) : (
        <Funnel notification={notification} />
      )}
      {isSettling(notification, ctx.now()) && (
        <Live part={SETTLES} everyS={SETTLES_S}>
          <Settling />
        </Live>
      )}
      <Body {...props} again={again} />
    </ReportFrame>
  );
};

/** How many can be sent to again by now, as the counters say; 0 once they were. */
function againCount({ ctx, report: { notification, again } }: StartedProps): number {
  const { resultTotals, updatedAt } = notification;
  const areKept = updatedAt + RESULTS_MS > ctx.now();
  return again === null && areKept ? retriedCount(resultTotals) : 0;
}

const Refused = ({ form }: StartedProps) => (
  <Unplaced
    form={form}
    of={AGAIN}
    fields={[]}
    says={{
      recipients: `Either nobody is left who can be sent to again, or they are more than ${figure(MAX_AGAIN)}: then write a new notification to them.`,
      payload: "The message is too large by now for a provider of the app. Write a shorter one.",
      notifications: "This app has as many notifications as it can have.",
    }}
  />
);

const Sentence = ({ ctx, segments, report: { notification } }: StartedProps) => {
  const { startedAt, sentAt, totalCount, status } = notification;
  const began = startedAt ?? notification.createdAt;
  const moment = <Moment at={began} now={ctx.now()} />;
  if (isSending(status)) {
    return (
      <>
        {sentenceOf(audienceOf(notification), segments)} Sending since {moment}.
      </>
    );
  }
  if (status === "cancelled") {
    return (
      <>
        Sending began {moment}, for {people(totalCount)}.
      </>
    );
  }
  return (
    <>
      Sent {moment} to {people(totalCount)}
      {sentAt !== null && ` in ${duration(sentAt - began)}`}.
    </>
  );
};

const Actions = ({ report: { app, notification } }: StartedProps) => {
  return (
    <>
      <a class="btn" href={composePath(app, { copy: notification.uuid })}>
        <Icon name="copy" />
        Copy to a new one
      </a>
      {isSending(notification.status) && (
        <Opens dialog="stop" class="btn btn--danger">
          Stop sending
        </Opens>
      )}
    </>
  );
};

/** Why it ended as it did, where that is worth a sentence. */
const EndNotice = ({ report }: StartedProps) => {
  const { app, notification, again } = report;
  const { status, failureReason, sentCount } = notification;
  return (
    <>
      {status === "failed" && (
        <Notice tone="bad">
          <p>
            <strong>Nobody was reached, or not all could be tried.</strong>{" "}
            {failureReason !== null && <span class="break">{failureReason}</span>}
          </p>
        </Notice>
      )}
      {status === "cancelled" && (
        <Notice tone="off">
          <p>
            <strong>The sending was stopped.</strong>{" "}
            {sentCount === 0 ? "Nobody has it." : `${people(sentCount)} had it already.`}
          </p>
        </Notice>
      )}
      {again !== null && (
        <Notice tone="ok">
          <p>
            Those whom it did not reach were sent it again:{" "}
            <a href={notificationsPath(app, again)}>see how that went</a>.
          </p>
        </Notice>
      )}
    </>
  );
};

const Body = (props: StartedProps & { again: number }) => {
  const { ctx, report, tile, details, again } = props;
  const { app, notification } = report;
  const now = ctx.now();
  return (
    <div class="cols">
      <div class="stack stack--l">
        {again > 0 && <AgainCard notification={notification} count={again} />}
        <Failures app={app} notification={notification} complaints={report.complaints} />
        <ClicksCard
          minutes={details.clicks}
          startedAt={notification.startedAt ?? notification.createdAt}
          clickedCount={notification.clickedCount}
        />
        <RecipientsCard
          mayExport={hasRight(ctx.role, "push:write")}
          app={app}
          notification={notification}
          recipients={details.recipients}
          outcome={props.outcome}
          isFirst={props.isFirst}
          now={now}
        />
      </div>
      <aside class="stack stack--l">
        <MessageCard
          app={app}
          notification={notification}
          segments={props.segments}
          tile={<AppIcon side={ICON_PX} {...tile} />}
        />
        <Timeline
          notification={notification}
          deeds={details.deeds}
          clicks={details.clicks}
          now={now}
        />
      </aside>
    </div>
  );
};

const AgainCard = ({ notification, count }: { notification: Notification; count: number }) => (
  <section class="card card-body row row--between" aria-labelledby="ag-h">
    <div>
      <h2 id="ag-h">
        {figure(count)} of {figure(notification.failedCount)} can be tried again
      </h2>
      <p class="muted small">
        {count > MAX_AGAIN
          ? `More than ${figure(MAX_AGAIN)} at once are not sent to again: write a new notification to them.`
          : "They failed for a reason that may be over. See below what it was, and mend that first."}
      </p>
    </div>
    {count <= MAX_AGAIN && (
      <Opens dialog="again">
        <Icon name="again" />
        Send to {figure(count)} again
      </Opens>
    )}
  </section>
);
