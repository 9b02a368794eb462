// What the page of one subscriber shows. Who may not write sees it without its buttons.
import type { StoryEntry } from "../../domain/notifications/subscriber-story.ts";
import type { SubscriberTies } from "../../domain/overviews/subscriber-ties.ts";
import type { Subscriber } from "../../domain/subscribers/find-subscriber.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import type { SideApp } from "../dashboard/side.tsx";
import { MyDevice } from "../own-devices/forms.tsx";
import { Ago } from "../parts/ago.tsx";
import { Chip } from "../parts/chip.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import {
  DELETE_DIALOG,
  ERASE_DIALOG,
  SubscriberDialogs,
  TAKE,
  UNSUBSCRIBE_DIALOG,
} from "./dialogs.tsx";
import { KnownCard } from "./known-card.tsx";
import { StoryCard } from "./story-card.tsx";
import { TagsCard } from "./tags-card.tsx";
import { ChannelsCard, DevicesCard } from "./ties-cards.tsx";
import { PLATFORM_LABELS } from "../parts/subscriber-words.ts";
import { calledBy, whyNot } from "./words.ts";

export interface SubscriberProps {
  ctx: MemberCtx;
  /** The app's path, and the page's. */
  ofApp: string;
  path: string;
  side: SideApp;
  form: FormState;
  subscriber: Subscriber;
  ties: SubscriberTies;
  story: readonly StoryEntry[];
  mayWrite: boolean;
  /** Whether it is a device of the person who looks, to which tests go. */
  isMine: boolean;
}

export const SubscriberView = (props: SubscriberProps) => {
  const { ctx, ofApp, side, subscriber, ties, mayWrite } = props;
  const { platform, status, createdAt, lastActiveAt, unsubscribedAt } = subscriber;
  const now = ctx.now();
  const why = whyNot(subscriber);
  return (
    <Shell
      ctx={ctx}
      here="audience"
      app={side}
      crumbs={[
        { label: side.name, path: ofApp },
        { label: "Audience", path: `${ofApp}/audience` },
        { label: calledBy(subscriber) },
      ]}
      after={mayWrite && <SubscriberDialogs {...props} />}
    >
      <PageHead
        title={calledBy(subscriber)}
        text={
          <>
            <Chip state={status} /> {PLATFORM_LABELS[platform]}. First seen:{" "}
            <Moment at={createdAt} now={now} day />. Last seen: <Ago at={lastActiveAt} now={now} />.
          </>
        }
      >
        {mayWrite && <Actions {...props} />}
      </PageHead>
      {why !== null && (
        <Notice tone={status === "inactive" ? "warn" : "off"}>
          <p>
            {status === "unsubscribed" && unsubscribedAt !== null && (
              <>
                Unsubscribed: <Moment at={unsubscribedAt} now={now} />.{" "}
              </>
            )}
            {why}
          </p>
        </Notice>
      )}
      <div class="cols">
        <StoryCard {...props} />
        <aside class="stack stack--l">
          <KnownCard {...props} />
          <TagsCard {...props} />
          {ties.devices.length > 0 && <DevicesCard {...props} />}
          {ties.channels.length > 0 && <ChannelsCard {...props} />}
        </aside>
      </div>
    </Shell>
  );
};

/** What can be done with the subscriber. */
const Actions = ({ ofApp, path, subscriber, isMine }: SubscriberProps) => (
  <div class="row">
    <MyDevice base={path} isMine={isMine} />
    {subscriber.userId !== null && (
      <a class="btn" href={`${ofApp}/compose?user=${encodeURIComponent(subscriber.userId)}`}>
        Write to them
      </a>
    )}
    <button class="btn btn--icon" type="button" aria-label="More" popovertarget="sub-more">
      <Icon name="more" />
    </button>
    <div class="menu" id="sub-more" popover="auto">
      {subscriber.status !== "unsubscribed" && (
        <>
          <button type="button" command="show-modal" commandfor={UNSUBSCRIBE_DIALOG}>
            <Icon name="bell" />
            Unsubscribe
          </button>
        </>
      )}
      {subscriber.userId !== null && (
        <form method="post" action={path + TAKE}>
          <button>
            <Icon name="download" />
            Download all about this person
          </button>
        </form>
      )}
      <hr />
      <button type="button" class="bad" command="show-modal" commandfor={DELETE_DIALOG}>
        <Icon name="trash" />
        Delete this device
      </button>
      {subscriber.userId !== null && (
        <button type="button" class="bad" command="show-modal" commandfor={ERASE_DIALOG}>
          <Icon name="trash" />
          Delete everything of this person
        </button>
      )}
    </div>
  </div>
);
