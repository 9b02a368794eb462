// The dialog in which an account is opened.
import { FREE_PLAN } from "../../domain/accounts/plans.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { Closes, Dialog } from "../parts/dialog.tsx";
import { SelectField, TextField } from "../parts/field.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { accountsPath } from "../dashboard/places.ts";

/** The path of the form, below the page's. */
const OF = "";

export const NewAccountDialog = ({
  form,
  plans,
}: {
  form: FormState;
  plans: readonly { name: string }[];
}) => (
  <Dialog
    id="new-account"
    title="Open an account"
    size="m"
    isOpen={form.posted === OF && form.made === null}
  >
    <form method="post" action={accountsPath()} class="stack">
      <p>A first API key is made with it and shown once. It may do everything in the account.</p>
      <Unplaced form={form} of={OF} fields={["name", "email", "plan", "build_credits"]} />
      <div class="fields">
        <TextField
          form={form}
          of={OF}
          name="name"
          label="Name"
          required
          maxlength={200}
          autocomplete="off"
        />
        <TextField
          form={form}
          of={OF}
          name="email"
          label="E-mail"
          type="email"
          required
          maxlength={254}
          autocomplete="off"
          hint="Of whoever the account belongs to. It lets nobody in by itself."
        />
        <div class="fields fields--2">
          <SelectField
            form={form}
            of={OF}
            name="plan"
            label="Plan"
            value={FREE_PLAN}
            options={plans.map(({ name }) => ({ value: name, label: name }))}
          />
          <TextField
            form={form}
            of={OF}
            name="build_credits"
            label="Credits"
            isOptional
            type="number"
            min={0}
            placeholder="As the plan has"
          />
        </div>
      </div>
      <div class="actions">
        <Closes dialog="new-account" />
        <button class="btn btn--primary">Open it</button>
      </div>
    </form>
  </Dialog>
);
