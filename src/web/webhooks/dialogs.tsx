// The dialogs of a webhook's page: changing it, a new secret, sending again what failed, deleting it.
import { GRACE_MS } from "../../domain/webhooks/rotate-secret.ts";
import { Closes, Dialog } from "../parts/dialog.tsx";
import { SelectField } from "../parts/field.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { span } from "../parts/words.ts";
import { AddressField, EventsField, FIELDS } from "./fields.tsx";
import type { WebhookProps } from "./webhook-view.tsx";

export const CHANGE = "";
export const ENABLED = "/enabled";
export const SECRET = "/secret";
export const TEST = "/test";
export const REPLAY = "/replay";
export const DELETE = "/delete";

/** Since when deliveries are sent again, as the form offers it, in hours; the API takes any time. */
export const SINCE_HOURS = [
  { value: "1", label: "In the last hour" },
  { value: "24", label: "In the last day" },
  { value: "72", label: "In the last 3 days" },
  { value: "720", label: "In the last 30 days" },
];

export const WebhookDialogs = (props: WebhookProps) => (
  <>
    <ChangeDialog {...props} />
    <SecretDialog {...props} />
    <ReplayDialog {...props} />
    <DeleteDialog {...props} />
  </>
);

const ChangeDialog = ({ base, form, webhook }: WebhookProps) => (
  <Dialog id="change-wh" title="Change the webhook" size="m" isOpen={form.posted === CHANGE}>
    <form method="post" action={base} class="stack">
      <Unplaced form={form} of={CHANGE} fields={FIELDS} />
      <p>Another address also ends what failed before, and what is held is sent there.</p>
      <div class="fields">
        <AddressField form={form} of={CHANGE} value={webhook.url} />
        <EventsField
          form={form}
          of={CHANGE}
          chosen={webhook.events}
          isOfAccount={webhook.appId === null}
        />
      </div>
      <div class="actions">
        <Closes dialog="change-wh" />
        <button class="btn btn--primary">Save</button>
      </div>
    </form>
  </Dialog>
);

const SecretDialog = ({ base, form }: WebhookProps) => (
  <Dialog
    id="secret-wh"
    title="Make a new secret?"
    isOpen={form.posted === SECRET && form.made === null}
  >
    <form method="post" action={base + SECRET} class="stack">
      <Unplaced form={form} of={SECRET} fields={[]} />
      <p>
        It is shown once. For {span(GRACE_MS)} <code>webhook-signature</code> has two signatures, by
        the new secret and by the old one, so that your receiver can change over.{" "}
        <code>x-slipway-signature</code> is by the new one at once. A secret from before an earlier
        change ends now.
      </p>
      <div class="actions">
        <Closes dialog="secret-wh" />
        <button class="btn btn--primary">Make a new secret</button>
      </div>
    </form>
  </Dialog>
);

const ReplayDialog = ({ base, form }: WebhookProps) => (
  <Dialog id="replay-wh" title="Send again what failed?" isOpen={form.posted === REPLAY}>
    <form method="post" action={base + REPLAY} class="stack">
      <Unplaced form={form} of={REPLAY} fields={["since"]} says={{ enabled: OFF }} />
      <p>
        Each begins anew, with all its tries, and keeps its <code>webhook-id</code>, by which your
        receiver can tell a repetition.
      </p>
      <SelectField
        form={form}
        of={REPLAY}
        name="since"
        label="Given up"
        value="24"
        options={SINCE_HOURS}
      />
      <div class="actions">
        <Closes dialog="replay-wh" />
        <button class="btn btn--primary">Send them again</button>
      </div>
    </form>
  </Dialog>
);

const DeleteDialog = ({ base, form, webhook }: WebhookProps) => {
  const { host } = new URL(webhook.url);
  return (
    <Dialog id="delete-wh" title={`Delete the webhook to ${host}?`} isOpen={form.posted === DELETE}>
      <form method="post" action={base + DELETE} class="stack">
        <p>
          It is told nothing any more. What is still pending is dropped, and the log goes too.
          Nobody can undo this.
        </p>
        <div class="actions">
          <Closes dialog="delete-wh" />
          <button class="btn btn--danger btn--primary">Delete it</button>
        </div>
      </form>
    </Dialog>
  );
};

/** Why nothing is sent to a webhook that is off. */
export const OFF = "The webhook is off, so that nothing is sent to it. Turn it on first.";
