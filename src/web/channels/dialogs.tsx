// The dialogs of a channel's page: changing it, a new key, deleting it.
import { hasRight, type Right } from "../../domain/people/roles.ts";
import { Closes, Dialog } from "../parts/dialog.tsx";
import { SelectField } from "../parts/field.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import type { ChannelProps } from "./channel-view.tsx";
import { howMany } from "../parts/words.ts";
import { ChannelFields } from "./list-view.tsx";

/** What a new key of the channel takes: it ends the one that servers have. */
export const KEY_RIGHT: Right = "credentials:write";

const CHANGE = "";
const KEY = "/key";
const DELETE = "/delete";

/** How long the old key can go on, as the form offers it; the API takes any time up to 30 days. */
const GRACES = [
  { value: "0", label: "No time: it ends now" },
  { value: "3600", label: "An hour" },
  { value: "86400", label: "A day" },
  { value: "604800", label: "A week" },
  { value: "2592000", label: "30 days" },
];

export const ChannelDialogs = (props: ChannelProps) => (
  <>
    <ChangeDialog {...props} />
    {hasRight(props.ctx.role, KEY_RIGHT) && <KeyDialog {...props} />}
    <DeleteDialog {...props} />
  </>
);

const ChangeDialog = ({ ctx, base, form, view: { channel, callback } }: ChannelProps) => (
  <Dialog id="change-ch" title={`Change ${channel.name}`} isOpen={form.posted === CHANGE}>
    <form method="post" action={base} class="stack">
      <Unplaced form={form} of={CHANGE} fields={["name", "callback_url"]} />
      <ChannelFields
        ctx={ctx}
        form={form}
        of={CHANGE}
        name={channel.name}
        callbackUrl={callback?.url ?? ""}
      />
      <div class="actions">
        <Closes dialog="change-ch" />
        <button class="btn btn--primary">Save</button>
      </div>
    </form>
  </Dialog>
);

const KeyDialog = ({ base, form, view: { channel } }: ChannelProps) => (
  <Dialog
    id="rotate"
    title={`New key for ${channel.name}`}
    isOpen={form.posted === KEY && form.made === null}
  >
    <form method="post" action={base + KEY} class="stack">
      <p>
        The new key is shown once. What still has the old one stops when that ends; a key from
        before an earlier change ends at once.
      </p>
      <SelectField
        form={form}
        of={KEY}
        name="grace_seconds"
        label="Keep the old key for"
        value="86400"
        options={GRACES}
      />
      <div class="actions">
        <Closes dialog="rotate" />
        <button class="btn btn--primary">Make a new key</button>
      </div>
    </form>
  </Dialog>
);

const DeleteDialog = ({ base, form, view: { channel }, people, find }: ChannelProps) => (
  <Dialog id="delete-ch" title={`Delete ${channel.name}?`} isOpen={form.posted === DELETE}>
    <form method="post" action={base + DELETE} class="stack">
      <p>
        {find === "" ? whoLoses(howMany(people.total), people.total.count === 1) : "Its people get"}{" "}
        nothing of it any more, its key ends and its callback is no longer called. Their messages go
        too. Nobody can undo this.
      </p>
      <div class="actions">
        <Closes dialog="delete-ch" />
        <button class="btn btn--danger btn--primary">Delete {channel.name}</button>
      </div>
    </form>
  </Dialog>
);

const whoLoses = (many: string, isOne: boolean) => (isOne ? "1 person gets" : `${many} people get`);
