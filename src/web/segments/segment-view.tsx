// What the page of a saved segment shows.
import type { Segment } from "../../domain/audiences/find-segment.ts";
import type { SegmentUses } from "../../domain/audiences/segment-uses.ts";
import type { NamingDraft } from "../../domain/composing/drafts-with-segment.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import type { SideApp } from "../dashboard/side.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { counted } from "../parts/words.ts";
import { sentenceOf } from "../targeting/sentence.ts";
import type { Offered } from "../targeting/offers.tsx";
import type { CountedSize } from "../targeting/size.tsx";
import { Drafts, inDrafts } from "./drafts.tsx";
import { appOf, SegmentFields } from "./new-view.tsx";
import { timesUsed } from "./list-view.tsx";

export interface SegmentProps {
  ctx: MemberCtx;
  /** The path of the app's segments. */
  base: string;
  side: SideApp;
  form: FormState;
  segment: Segment;
  offered: Offered;
  uses: SegmentUses;
  /** The drafts of the composer that name it. */
  drafts: readonly NamingDraft[];
  size: CountedSize | null;
  mayChange: boolean;
  /** Whether the page is asked to delete it. */
  isDeleting: boolean;
}

const DELETE = "/delete";

export const SegmentView = (props: SegmentProps) => {
  const { ctx, base, side, segment, mayChange } = props;
  return (
    <Shell
      ctx={ctx}
      here="audience"
      app={side}
      crumbs={[
        { label: side.name, path: appOf(base) },
        { label: "Audience", path: `${appOf(base)}/audience` },
        { label: "Saved segments", path: base },
        { label: segment.name },
      ]}
      after={mayChange && <DeleteDialog {...props} />}
    >
      <PageHead
        title={segment.name}
        text="A saved segment: who is in it is found when a notification goes out."
      >
        {mayChange && (
          <Opens dialog="delete-seg">
            <Icon name="trash" />
            Delete
          </Opens>
        )}
      </PageHead>
      <div class="cols">
        <div class="stack stack--l">
          {mayChange ? <ChangeForm {...props} /> : <WhoCard segment={segment} />}
        </div>
        <aside class="stack">
          <UsesCard {...props} />
        </aside>
      </div>
    </Shell>
  );
};

const ChangeForm = ({ base, form, segment, offered, uses, size }: SegmentProps) => {
  const path = `${base}/${segment.id}`;
  return (
    <>
      {uses.total > 0 && (
        <Notice tone="warn">
          <p>
            <strong>{counted(uses.total, "notification")} will go to these people.</strong> What you
            change here holds for {uses.total === 1 ? "it" : "them"} too: who is in the segment is
            found when it goes out.
          </p>
        </Notice>
      )}
      <form method="post" action={path} class="stack stack--l">
        <SegmentFields
          form={form}
          name={segment.name}
          targeting={segment.targeting}
          offered={offered}
          size={size}
          sizePath={`${path}/size`}
        />
        <div class="row">
          <button class="btn btn--primary">Save</button>
          <a class="btn" href={base}>
            Cancel
          </a>
        </div>
      </form>
    </>
  );
};

const WhoCard = ({ segment }: { segment: Segment }) => (
  <section class="card" aria-labelledby="who-h">
    <header>
      <h2 id="who-h">Who is in it</h2>
    </header>
    <div class="card-body">
      <p>{sentenceOf(segment.targeting, [])}</p>
    </div>
  </section>
);

const UsesCard = ({ ctx, base, uses, drafts, mayChange }: SegmentProps) => (
  <section class="card" aria-labelledby="uses-h">
    <header>
      <h2 id="uses-h">Who uses it</h2>
    </header>
    <div class="card-body stack">
      <p class="soft">
        {uses.used === 0 ? "Nothing was sent to it yet." : `${timesUsed(uses.used)} sent to it`}
        {uses.lastUsedAt !== null && (
          <>
            , the last time <Moment at={uses.lastUsedAt} now={ctx.now()} />.
          </>
        )}
      </p>
      {uses.total === 0 ? (
        <p class="soft">Nothing waits to be sent to it.</p>
      ) : (
        <Waiting uses={uses} ofApp={appOf(base)} now={ctx.now()} />
      )}
      {drafts.length > 0 && (
        <>
          <p class="soft">{inDrafts(drafts)}</p>
          <Drafts drafts={drafts} ofApp={appOf(base)} mayWrite={mayChange} />
        </>
      )}
    </div>
  </section>
);

/** Notifications that are named on the page; of more of them the number is said. */
const NAMED = 10;

/** The notifications that wait to be sent to it. */
const Waiting = ({
  uses: { waiting, total },
  ofApp,
  now,
}: {
  uses: SegmentUses;
  ofApp: string;
  now: number;
}) => {
  const named = waiting.slice(0, NAMED);
  return (
    <ul class="plain-list">
      {named.map(({ id, title, status, scheduledAt }) => (
        <li>
          <a class="wrap" href={`${ofApp}/notifications/${id}`}>
            {title}
          </a>{" "}
          <span class="muted small">
            {status === "draft" && "a draft"}
            {status === "sending" && "about to go out"}
            {status === "scheduled" && "scheduled"}
            {status === "scheduled" && scheduledAt !== null && (
              <>
                {" "}
                for <Moment at={scheduledAt} now={now} />
              </>
            )}
          </span>
        </li>
      ))}
      {total > named.length && <li class="muted">and {total - named.length} more</li>}
    </ul>
  );
};

const DeleteDialog = ({
  ctx,
  base,
  form,
  segment,
  uses,
  drafts,
  mayChange,
  isDeleting,
}: SegmentProps) => {
  const isOpen = form.posted === DELETE || (isDeleting && form.posted === null);
  return (
    <Dialog id="delete-seg" title={`Delete “${segment.name}”?`} isOpen={isOpen}>
      <form method="post" action={`${base}/${segment.id}/delete`} class="stack">
        <Unplaced form={form} of={DELETE} fields={[]} />
        {uses.total > 0 ? (
          <>
            <p>
              It can't go yet: {counted(uses.total, "notification")} will be sent to it. Cancel
              {uses.total === 1 ? " it" : " them"}, or give
              {uses.total === 1 ? " it" : " them"} another audience first.
            </p>
            <Waiting uses={uses} ofApp={appOf(base)} now={ctx.now()} />
          </>
        ) : (
          <p>
            Nobody is unsubscribed, only the conditions go. What was sent to it keeps its results.
          </p>
        )}
        {drafts.length > 0 && (
          <>
            <p>
              {inDrafts(drafts)} Nobody can send {drafts.length === 1 ? "it" : "them"} without
              another audience then.
            </p>
            <Drafts drafts={drafts} ofApp={appOf(base)} mayWrite={mayChange} />
          </>
        )}
        <div class="actions">
          <Closes dialog="delete-seg">{uses.total > 0 ? "Close" : "Cancel"}</Closes>
          {uses.total === 0 && <button class="btn btn--danger btn--primary">Delete it</button>}
        </div>
      </form>
    </Dialog>
  );
};
