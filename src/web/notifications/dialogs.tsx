// The dialogs of one notification: stop it, cancel it, send it now, send it again to whom it did not reach.
import type { Notification } from "../../domain/notifications/find-notification.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { Live } from "../dashboard/part.tsx";
import { Closes, Dialog } from "../parts/dialog.tsx";
import { figure } from "../parts/words.ts";
import { sentenceOf } from "../targeting/sentence.ts";
import type { SegmentName } from "../targeting/values.ts";
import { audienceOf } from "./message-card.tsx";
import { DONE, DONE_S, StaysDone } from "./progress.tsx";

/** Paths of forms below that of the page. */
export const CANCEL = "/cancel";
export const SEND = "/send";
export const AGAIN = "/again";

const titleOf = ({ content }: Notification) => (content as { title: string }).title;

interface DialogProps {
  path: string;
  notification: Notification;
  form: FormState;
}

export const StopDialog = ({ path, notification }: DialogProps) => (
  <Dialog id="stop" title="Stop sending?">
    <form method="post" action={path + CANCEL}>
      <Live part={DONE} everyS={DONE_S}>
        <StaysDone notification={notification} />
      </Live>
      <div class="actions">
        <Closes dialog="stop">Keep sending</Closes>
        <button class="btn btn--danger btn--primary">Stop sending</button>
      </div>
    </form>
  </Dialog>
);

export const CancelDialog = ({ path, notification }: DialogProps) => (
  <Dialog id="cancel" title={<span class="break">Cancel “{titleOf(notification)}”?</span>}>
    <form method="post" action={path + CANCEL}>
      <p>Nobody gets it. The text stays, as a cancelled notification.</p>
      <div class="actions">
        <Closes dialog="cancel">Keep it</Closes>
        <button class="btn btn--danger btn--primary">Cancel it</button>
      </div>
    </form>
  </Dialog>
);

export const SendDialog = ({
  path,
  notification,
  segments,
}: DialogProps & { segments: readonly SegmentName[] }) => (
  <Dialog id="send" title="Send it now?">
    <form method="post" action={path + SEND}>
      <p>
        It goes out at once and not when it was planned, also to who was to get it at their local
        time. Audience: {sentenceOf(audienceOf(notification), segments)}
      </p>
      <div class="actions">
        <Closes dialog="send">Leave it scheduled</Closes>
        <button class="btn btn--primary">Send now</button>
      </div>
    </form>
  </Dialog>
);

export const AgainDialog = ({ path, count }: { path: string; count: number }) => (
  <Dialog id="again" title={`Send to ${figure(count)} again?`}>
    <form method="post" action={path + AGAIN}>
      <p>
        The same message goes out at once to those whom it did not reach for a reason that may be
        over: see that it still holds. Who is gone or was reached is left out, and so is who has
        confirmed it since or unsubscribed. Once only.
      </p>
      <div class="actions">
        <Closes dialog="again" />
        <button class="btn btn--primary">Send to {figure(count)}</button>
      </div>
    </form>
  </Dialog>
);
