// The field for the code of an authenticator.
import type { FormState } from "../dashboard/form-state.ts";
import { TextField } from "./field.tsx";

/** `of` is the path of the form that has it. */
export const CodeField = ({
  form,
  of,
  autofocus,
}: {
  form: FormState;
  of: string;
  autofocus: boolean;
}) => (
  <TextField
    form={form}
    of={of}
    name="code"
    label="Code"
    class="input input--8 mono"
    inputmode="numeric"
    autocomplete="one-time-code"
    pattern="[0-9]{3} ?[0-9]{3}"
    maxlength={7}
    required
    autofocus={autofocus}
  />
);
