// The fields by which a webhook is made and changed.
import { AccountEvent, WebhookEvent } from "../../domain/webhooks/events.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { fieldId, TextField } from "../parts/field.tsx";

/** The names of these fields, and the words for what is wrong with the webhook as a whole. */
export const FIELDS = ["of", "url", "events"];

export const AddressField = ({
  form,
  of,
  value,
}: {
  form: FormState;
  of: string;
  value?: string;
}) => (
  <TextField
    form={form}
    of={of}
    name="url"
    label="Address"
    value={value}
    type="url"
    required
    autocomplete="off"
    placeholder="https://example.com/hook"
    hint="https, on a public host. Answer 2xx within 10 s."
  />
);

/** A box for each event; `isOfAccount` offers only what an account's own webhook can be sent. */
export const EventsField = ({
  form,
  of,
  chosen,
  isOfAccount = false,
  hint,
}: {
  form: FormState;
  of: string;
  chosen: readonly string[];
  isOfAccount?: boolean;
  hint?: string;
}) => {
  const wasPosted = form.posted === of && form.made === null;
  const checked = wasPosted ? form.fields.all("events") : chosen;
  const issue = wasPosted
    ? [...form.issues].find(([name]) => name === "events" || name.startsWith("events."))?.[1]
    : undefined;
  const id = fieldId(of, "events");
  const by = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(issue === undefined ? [] : [`${id}-error`]),
  ];
  const { options } = isOfAccount ? AccountEvent : WebhookEvent;
  return (
    <fieldset class="field" id={id} aria-describedby={by.length > 0 ? by.join(" ") : undefined}>
      <legend>Events</legend>
      <div class="choices">
        {options.map((event) => (
          <label class="check">
            <input type="checkbox" name="events" value={event} checked={checked.includes(event)} />
            <span>
              <code>
                {/* Names break at their dot. */}
                {event.slice(0, event.indexOf(".") + 1)}
                <wbr />
                {event.slice(event.indexOf(".") + 1)}
              </code>
            </span>
          </label>
        ))}
      </div>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {issue !== undefined && (
        <p class="error" id={`${id}-error`}>
          {checked.length === 0 ? "Choose at least one." : issue}
        </p>
      )}
    </fieldset>
  );
};
