// The composer: what is said, to whom and when, with a preview beside it.
import type { App } from "../../domain/apps/find-app.ts";
import type { Audience } from "../../domain/audiences/targeting.ts";
import { EVERYBODY } from "../../domain/audiences/targeting.ts";
import type { Draft } from "../../domain/composing/find-draft.ts";
import type { LanguageSizes } from "../../domain/notifications/sendable.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { Live } from "../dashboard/part.tsx";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import type { SideApp } from "../dashboard/side.tsx";
import {
  isAboutDevices,
  OpensTest,
  TestDialog,
  type TestDevices,
} from "../own-devices/test-dialog.tsx";
import { Ago } from "../parts/ago.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { Preview, type PreviewApp } from "../preview/preview.tsx";
import { ProviderSizes } from "../preview/provider-sizes.tsx";
import type { PreviewContent } from "../preview/shown.ts";
import { AudienceBuilder } from "../targeting/builder.tsx";
import type { Offered } from "../targeting/offers.tsx";
import type { CountedSize } from "../targeting/size.tsx";
import { DO } from "../targeting/steps.ts";
import type { SegmentName } from "../targeting/values.ts";
import { anchorOf, OF, placed } from "./issues.ts";
import { MessageCard } from "./message-card.tsx";
import { Conflict, Editors, EDITORS, EDITORS_EVERY_S, Gone } from "./presence.tsx";
import { AUDIENCE } from "./typed.ts";
import { WhenCard } from "./when-card.tsx";
import { Wrongs } from "./wrongs.tsx";

export const FORM = "composer";

export interface ComposerProps {
  ctx: MemberCtx;
  app: App;
  side: SideApp;
  /** The path of this page. */
  base: string;
  /** What is saved; null while nothing is. */
  draft: Draft | null;
  /** What is typed, and what is wrong with it. */
  form: FormState;
  /** The version that was seen, and what a new draft is of. */
  hidden: { version: number; notification: string; copied_from: string };
  targeting: Audience | null;
  content: PreviewContent;
  previewApp: PreviewApp;
  segments: readonly SegmentName[];
  offered: Offered;
  size: CountedSize | null;
  devices: TestDevices;
  others: readonly string[];
  /** What a check found, if one was asked for. */
  checked: { isRight: boolean; sizes: readonly LanguageSizes[] | null } | null;
}

export const ComposerView = (props: ComposerProps) => {
  const { ctx, app, side, base, draft, form, devices } = props;
  const root = base.slice(0, base.lastIndexOf("/compose"));
  const isChange = props.hidden.notification !== "";
  const title = isChange ? "Change a notification" : "New notification";
  const now = ctx.now();
  return (
    <Shell
      ctx={ctx}
      here="notifications"
      app={side}
      crumbs={[
        { label: side.name, path: root },
        { label: "Notifications", path: `${root}/notifications` },
        { label: title },
      ]}
      after={
        <>
          <TestDialog {...{ app, devices, form, base, formId: FORM, now }} />
          {draft && <DeleteDialog base={base} isChange={isChange} />}
        </>
      }
    >
      <PageHead title={title} text={<Saved draft={draft} now={now} />}>
        {draft && (
          <Opens dialog="delete-draft" class="btn btn--ghost">
            <Icon name="trash" />
            {isChange ? "Forget the changes" : "Delete the draft"}
          </Opens>
        )}
      </PageHead>
      <Live part={EDITORS} everyS={EDITORS_EVERY_S} at={base}>
        {draft && <Editors draft={draft} others={props.others} personId={ctx.person.id} />}
      </Live>
      <Gone list={`${root}/notifications`} />
      {draft?.notification && <OfNotification {...draft.notification} now={now} />}
      <ComposerForm {...props} />
    </Shell>
  );
};

