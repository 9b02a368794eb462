// The card with the time: now, at one moment, or when it is that time where each person is.
import type { FormState } from "../dashboard/form-state.ts";
import { fieldId, TextField, described, FieldFrame } from "../parts/field.tsx";
import { OF } from "./issues.ts";

const WHENS = [
  { value: "now", label: "Now", hint: "As soon as you press send" },
  { value: "at", label: "At one time", hint: "Everywhere at the same moment" },
  { value: "local", label: "At local time", hint: "When it is that time there" },
];

export const WhenCard = ({ form }: { form: FormState }) => {
  const when = form.fields.text("when");
  const time = form.fields.text("scheduled_at");
  // Seconds are kept where there are some: a program may have set them.
  const step = /:\d\d:\d\d$/.test(time) ? 1 : undefined;
  return (
    <section class="card pick" aria-labelledby="h-when">
      <header>
        <h2 id="h-when">When</h2>
      </header>
      <div class="card-body stack">
        <fieldset>
          <legend class="vh">When to send</legend>
          <div class="choices">
            {WHENS.map(({ value, label, hint }) => (
              <label class="choice">
                <input type="radio" name="when" value={value} checked={value === when} />
                <span>
                  {label}
                  <small>{hint}</small>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <div class="fields fields--2" data-pick="at">
          <TextField
            form={form}
            of={OF}
            name="scheduled_at"
            label="Date and time"
            type="datetime-local"
            step={step}
          />
          <Zone form={form} />
        </div>
        <div class="fields fields--2" data-pick="local">
          <TextField
            form={form}
            of={OF}
            name="scheduled_local"
            label="Their date and time"
            type="datetime-local"
            hint="People whose zone nobody knows get it by UTC. Who is past that time already gets it at once."
          />
        </div>
      </div>
    </section>
  );
};

/** The zone of the moment: UTC, or the one in which it was written; the script adds the viewer's. */
const Zone = ({ form }: { form: FormState }) => {
  const id = fieldId(OF, "zone");
  const zone = form.fields.text("zone") || "UTC";
  return (
    <FieldFrame id={id} label="In the zone" issue={undefined}>
      <select class="input" id={id} name="zone" data-zones="" {...described(id, false, undefined)}>
        {[...new Set(["UTC", zone])].map((each) => (
          <option value={each} selected={each === zone}>
            {each.replaceAll("_", " ")}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
};
