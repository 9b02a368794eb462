// The dialog in which a plan is added, or changed.
import {
  DEFAULT_MAX_SUBSCRIBERS,
  DEFAULT_PUSH_RATE_LIMIT,
  DEFAULT_REGISTRATION_RATE_LIMIT,
  type PlanInUse,
} from "../../domain/accounts/plans.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { Closes, Dialog } from "../parts/dialog.tsx";
import { TextArea, TextField } from "../parts/field.tsx";
import { Unplaced } from "../parts/unplaced.tsx";

const FIELDS = [
  "name",
  "price",
  "monthly_credits",
  "rate_limit",
  "push_rate_limit",
  "registration_rate_limit",
  "max_subscribers",
  "features",
];

/** `plan`: the one to change; null for a new one. */
export const PlanDialog = ({
  base,
  form,
  plan,
}: {
  base: string;
  form: FormState;
  plan: PlanInUse | null;
}) => {
  const of = plan ? `/${plan.id}` : "";
  const dialog = plan ? `plan-${plan.id}` : "new-plan";
  return (
    <Dialog
      id={dialog}
      title={plan ? `Change ${plan.name}` : "New plan"}
      size="m"
      isOpen={form.posted === of}
    >
      <form method="post" action={base + of} class="stack">
        <Unplaced form={form} of={of} fields={FIELDS} />
        <div class="fields">
          {plan === null && (
            <TextField
              form={form}
              of={of}
              name="name"
              label="Name"
              required
              maxlength={50}
              autocomplete="off"
              hint="It stays: requests name the plan by it."
            />
          )}
          <Numbers form={form} of={of} plan={plan} />
          <TextArea
            form={form}
            of={of}
            name="features"
            label="Features"
            isOptional
            value={plan?.features.join("\n") ?? ""}
            rows={3}
            hint="One a line, for owners of accounts."
          />
        </div>
        <div class="actions">
          <Closes dialog={dialog} />
          <button class="btn btn--primary">{plan ? "Save" : "Add the plan"}</button>
        </div>
      </form>
    </Dialog>
  );
};

/** What the plan costs and allows. */
const Numbers = ({ form, of, plan }: { form: FormState; of: string; plan: PlanInUse | null }) => {
  const number = { form, of, type: "number", required: true, min: 1 };
  const held = (value: number | null | undefined) => value?.toString() ?? "";
  return (
    <div class="fields fields--2">
      <TextField
        {...number}
        name="price"
        label="Price a month, US dollars"
        value={held(plan?.price)}
        min={0}
        step="0.01"
      />
      <TextField
        {...number}
        name="monthly_credits"
        label="Build credits a month"
        value={held(plan?.monthlyCredits)}
        required={false}
        min={0}
        hint="Empty: builds cost nothing."
      />
      <TextField
        {...number}
        name="rate_limit"
        label="API requests a minute"
        value={held(plan?.rateLimit)}
        hint="For each key."
      />
      <TextField
        {...number}
        name="push_rate_limit"
        label="Push API requests a minute"
        value={held(plan?.pushRateLimit ?? DEFAULT_PUSH_RATE_LIMIT)}
        hint="For the whole account."
      />
      <TextField
        {...number}
        name="registration_rate_limit"
        label="Registrations a minute"
        value={held(plan?.registrationRateLimit ?? DEFAULT_REGISTRATION_RATE_LIMIT)}
        hint="Single subscribers, by the push API."
      />
      <TextField
        {...number}
        name="max_subscribers"
        label="Subscribers of each app"
        value={held(plan?.maxSubscribers ?? DEFAULT_MAX_SUBSCRIBERS)}
      />
    </div>
  );
};
