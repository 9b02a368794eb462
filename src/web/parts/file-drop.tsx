// A field that takes a file, chosen or dropped on it.
import type { Child } from "hono/jsx";
import type { FormState } from "../dashboard/form-state.ts";
import { described, fieldId, issueOf } from "./field.tsx";
import { Icon, type IconName } from "./icon.tsx";

interface FileDropProps {
  form: FormState;
  of: string;
  name: string;
  icon: IconName;
  /** What is chosen: "a picture". */
  what: string;
  hint: Child;
  accept: string;
  /** Attributes of the input, and of what it can be dropped on, that a script looks for. */
  input?: Record<string, unknown>;
  drop?: Record<string, unknown>;
}

export const FileDrop = (props: FileDropProps) => {
  const { form, of, name, icon, what, hint, accept, input, drop } = props;
  const id = fieldId(of, name);
  const issue = issueOf(form, of, name);
  return (
    <div class="field">
      {/* The field itself is to be seen: without a script it says what was chosen, and takes what is dropped on it. */}
      <label class="drop" {...drop}>
        <Icon name={icon} large />
        <span>
          <b>Choose {what}</b> or drop it here
        </span>
        <span class="muted small" id={`${id}-hint`}>
          {hint}
        </span>
        <input
          class="input"
          id={id}
          type="file"
          name={name}
          accept={accept}
          required
          {...input}
          {...described(id, true, issue)}
        />
      </label>
      {issue !== undefined && (
        <p class="error" id={`${id}-error`}>
          {issue}
        </p>
      )}
    </div>
  );
};
