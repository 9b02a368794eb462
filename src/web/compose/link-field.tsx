// A field for a web address that a notification leads to or shows.
import type { FormState } from "../dashboard/form-state.ts";
import { TextField } from "../parts/field.tsx";
import { OF } from "./issues.ts";

export const Link = ({
  form,
  name,
  label,
  hint,
}: {
  form: FormState;
  name: string;
  label: string;
  hint?: string;
}) => (
  <TextField
    form={form}
    of={OF}
    name={name}
    label={label}
    hint={hint}
    isOptional
    inputmode="url"
    data-preview={name.split(".").at(-1)}
    placeholder="https://"
  />
);
