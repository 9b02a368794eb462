// What few notifications need: urgency, lifetime, what it replaces, data for the app's own code, and what differs by platform.
import { LIFETIME_UNITS } from "../../domain/composing/draft-fields.ts";
import type { FormState } from "../dashboard/form-state.ts";
import {
  described,
  fieldId,
  FieldFrame,
  issueOf,
  SelectField,
  TextArea,
  TextField,
} from "../parts/field.tsx";
import { OF } from "./issues.ts";
import { Link } from "./link-field.tsx";

const URGENCIES = [
  { value: "very-low", label: "Very low" },
  { value: "low", label: "Low" },
  { value: "normal", label: "Normal" },
  { value: "high", label: "High: wakes the phone" },
];

const PRIORITIES = [
  { value: "", label: "By the urgency" },
  { value: "normal", label: "Normal" },
  { value: "high", label: "High" },
];

/** The fields in it that nothing was typed into while it is folded. */
const NAMES = ["icon", "ttl", "collapse_id", "data"];
const isWithin = (name: string) => NAMES.includes(name) || name.startsWith("platform_overrides.");

export const More = ({ form }: { form: FormState }) => {
  const isUsed =
    form.fields.names.some((name) => isWithin(name) && form.fields.text(name) !== "") ||
    form.fields.text("urgency") !== "normal";
  const isWrong = [...form.issues.keys()].some(isWithin);
  return (
    <details open={isUsed || isWrong}>
      <summary class="small soft">More: urgency, lifetime, data, differences by platform</summary>
      <div class="fields">
        <div class="fields fields--2">
          <SelectField form={form} of={OF} name="urgency" label="Urgency" options={URGENCIES} />
          <Lifetime form={form} />
          <TextField
            form={form}
            of={OF}
            name="collapse_id"
            label="Replaces earlier ones named"
            isOptional
            class="input mono"
            maxlength={64}
            hint="A later message with the same name takes its place on the device."
          />
          <Link form={form} name="icon" label="Icon" hint="Empty: the app's." />
        </div>
        <Json
          form={form}
          name="data"
          label="Data, as JSON for your code"
          example='{"order": 1001}'
        />
        <Android form={form} />
        <Ios form={form} />
        <Json
          form={form}
          name="platform_overrides.web"
          label="In browsers, as JSON"
          example='{"silent": true}'
          preview="overrides.web"
        />
      </div>
    </details>
  );
};

const Lifetime = ({ form }: { form: FormState }) => {
  const id = fieldId(OF, "ttl");
  const issue = issueOf(form, OF, "ttl");
  const unit = form.fields.text("ttl_unit");
  return (
    <FieldFrame id={id} label="Worth something for" isOptional issue={issue} hint="Empty: a day.">
      <div class="group">
        <input
          class="input"
          id={id}
          name="ttl"
          value={form.fields.text("ttl")}
          inputmode="decimal"
          {...described(id, true, issue)}
        />
        <select class="input" name="ttl_unit" aria-label="Unit of the lifetime">
          {Object.keys(LIFETIME_UNITS).map((each) => (
            <option value={each} selected={each === unit}>
              {each}
            </option>
          ))}
        </select>
      </div>
    </FieldFrame>
  );
};

const Json = ({
  form,
  name,
  label,
  example,
  preview,
}: {
  form: FormState;
  name: string;
  label: string;
  example: string;
  preview?: string;
}) => (
  <TextArea
    form={form}
    of={OF}
    name={name}
    label={label}
    isOptional
    class="input mono"
    rows={2}
    spellcheck={false}
    placeholder={example}
    data-preview={preview}
  />
);

const Android = ({ form }: { form: FormState }) => (
  <fieldset class="fields">
    <legend>On Android</legend>
    <div class="fields fields--2">
      <Override form={form} name="android.channel_id" label="Channel of the app" />
      <SelectField
        form={form}
        of={OF}
        name="platform_overrides.android.priority"
        label="Priority"
        options={PRIORITIES}
      />
    </div>
    <Json
      form={form}
      name="platform_overrides.android"
      label="More, as JSON"
      example='{"title": "Only on Android"}'
      preview="overrides.android"
    />
  </fieldset>
);

const Ios = ({ form }: { form: FormState }) => (
  <fieldset class="fields">
    <legend>On iOS</legend>
    <div class="fields fields--2">
      <Override form={form} name="ios.sound" label="Sound" />
      <Override form={form} name="ios.badge" label="Number on the icon" />
      <Override form={form} name="ios.category" label="Category, which has the buttons" />
    </div>
    <Json
      form={form}
      name="platform_overrides.ios"
      label="More, as JSON"
      example='{"title": "Only on iOS"}'
      preview="overrides.ios"
    />
  </fieldset>
);

const Override = ({ form, name, label }: { form: FormState; name: string; label: string }) => (
  <TextField
    form={form}
    of={OF}
    name={`platform_overrides.${name}`}
    label={label}
    isOptional
    class="input mono"
    maxlength={200}
    autocomplete="off"
    data-preview={`overrides.${name}`}
  />
);
