// What the page of a notification shows that nobody has been sent yet: a draft, one that is scheduled, or one that was
// cancelled before.
import type { NotedDeed } from "../../domain/reports/report-details.ts";
import type { Waves } from "../../domain/reports/waves.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { Live } from "../dashboard/part.tsx";
import { AppIcon } from "../parts/app-icon.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { localTime } from "../parts/local-time.ts";
import { Moment } from "../parts/moment.tsx";
import { Problem } from "../parts/notice.tsx";
import { people } from "../parts/words.ts";
import { sentenceOf } from "../targeting/sentence.ts";
import { CANCEL, CancelDialog, SEND, SendDialog } from "./dialogs.tsx";
import { ReportFrame, type ReportProps } from "./frame.tsx";
import { audienceOf, MessageCard } from "./message-card.tsx";
import { composePath } from "./paths.ts";
import { Timeline } from "./timeline.tsx";
import { WhenCard } from "./when-card.tsx";

/** The part that ends when the sending begins, and how often it is asked for, s. */
export const STARTS = "starts";
const STARTS_S = 5;

/** The side of the app's icon in the message, pixels. */
const ICON_PX = 18;

type UnsentProps = ReportProps & {
  deeds: readonly NotedDeed[];
  /** How many it would reach and when; null where that was not counted. */
  waves: Waves | null;
};

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
          {status === "scheduled" && (
            <WhenCard notification={notification} waves={props.waves} now={ctx.now()} />
          )}
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

const Sentence = ({ ctx, segments, waves, report: { notification } }: UnsentProps) => {
  const { status, scheduledAt, scheduledLocal } = notification;
  const who = sentenceOf(audienceOf(notification), segments);
  if (status === "scheduled" && scheduledAt !== null) {
    return (
      <>
        {who} {waves && <>That is {people(waves.total)} now. </>}
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