const ComposerForm = (props: ComposerProps) => {
  const { ctx, base, form, hidden, targeting, content, previewApp, segments, size, checked } =
    props;
  const own = placed(form);
  return (
    <form
      method="post"
      action={base}
      enctype="multipart/form-data"
      class="cols cols--wide"
      id={FORM}
      data-compose={`${base}/autosave`}
      novalidate
    >
      <button class="vh" name={DO} value="save" tabindex={-1} aria-hidden="true">
        Save draft
      </button>
      {Object.entries(hidden).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <div class="stack stack--l">
        <Conflict
          base={base}
          now={ctx.now()}
          refusal={form.refusal?.code === "draft_changed" ? form.refusal : null}
        />
        {!isAboutDevices(form) && <Wrongs form={form} />}
        {checked && <Checked {...checked} />}
        <MessageCard form={own} />
        <AudienceBuilder
          of={OF}
          name={AUDIENCE}
          audience={targeting ?? EVERYBODY}
          segments={segments}
          offered={props.offered}
          state={form}
          size={size}
          sizePath={`${base}/size`}
        />
        <WhenCard form={own} />
        <div class="savebar" role="region" aria-label="Send">
          <span class="soft" data-saved-note="" role="status" />
          <span class="push-end row">
            <button class="btn btn--ghost" name={DO} value="save">
              Save draft
            </button>
            <button class="btn btn--ghost" name={DO} value="check">
              Check
            </button>
            <OpensTest />
            <button class="btn btn--primary" name={DO} value="confirm">
              <Icon name="send" />
              Review and send
            </button>
          </span>
        </div>
      </div>
      <aside class="sticky stack">
        <Preview content={content} app={previewApp} />
      </aside>
    </form>
  );
};

const Saved = ({ draft, now }: { draft: Draft | null; now: number }) => (
  <span data-saved="">
    {draft === null ? (
      "Not saved yet."
    ) : (
      <>
        Saved as a draft by {draft.updatedBy ?? "somebody"}: <Ago at={draft.updatedAt} now={now} />.
      </>
    )}
  </span>
);

/** What becomes of the notification that a draft is to change, until that is done. */
const OfNotification = ({
  status,
  scheduledAt,
  now,
}: {
  status: string;
  scheduledAt: number | null;
  now: number;
}) => {
  if (status === "draft") return null;
  return (
    <Notice tone={status === "scheduled" ? "wait" : "warn"}>
      {status === "scheduled" && scheduledAt !== null ? (
        <p>
          <strong>
            It is scheduled for <Moment at={scheduledAt} now={now} />
          </strong>{" "}
          and goes out then as it was, unless you review and confirm your changes before.
        </p>
      ) : (
        <p>
          <strong>The notification has begun to go out,</strong> so it can't be changed any more.
          Delete this draft, or copy what you need of it.
        </p>
      )}
    </Notice>
  );
};

const Checked = ({
  isRight,
  sizes,
}: {
  isRight: boolean;
  sizes: readonly LanguageSizes[] | null;
}) => (
  <section class="card" aria-labelledby="h-check" id="check">
    <header>
      <h2 id="h-check">{isRight ? "It can be sent as it is" : "It can't be sent yet"}</h2>
    </header>
    <div class="card-body stack">
      {sizes ? (
        <ProviderSizes sizes={sizes} />
      ) : (
        <p class="soft">How large it is can be said once its fields are right.</p>
      )}
      {!isRight && (
        <p>
          <a href={anchorOf("title")}>To the message</a>
        </p>
      )}
    </div>
  </section>
);

const DeleteDialog = ({ base, isChange }: { base: string; isChange: boolean }) => (
  <Dialog id="delete-draft" title={isChange ? "Forget the changes?" : "Delete the draft?"}>
    <form method="post" action={`${base}/delete`} class="stack">
      <p>
        {isChange
          ? "The notification stays as it was. Nobody can bring the changes back."
          : "Nobody can bring it back."}
      </p>
      <div class="actions">
        <Closes dialog="delete-draft" />
        <button class="btn btn--danger btn--primary">
          {isChange ? "Forget them" : "Delete it"}
        </button>
      </div>
    </form>
  </Dialog>
);
