// The page on which people sign in. Forms elsewhere that could not sign somebody in show it too.
import type { Ctx, SignIn } from "../../domain/context.ts";
import { Door } from "../dashboard/door.tsx";
import type { FormState } from "../dashboard/form-state.ts";
import type { View } from "../dashboard/page.ts";
import { Icon } from "../parts/icon.tsx";
import { Notice, Problem } from "../parts/notice.tsx";
import { EmailField, PasswordField } from "./fields.tsx";
import { PasskeySays } from "./passkey-says.tsx";
import { formsOf, ProviderButtons } from "./provider-buttons.tsx";

export interface Came {
  form: FormState;
  query: Record<string, string>;
}

/** The page, which goes on to `next`. A form that `posted` it must have the path "". */
export function signInView(ctx: Ctx, { form, query }: Came, next: string): View {
  const failed = form.posted === null ? query["failed"] : undefined;
  return {
    title: "Sign in",
    scripts: ["passkey"],
    also: formsOf(ctx.signIn),
    body: <SignInPage signIn={ctx.signIn} form={form} next={next} failed={failed} />,
  };
}

const SignInPage = ({
  signIn,
  form: state,
  next,
  failed,
}: {
  signIn: SignIn;
  form: FormState;
  next: string;
  failed: string | undefined;
}) => (
  <Door
    title="Sign in"
    text="Welcome back. Your apps are where you left them."
    says="Give it a web address. A second later it is a signed app, ready to launch."
  >
    {failed !== undefined && <Failed why={failed} />}
    <Problem form={state} of="" />
    <ProviderButtons signIn={signIn} next={next} verb="Continue" or="or with your e-mail" />
    <form method="post" action="/dashboard/sign-in" class="stack">
      <input type="hidden" name="next" value={next} />
      <EmailField form={state} of="" autofocus={!state.fields.given("email")} />
      <PasswordField form={state} of="" autofocus={state.fields.given("email") !== undefined} />
      <div class="row row--between">
        <label class="check">
          <input
            type="checkbox"
            name="remember"
            checked={state.posted === null || state.fields.checked("remember")}
          />
          <span>Keep me signed in</span>
        </label>
        <a href="/dashboard/forgot">Forgot it?</a>
      </div>
      <button class="btn btn--primary btn--block">Sign in</button>
    </form>
    <PasskeyButton next={next} issue={state.issues.get("credential")} />
    <p class="muted small">
      {signIn.signUp === "open" ? (
        <>
          No user here yet? <a href="/dashboard/sign-up">Sign up</a>
        </>
      ) : (
        <>
          No user here yet? Who is invited gets one. <a href="/dashboard/sign-up">Whom to ask</a>
        </>
      )}
    </p>
  </Door>
);

/** The form by which a passkey signs in, which the script shows and fills in. */
const PasskeyButton = ({ next, issue }: { next: string; issue: string | undefined }) => (
  <form
    method="post"
    action="/dashboard/sign-in/passkey"
    class="stack stack--s"
    data-passkey="get"
    data-options="/dashboard/sign-in/passkey"
    hidden
  >
    <input type="hidden" name="next" value={next} />
    <input type="hidden" name="credential" />
    <button class="btn btn--block">
      <Icon name="key" />
      Sign in with a passkey
    </button>
    <PasskeySays issue={issue} />
  </form>
);

/** Why GitHub or Google let nobody in, and what to do, by how it ended (identity/providers.ts). */
const WHY: Readonly<Record<string, { says: string; todo: string }>> = {
  unconfirmed: {
    says: "Your address is not confirmed there.",
    todo: "Confirm it there first, then sign in again.",
  },
  not_invited: {
    says: "Nobody here has that address.",
    todo: "Only who is invited can sign up. Take the invitation first, with a password.",
  },
  not_linked: {
    says: "A user here has that address already.",
    todo: "Sign in as you did before: by password or passkey.",
  },
  factor_lost: {
    says: "Your second factor can't be read here any more.",
    todo: "Set a new password by “Forgot it?”, which ends it. Then sign in again.",
  },
  failed: {
    says: "That did not work.",
    todo: "It took too long, or was not allowed there. Begin again.",
  },
};

const Failed = ({ why }: { why: string }) => {
  const { says, todo } = WHY[why] ?? { says: "That did not work.", todo: "Begin again." };
  return (
    <Notice tone="bad">
      <p>
        <strong>{says}</strong> {todo}
      </p>
    </Notice>
  );
};
