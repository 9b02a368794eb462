// The password: changing it, or having a link sent that sets one.
import type { FormState } from "../dashboard/form-state.ts";
import { NewPasswordField, PasswordField } from "../coming-in/fields.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Problem } from "../parts/notice.tsx";
import type { SecurityFacts } from "./facts.ts";
import { SECURITY } from "./path.ts";

const OF = "/password";

export const PasswordCard = ({ facts }: { facts: SecurityFacts }) => {
  const { hasPassword, person } = facts;
  return (
    <section class="card" aria-labelledby="pw-h">
      <header>
        <h2 id="pw-h">Password</h2>
        <span class="chip" data-tone={hasPassword ? "ok" : "off"}>
          {hasPassword ? "On" : "None"}
        </span>
      </header>
      <div class="card-body stack">
        <p class="soft">
          {hasPassword
            ? "Nobody here can see it: only a hash of it is kept."
            : "You come in without one. A link by mail sets one."}
        </p>
      </div>
      <footer>
        {hasPassword ? (
          <Opens dialog="password" class="btn btn--s">
            Change it
          </Opens>
        ) : (
          <form method="post" action="/dashboard/forgot">
            <input type="hidden" name="email" value={person.email} />
            <button class="btn btn--s">Send the link</button>
          </form>
        )}
      </footer>
    </section>
  );
};

export const PasswordDialog = ({ facts, form }: { facts: SecurityFacts; form: FormState }) => {
  if (!facts.hasPassword) return null;
  const others = facts.sessions.length - 1;
  return (
    <Dialog id="password" title="Change your password" isOpen={form.posted === OF}>
      <p>
        {others === 0
          ? "This place stays signed in."
          : `This place stays signed in. ${others === 1 ? "The other one has" : `The ${others} others have`} to sign in anew.`}
      </p>
      <form method="post" action={SECURITY + OF} class="stack">
        <Problem form={form} of={OF} />
        <div class="fields">
          <Username email={facts.person.email} />
          <PasswordField form={form} of={OF} name="current" label="Password until now" />
          <NewPasswordField form={form} of={OF} label="New password" />
        </div>
        <div class="actions">
          <Closes dialog="password" />
          <button class="btn btn--primary">Change it</button>
        </div>
      </form>
    </Dialog>
  );
};

/** Tells password managers whose password a form asks for. */
export const Username = ({ email }: { email: string }) => (
  <input name="username" value={email} autocomplete="username" hidden />
);
