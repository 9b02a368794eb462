// What operators do about an account, each in a dialog that a button opens, or a link with `?do=`.
import { MAX_VISIT_REASON, VISIT_MS } from "../../domain/people/visits.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import { MAX_REASON } from "../../domain/operators/suspend-account.ts";
import { Closes, Dialog } from "../parts/dialog.tsx";
import { SelectField, TextArea, TextField } from "../parts/field.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import type { AccountProps } from "./account-view.tsx";
import { accountPath } from "../dashboard/places.ts";

export const AccountDialogs = (props: AccountProps) => (
  <>
    <PlanDialog {...props} />
    <KeyDialog {...props} />
    {props.account.suspendedAt === null ? (
      <SuspendDialog {...props} />
    ) : (
      <ResumeDialog {...props} />
    )}
    {props.standing === null && <VisitDialog {...props} />}
  </>
);

/** One of them: `name` is that of its dialog, its form and its link. */
const OneForm = ({
  props: { form, account, asked },
  name,
  title,
  fields,
  children,
  action,
}: {
  props: AccountProps;
  name: string;
  title: string;
  fields: readonly string[];
  children?: unknown;
  /** The button that does it. */
  action: unknown;
}) => {
  const of = `/${name}`;
  const isPosted = form.posted === of && form.made === null;
  return (
    <Dialog
      id={name}
      title={title}
      size="m"
      isOpen={isPosted || (form.posted === null && asked === name)}
    >
      <form method="post" action={accountPath(account.id) + of} class="stack">
        <Unplaced form={form} of={of} fields={fields} />
        {children}
        <div class="actions">
          <Closes dialog={name} />
          {action}
        </div>
      </form>
    </Dialog>
  );
};

const PlanDialog = (props: AccountProps) => {
  const { form, account, plans } = props;
  const { plan, buildCredits } = account;
  return (
    <OneForm
      props={props}
      name="plan"
      title="Plan and credits"
      fields={["plan", "build_credits"]}
      action={<button class="btn btn--primary">Save</button>}
    >
      <input type="hidden" name="plan_was" value={plan.name} />
      <input type="hidden" name="build_credits_was" value={String(buildCredits)} />
      <p>
        On another plan, months count from now. Credits change when you change them here, and by
        each renewal.
      </p>
      <div class="fields fields--2">
        <SelectField
          form={form}
          of="/plan"
          name="plan"
          label="Plan"
          value={plan.name}
          options={plans.map(({ name }) => ({ value: name, label: name }))}
        />
        <TextField
          form={form}
          of="/plan"
          name="build_credits"
          label="Credits"
          value={String(buildCredits)}
          type="number"
          min={0}
          required
        />
      </div>
    </OneForm>
  );
};

const KeyDialog = (props: AccountProps) => (
  <OneForm
    props={props}
    name="key"
    title={`Make a key of ${props.account.name}`}
    fields={["name"]}
    action={<button class="btn btn--primary">Make the key</button>}
  >
    <p>
      It is shown once, here. It may do everything in the account, whose audit log says that an
      operator made it.
    </p>
    <TextField
      form={props.form}
      of="/key"
      name="name"
      label="Name"
      required
      maxlength={100}
      placeholder="What it is for"
      autocomplete="off"
    />
  </OneForm>
);

const SuspendDialog = (props: AccountProps) => (
  <OneForm
    props={props}
    name="suspend"
    title={`Suspend ${props.account.name}?`}
    fields={["reason"]}
    action={<button class="btn btn--danger btn--primary">Suspend it</button>}
  >
    <p>
      Its keys, members and channels get no further at once. What is being built or sent is
      cancelled, builds with their credit back. Nothing is deleted, and devices stay registered.
    </p>
    <TextArea
      form={props.form}
      of="/suspend"
      name="reason"
      label="Reason"
      rows={3}
      required
      maxlength={MAX_REASON}
      hint="Its people and programs are told this: say why, and to whom they can write."
    />
  </OneForm>
);

const ResumeDialog = (props: AccountProps) => (
  <OneForm
    props={props}
    name="resume"
    title={`Let ${props.account.name} go on?`}
    fields={[]}
    action={<button class="btn btn--primary">Resume it</button>}
  >
    <p>Its keys and members get in again at once. What was cancelled stays cancelled.</p>
  </OneForm>
);

const VisitDialog = (props: AccountProps) => (
  <OneForm
    props={props}
    name="visit"
    title={`Look at ${props.account.name} as a viewer?`}
    fields={["reason"]}
    action={<button class="btn btn--primary">Look at it</button>}
  >
    <p>
      For {VISIT_MS / MINUTE_MS} minutes you see what its viewers see, also who its subscribers are
      and what they were sent, and can change nothing. The account's owners see that you did, and
      why, in their audit log.
    </p>
    <TextArea
      form={props.form}
      of="/visit"
      name="reason"
      label="Reason"
      rows={2}
      required
      maxlength={MAX_VISIT_REASON}
      hint="For the account's owners, such as the number of their question."
    />
  </OneForm>
);
