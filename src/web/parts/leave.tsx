// The dialog in which somebody ends their own membership; the pages of the team and of the account's settings have it.
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { Closes, Dialog } from "./dialog.tsx";
import { Unplaced } from "./unplaced.tsx";

export const LAST_OWNER =
  "You are the last owner: an account always has one. Make somebody else owner first, or delete the account.";

export const LeaveDialog = ({
  ctx,
  form,
  of,
  action,
}: {
  ctx: MemberCtx;
  form: FormState;
  of: string;
  action: string;
}) => (
  <Dialog id="leave" title={`Leave ${ctx.principal.account.name}?`} isOpen={form.posted === of}>
    <form method="post" action={action} class="stack">
      <Unplaced form={form} of={of} fields={[]} says={{ member: LAST_OWNER }} />
      <p>You get in again only if an owner invites you. What you made stays.</p>
      <div class="actions">
        <Closes dialog="leave" />
        <button class="btn btn--danger btn--primary">Leave</button>
      </div>
    </form>
  </Dialog>
);
