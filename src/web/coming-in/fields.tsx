// Fields that several pages of the door have.
import { MAX_PASSWORD, MIN_PASSWORD } from "../../identity/input.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { TextField } from "../parts/field.tsx";

interface Of {
  form: FormState;
  of: string;
}

export const EmailField = ({
  form,
  of,
  value,
  ...attributes
}: Of & { value?: string; [attribute: string]: unknown }) => (
  <TextField
    form={form}
    of={of}
    name="email"
    label="E-mail"
    value={value}
    type="email"
    autocomplete="username"
    required
    maxlength={254}
    placeholder="you@example.com"
    {...attributes}
  />
);

export const NameField = ({
  form,
  of,
  hint,
  ...attributes
}: Of & { hint?: string; [attribute: string]: unknown }) => (
  <TextField
    form={form}
    of={of}
    name="name"
    label="Your name"
    autocomplete="name"
    required
    maxlength={100}
    hint={hint}
    {...attributes}
  />
);

/** A password that somebody has. */
export const PasswordField = ({
  form,
  of,
  name = "password",
  label = "Password",
  ...attributes
}: Of & { name?: string; label?: string; [attribute: string]: unknown }) => (
  <TextField
    form={form}
    of={of}
    name={name}
    label={label}
    type="password"
    autocomplete="current-password"
    required
    maxlength={MAX_PASSWORD}
    {...attributes}
  />
);

/** A password that somebody chooses. After a refusal it is empty, and says so. */
export const NewPasswordField = ({ form, of, label = "Password" }: Of & { label?: string }) => (
  <TextField
    form={form}
    of={of}
    name="password"
    label={label}
    type="password"
    autocomplete="new-password"
    required
    minlength={MIN_PASSWORD}
    maxlength={MAX_PASSWORD}
    hint={
      form.posted === of && form.issues.get("password") === undefined && form.made === null
        ? "Type it again: it is not kept over an error."
        : `${MIN_PASSWORD} letters or more. Several words are fine.`
    }
  />
);
