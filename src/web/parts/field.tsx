// A field of a form: its label, its control, what helps to fill it in, and what is wrong with it. After a refusal it holds
// what was typed; passwords never come back.
import type { Child } from "hono/jsx";
import type { FormState } from "../dashboard/form-state.ts";

export interface FieldProps {
  form: FormState;
  /** The path of the form that the field is in: what another form of the page posted is not its. */
  of: string;
  name: string;
  label: string;
  /** What it holds before anything was typed. */
  value?: string | undefined;
  hint?: Child;
  isOptional?: boolean;
  /** Attributes of the input: type, autocomplete, maxlength ... */
  [attribute: string]: unknown;
}

/** What a field holds: what was typed into it, or else `value`. */
export function typed(form: FormState, of: string, name: string, value = ""): string {
  return form.posted === of && form.made === null ? form.fields.text(name) : value;
}

/** What is wrong with a field of this form; undefined for nothing. */
export function issueOf(form: FormState, of: string, name: string): string | undefined {
  return form.posted === of ? form.issues.get(name) : undefined;
}

/** The id of a field, unique among the forms of a page. */
export const fieldId = (of: string, name: string) =>
  `f-${`${of}-${name}`.replaceAll(/[^\w]+/g, "-").replace(/^-/, "")}`;

/** Ties a control to its hint and its error. */
export function described(id: string, hasHint: boolean, issue: string | undefined) {
  const ids = [...(hasHint ? [`${id}-hint`] : []), ...(issue === undefined ? [] : [`${id}-error`])];
  return {
    ...(ids.length > 0 ? { "aria-describedby": ids.join(" ") } : {}),
    ...(issue === undefined ? {} : { "aria-invalid": "true" }),
  };
}

/** A label, the control that `children` is, a hint and an error. */
export const FieldFrame = ({
  id,
  label,
  hint,
  issue,
  isOptional = false,
  children,
}: {
  id: string;
  label: Child;
  hint?: Child;
  issue: string | undefined;
  isOptional?: boolean;
  children?: Child;
}) => (
  <div class="field">
    <label for={id}>
      {label}
      {isOptional && <span class="opt"> (optional)</span>}
    </label>
    {children}
    {hint && (
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
    {issue !== undefined && (
      <p class="error" id={`${id}-error`}>
        {issue}
      </p>
    )}
  </div>
);

/** A line of text. */
export const TextField = (props: FieldProps) => {
  const { form, of, name, label, value, hint, isOptional, ...attributes } = props;
  const id = fieldId(of, name);
  const issue = issueOf(form, of, name);
  const isSecret = attributes["type"] === "password";
  return (
    <FieldFrame id={id} label={label} hint={hint} issue={issue} isOptional={isOptional === true}>
      <input
        class="input"
        id={id}
        name={name}
        value={isSecret ? "" : typed(form, of, name, value)}
        {...described(id, hint !== undefined, issue)}
        {...attributes}
      />
    </FieldFrame>
  );
};

/** What stands in a textarea: HTML takes away a line end that begins it, so that there is one more. */
export const textIn = (text: string) => `\n${text}`;

/** Some lines of text. */
export const TextArea = (props: FieldProps) => {
  const { form, of, name, label, value, hint, isOptional, ...attributes } = props;
  const id = fieldId(of, name);
  const issue = issueOf(form, of, name);
  return (
    <FieldFrame id={id} label={label} hint={hint} issue={issue} isOptional={isOptional === true}>
      <textarea
        class="input"
        id={id}
        name={name}
        {...described(id, hint !== undefined, issue)}
        {...attributes}
      >
        {textIn(typed(form, of, name, value))}
      </textarea>
    </FieldFrame>
  );
};

/** One of some choices. */
export const SelectField = (
  props: FieldProps & { options: readonly { value: string; label: string }[] },
) => {
  const { form, of, name, label, value, hint, isOptional, options, ...attributes } = props;
  const id = fieldId(of, name);
  const issue = issueOf(form, of, name);
  const chosen = typed(form, of, name, value);
  return (
    <FieldFrame id={id} label={label} hint={hint} issue={issue} isOptional={isOptional === true}>
      <select
        class="input"
        id={id}
        name={name}
        {...described(id, hint !== undefined, issue)}
        {...attributes}
      >
        {options.map((each) => (
          <option value={each.value} selected={each.value === chosen}>
            {each.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
};
