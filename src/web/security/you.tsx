// Somebody's name and address, and the end of their user.
import type { FormState } from "../dashboard/form-state.ts";
import { EmailField, NameField } from "../coming-in/fields.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Problem } from "../parts/notice.tsx";
import type { SecurityFacts } from "./facts.ts";
import { SECURITY } from "./path.ts";

const NAME = "/name";
const DELETE = "/delete";

export const You = ({ facts, form }: { facts: SecurityFacts; form: FormState }) => (
  <section class="card" aria-labelledby="you-h">
    <header>
      <h2 id="you-h">You</h2>
    </header>
    <div class="card-body">
      <form method="post" action={SECURITY + NAME} class="stack">
        <Problem form={form} of={NAME} />
        <div class="fields fields--2">
          <NameField
            form={form}
            of={NAME}
            value={facts.person.name}
            hint="The people of your accounts see it, and the log keeps it."
          />
          <EmailField
            form={form}
            of={NAME}
            value={facts.person.email}
            readonly
            required={false}
            hint="You sign in by it. It stays as long as your user does."
          />
        </div>
        <div class="row">
          <button class="btn">Save the name</button>
        </div>
      </form>
    </div>
    <footer>
      <span>Your user can be deleted, with all ways in.</span>
      <Opens dialog="delete" class="btn btn--s btn--danger" disabled={!facts.isFresh}>
        Delete my user
      </Opens>
    </footer>
  </section>
);

export const DeleteDialog = ({ facts, form }: { facts: SecurityFacts; form: FormState }) => {
  const { person, accounts } = facts;
  const alone = accounts.filter(({ isOnlyOwner }) => isOnlyOwner);
  return (
    <Dialog id="delete" title={`Delete ${person.name}'s user?`} isOpen={form.posted === DELETE}>
      <p>
        Your sessions, password, passkeys and{" "}
        {accounts.length === 1
          ? "membership in one account"
          : `memberships in ${accounts.length} accounts`}{" "}
        end at once. Nobody can undo it. What you made in accounts stays there.
      </p>
      <form method="post" action={SECURITY + DELETE} class="stack">
        {alone.length > 0 && form.posted !== DELETE && (
          <p>
            First make somebody else an owner of {alone.map(({ name }) => name).join(", ")}, or
            delete
            {alone.length === 1 ? " it" : " them"}: nobody else owns{" "}
            {alone.length === 1 ? "it" : "them"}.
          </p>
        )}
        <Problem form={form} of={DELETE} />
        <EmailField
          form={form}
          of={DELETE}
          label={`Type ${person.email} to confirm`}
          autocomplete="off"
          placeholder=""
          autofocus
        />
        <div class="actions">
          <Closes dialog="delete" />
          <button class="btn btn--danger btn--primary">Delete my user</button>
        </div>
      </form>
    </Dialog>
  );
};
