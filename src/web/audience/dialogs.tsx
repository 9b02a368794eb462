// The dialogs of a subscriber's page: what is known of it, unsubscribing it, deleting it.
import { MAX_USER_ID } from "../../domain/subscribers/facts/text.ts";
import { Closes, Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Problem } from "../parts/notice.tsx";
import type { SubscriberProps } from "./subscriber-view.tsx";
import { calledBy } from "./words.ts";

/** The paths of the page's forms, below its own. */
export const TAG = "/tag";
export const UNTAG = "/untag";
export const FACTS = "/facts";
export const UNSUBSCRIBE = "/unsubscribe";
export const DELETE = "/delete";
export const TAKE = "/person";
export const ERASE = "/erase";

export const FACTS_DIALOG = "change-sub";
export const UNSUBSCRIBE_DIALOG = "unsub";
export const DELETE_DIALOG = "delete-sub";
export const ERASE_DIALOG = "erase-person";

export const SubscriberDialogs = (props: SubscriberProps) => (
  <>
    <FactsDialog {...props} />
    {props.subscriber.status !== "unsubscribed" && <UnsubscribeDialog {...props} />}
    <DeleteDialog {...props} />
    {props.subscriber.userId !== null && <EraseDialog {...props} />}
  </>
);

const FactsDialog = ({ path, form, subscriber }: SubscriberProps) => {
  const field = { form, of: FACTS, isOptional: true, autocomplete: "off" } as const;
  return (
    <Dialog id={FACTS_DIALOG} title="What is known" size="m" isOpen={form.posted === FACTS}>
      <form method="post" action={path + FACTS} class="stack">
        <Problem form={form} of={FACTS} />
        <div class="fields">
          <TextField
            {...field}
            name="user_id"
            label="User id"
            value={subscriber.userId ?? ""}
            maxlength={MAX_USER_ID}
            hint="Your own id of the person. Devices with the same one are the same person."
          />
          <TextField
            {...field}
            name="language"
            label="Language"
            value={subscriber.language ?? ""}
            hint="Such as de or pt-BR. It decides which translation the device gets."
          />
          <TextField
            {...field}
            name="country"
            label="Country"
            value={subscriber.country ?? ""}
            hint="Two letters, such as AT."
          />
          <TextField
            {...field}
            name="timezone"
            label="Time zone"
            value={subscriber.timezone ?? ""}
            hint="Such as Europe/Vienna."
          />
        </div>
        <p class="soft small">
          The device may say its language, country and time zone anew when it is next used.
        </p>
        <div class="actions">
          <Closes dialog={FACTS_DIALOG} />
          <button class="btn btn--primary">Save</button>
        </div>
      </form>
    </Dialog>
  );
};

const UnsubscribeDialog = ({ path, form, subscriber }: SubscriberProps) => (
  <Dialog
    id={UNSUBSCRIBE_DIALOG}
    title={`Unsubscribe ${calledBy(subscriber)}?`}
    isOpen={form.posted === UNSUBSCRIBE}
  >
    <form method="post" action={path + UNSUBSCRIBE} class="stack">
      <Problem form={form} of={UNSUBSCRIBE} />
      <p>
        This device gets no notifications any more. What is known of it stays. Only the person can
        undo this, by agreeing to notifications again on the device.
      </p>
      <div class="actions">
        <Closes dialog={UNSUBSCRIBE_DIALOG} />
        <button class="btn btn--danger btn--primary">Unsubscribe it</button>
      </div>
    </form>
  </Dialog>
);

const DeleteDialog = ({ path, form, subscriber }: SubscriberProps) => (
  <Dialog
    id={DELETE_DIALOG}
    title={`Delete ${calledBy(subscriber)} for good?`}
    isOpen={form.posted === DELETE}
  >
    <form method="post" action={path + DELETE} class="stack">
      <Problem form={form} of={DELETE} />
      <p>
        This device, its tags and its places in channels go at once. It comes back as somebody new
        if the app or the website is opened there again. To stop sending alone, unsubscribe it.
      </p>
      <div class="actions">
        <Closes dialog={DELETE_DIALOG} />
        <button class="btn btn--danger btn--primary">Delete it</button>
      </div>
    </form>
  </Dialog>
);

const EraseDialog = ({ path, form, subscriber }: SubscriberProps) => (
  <Dialog
    id={ERASE_DIALOG}
    title={`Delete everything of ${calledBy(subscriber)}?`}
    size="m"
    isOpen={form.posted === ERASE}
  >
    <form method="post" action={path + ERASE} class="stack">
      <Problem form={form} of={ERASE} />
      <p>This is for a person who asks that nothing about them is kept. Nobody can undo it.</p>
      <ul class="checks">
        <li data-tone="bad">
          <Icon name="trash" />
          <span>
            <strong>At once:</strong> all devices with this user id, their tags, inboxes and
            installations, the channel subscriptions of the user id with their messages, and codes
            that wait.
          </span>
        </li>
        <li data-tone="bad">
          <Icon name="trash" />
          <span>
            <strong>Within minutes:</strong> notifications and drafts to this person alone, their
            receipts and clicks, and the log of webhook deliveries that name them.
          </span>
        </li>
        <li>
          <Icon name="info" />
          <span>
            <strong>What stays:</strong> segments and other audiences, without the user id; results,
            with a number in its place for 90 days that leads to nobody.
          </span>
        </li>
      </ul>
      <p>A device that opens the app again is somebody new.</p>
      <div class="actions">
        <Closes dialog={ERASE_DIALOG} />
        <button class="btn btn--danger btn--primary">Delete everything</button>
      </div>
    </form>
  </Dialog>
);
