// What the page of a notification shows that nobody has been sent yet: a draft, one that is scheduled, or one that was
// cancelled before.
import type { NotedDeed } from "../../domain/reports/report-details.ts";
import type { Notification } from "../../domain/notifications/find-notification.ts";
import { parseLocal } from "../../domain/notifications/zones.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { LATEST_ZONE_MS } from "../../kit/zones.ts";
import { Live } from "../dashboard/part.tsx";
import { AppIcon } from "../parts/app-icon.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { localTime } from "../parts/local-time.ts";
import { Moment } from "../parts/moment.tsx";
import { Problem } from "../parts/notice.tsx";
import { sentenceOf } from "../targeting/sentence.ts";
import { CANCEL, CancelDialog, SEND, SendDialog } from "./dialogs.tsx";
import { ReportFrame, type ReportProps } from "./frame.tsx";
import { audienceOf, MessageCard } from "./message-card.tsx";
import { composePath } from "./paths.ts";
import { Timeline } from "./timeline.tsx";

/** The part that ends when the sending begins, and how often it is asked for, s. */
export const STARTS = "starts";
const STARTS_S = 5;

/** The side of the app's icon in the message, pixels. */
const ICON_PX = 18;

type UnsentProps = ReportProps & { deeds: readonly NotedDeed[] };

export const UnsentView = (props: UnsentProps) => {
  const { ctx, report, form, path, tile, deeds, segments } = props;
  const { app, notification } = report;
  const { status } = notification;
  const isOpen = status === "draft" || status === "scheduled";
  const mayWrite = hasRight(ctx.role, "push:write");
  const dialogs = mayWrite && isOpen && (
    <>
      <CancelDialog path={path} notification={notification} form={form} />
      {status === "scheduled" && (
        <SendDialog path={path} notification={notification} form={form} segments={segments} />
      )}
    </>
  );
  return (
    <ReportFrame
      {...props}
      text={<Sentence {...props} />}
      actions={mayWrite && <Actions {...props} />}
      dialogs={dialogs}
    >
      {status === "scheduled" && <Live part={STARTS} everyS={STARTS_S} />}
      <Problem form={form} of={CANCEL} />
      <Problem form={form} of={SEND} />
      <div class="cols">
        <div class="stack stack--l">
          {status === "scheduled" && <WhenCard notification={notification} now={ctx.now()} />}
          <Timeline notification={notification} deeds={deeds} now={ctx.now()} />
        </div>
        <aside class="stack stack--l">
          <MessageCard
            app={app}
            notification={notification}
            segments={segments}
            tile={<AppIcon side={ICON_PX} {...tile} />}
          />
        </aside>
      </div>
    </ReportFrame>
  );
};

const Sentence = ({ ctx, segments, report: { notification } }: UnsentProps) => {
  const { status, scheduledAt, scheduledLocal } = notification;
  const who = sentenceOf(audienceOf(notification), segments);
  if (status === "scheduled" && scheduledAt !== null) {
    return (
      <>
        {who}{" "}
        {scheduledLocal === null ? (
          <>
            It goes out: <Moment at={scheduledAt} now={ctx.now()} />.
          </>
        ) : (
          <>Each gets it on {localTime(scheduledLocal, ctx.now())}, their time.</>
        )}
      </>
    );
  }
  return status === "draft" ? (
    <>{who} Nobody gets it until it is sent or scheduled.</>
  ) : (
    <>{who} It was cancelled before anybody got it.</>
  );
};

const Actions = ({ report: { app, notification } }: UnsentProps) => {
  const { status, uuid } = notification;
  const isOpen = status === "draft" || status === "scheduled";
  return (
    <>
      {isOpen && (
        <a class="btn" href={composePath(app, { notification: uuid })}>
          <Icon name="edit" />
          {status === "draft" ? "Continue writing" : "Change"}
        </a>
      )}
      <a class="btn" href={composePath(app, { copy: uuid })}>
        <Icon name="copy" />
        Copy to a new one
      </a>
      {status === "scheduled" && (
        <Opens dialog="send">
          <Icon name="send" />
          Send now
        </Opens>
      )}
      {isOpen && (
        <Opens dialog="cancel" class="btn btn--danger">
          Cancel it
        </Opens>
      )}
    </>
  );
};

/** When it goes out: at once to all, or from the first time zone to the last. */
const WhenCard = ({ notification, now }: { notification: Notification; now: number }) => {
  const { scheduledAt, scheduledLocal } = notification;
  const wall = scheduledLocal === null ? null : parseLocal(scheduledLocal);
  if (scheduledAt === null) return null;
  return (
    <section class="card" aria-labelledby="wv-h">
      <header>
        <h2 id="wv-h">When it goes out</h2>
      </header>
      <div class="card-body">
        <ul class="checks">
          {wall === null || scheduledLocal === null ? (
            <Check title={<Moment at={scheduledAt} now={now} />} text="To everybody at once." />
          ) : (
            <>
              <Check
                title={
                  <>
                    The first: <Moment at={scheduledAt} now={now} />
                  </>
                }
                text="In the first time zone that somebody of the audience is in, as it is now."
              />
              <Check
                title={
                  <>
                    The last: <Moment at={wall + LATEST_ZONE_MS} now={now} /> at the latest
                  </>
                }
                text="Where the day begins last of all. Who has told no zone gets it by UTC."
              />
              <Check
                title="Who travels"
                text="The zone that a device told last counts. It tells it anew whenever the app or page is opened."
              />
            </>
          )}
          <Check
            title="Changing it"
            text="Until it begins, all of it. Then only stopping: who had it, had it."
          />
        </ul>
      </div>
      <footer>Who joins or leaves until then is counted when it goes.</footer>
    </section>
  );
};

const Check = ({ title, text }: { title: unknown; text: string }) => (
  <li>
    <Icon name="clock" />
    <span>
      <>{title}</>
      <small>{text}</small>
    </span>
  </li>
);
