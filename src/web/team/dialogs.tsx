// The dialogs of the page of an account's people: inviting, a member's role and removal, withdrawing an invitation.
import type { Invitation } from "../../domain/people/invitations.ts";
import type { Member } from "../../domain/people/members.ts";
import { ROLES } from "../../domain/people/roles.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { issueOf, TextField, typed } from "../parts/field.tsx";
import { LAST_OWNER } from "../parts/leave.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { ROLE_IN_SHORT, ROLE_LABELS } from "../parts/roles.ts";

const INVITE = "/invite";

export const InviteDialog = ({
  base,
  form,
  hasMail,
}: {
  base: string;
  form: FormState;
  hasMail: boolean;
}) => (
  <Dialog id="invite" title="Invite somebody" isOpen={form.posted === INVITE && form.made === null}>
    <form method="post" action={base + INVITE} class="stack">
      <Unplaced form={form} of={INVITE} fields={["email", "role"]} />
      <p>
        {hasMail
          ? "They get a link by mail that works for 7 days. You see it too, once."
          : "You get a link, shown once, that works for 7 days. Pass it on yourself: this installation sends no mail."}
      </p>
      <div class="fields">
        <TextField
          form={form}
          of={INVITE}
          name="email"
          label="E-mail"
          type="email"
          autocomplete="off"
          maxlength={254}
          required
        />
        <RoleChoice form={form} of={INVITE} value="marketer" />
      </div>
      <div class="actions">
        <Closes dialog="invite" />
        <button class="btn btn--primary">
          {hasMail ? "Send the invitation" : "Make the link"}
        </button>
      </div>
    </form>
  </Dialog>
);

export const memberDialog = ({ id }: Member) => `member-${id}`;

/** The role of a member, and below it the way to remove them. */
export const MemberDialog = ({
  ctx,
  base,
  form,
  member,
}: {
  ctx: MemberCtx;
  base: string;
  form: FormState;
  member: Member;
}) => {
  const { id, name, role } = member;
  const account = ctx.principal.account.name;
  const isSelf = id === ctx.person.id;
  const ofRole = `/${id}/role`;
  const ofRemoval = `/${id}/remove`;
  const dialog = memberDialog(member);
  const removal = `remove-${id}`;
  return (
    <>
      <Dialog id={dialog} title={`The role of ${name}`} isOpen={form.posted === ofRole}>
        <form method="post" action={base + ofRole} class="stack">
          <RoleChoice form={form} of={ofRole} value={role} />
          {isSelf && (
            <p class="hint">This is you: as another than owner you can't change it back.</p>
          )}
          <div class="actions">
            {!isSelf && (
              <Opens dialog={removal} class="btn btn--danger">
                Remove {name}
              </Opens>
            )}
            <Closes dialog={dialog} />
            <button class="btn btn--primary">Change the role</button>
          </div>
        </form>
      </Dialog>
      {!isSelf && (
        <Dialog id={removal} title={`Remove ${name}?`} isOpen={form.posted === ofRemoval}>
          <form method="post" action={base + ofRemoval} class="stack">
            <Unplaced form={form} of={ofRemoval} fields={[]} says={{ member: LAST_OWNER }} />
            <p>
              {name} gets into {account} no more, at once. What they made and sent stays, under
              their name.
            </p>
            <div class="actions">
              <Closes dialog={removal} />
              <button class="btn btn--danger btn--primary">Remove {name}</button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
};

export const EndInvitationDialog = ({
  base,
  invitation,
}: {
  base: string;
  invitation: Invitation;
}) => {
  const dialog = `withdraw-${invitation.id}`;
  return (
    <Dialog id={dialog} title={`Withdraw the invitation of ${invitation.email}?`}>
      <form method="post" action={`${base}/invitations/${invitation.id}/end`} class="stack">
        <p>Its link lets nobody in any more. You can invite them again.</p>
        <div class="actions">
          <Closes dialog={dialog} />
          <button class="btn btn--danger btn--primary">Withdraw it</button>
        </div>
      </form>
    </Dialog>
  );
};

const RoleChoice = ({ form, of, value }: { form: FormState; of: string; value: string }) => {
  const chosen = typed(form, of, "role", value);
  const issue = issueOf(form, of, "role");
  const id = `f${of.replaceAll("/", "-")}-role-error`;
  return (
    <fieldset class="field" aria-describedby={issue && id}>
      <legend>Role</legend>
      <div class="choices">
        {ROLES.map((role) => (
          <label class="choice">
            <input type="radio" name="role" value={role} checked={role === chosen} />
            <span>
              {ROLE_LABELS[role]}
              <small>{ROLE_IN_SHORT[role]}</small>
            </span>
          </label>
        ))}
      </div>
      {issue !== undefined && (
        <p class="error" id={id}>
          {issue}
        </p>
      )}
    </fieldset>
  );
};
