// What the page of somebody's sign-in and security shows.
import type { FormState } from "../dashboard/form-state.ts";
import { PageHead } from "../dashboard/shell.tsx";
import { Notice } from "../parts/notice.tsx";
import type { SecurityFacts } from "./facts.ts";
import { LoginDialogs, Logins } from "./logins.tsx";
import { PasskeyDialogs, Passkeys } from "./passkeys.tsx";
import { PasswordCard, PasswordDialog } from "./password.tsx";
import {
  FewCodes,
  NewCodesCard,
  newCodesOf,
  SecondFactorCard,
  SecondFactorDialogs,
  SetUpCard,
  setUpOf,
} from "./second-factor.tsx";
import { SessionDialogs, Sessions } from "./sessions.tsx";
import { DeleteDialog, You } from "./you.tsx";
import { SECURITY } from "./path.ts";

interface Shown {
  facts: SecurityFacts;
  form: FormState;
}

export const SecurityPage = ({ facts, form }: Shown) => {
  const { person, sessions, now } = facts;
  const setUp = facts.hasSecondFactor ? null : setUpOf(form);
  const newCodes = newCodesOf(form);
  return (
    <>
      <PageHead
        title="Sign-in and security"
        text={`${waysOf(facts)}, ${sessions.length === 1 ? "1 place" : `${sessions.length} places`} signed in. For you, ${person.name}, in every account that you belong to.`}
      />
      {setUp && <SetUpCard setUp={setUp} form={form} />}
      {newCodes && <NewCodesCard codes={newCodes} />}
      {!newCodes && <FewCodes facts={facts} />}
      {!facts.isFresh && <SignInAgain />}
      <Sessions sessions={sessions} now={now} />
      <div class="grid grid--2">
        <PasswordCard facts={facts} />
        <SecondFactorCard facts={facts} />
      </div>
      <Passkeys facts={facts} />
      <Logins facts={facts} />
      <You facts={facts} form={form} />
    </>
  );
};

export const SecurityDialogs = ({ facts, form }: Shown) => (
  <>
    <SessionDialogs sessions={facts.sessions} now={facts.now} />
    <PasswordDialog facts={facts} form={form} />
    <SecondFactorDialogs facts={facts} form={form} />
    <LoginDialogs facts={facts} form={form} />
    <PasskeyDialogs facts={facts} form={form} />
    <DeleteDialog facts={facts} form={form} />
  </>
);

/** What an older session may not do. */
const SignInAgain = () => (
  <Notice tone="idle">
    <form method="post" action="/dashboard/sign-out" class="row row--between">
      <input type="hidden" name="next" value={SECURITY} />
      <span>
        <strong>You signed in more than a day ago.</strong> To add a passkey, or to delete your
        user, sign in again.
      </span>
      <button class="btn btn--s">Sign in again</button>
    </form>
  </Notice>
);

function waysOf({ logins, passkeys }: SecurityFacts): string {
  const ways = logins.length + passkeys.length;
  return ways === 1 ? "1 way in" : `${ways} ways in`;
}
