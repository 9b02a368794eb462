// Signing in: by e-mail and password, a passkey, or GitHub and Google. Who is signed in already is led on.
import { signIn } from "../../identity/sign-in.ts";
import { ownPath } from "../../identity/own-path.ts";
import type { Ctx } from "../../domain/context.ts";
import { Door } from "../dashboard/door.tsx";
import type { FormState } from "../dashboard/form-state.ts";
import { form, goTo, visitorPage } from "../dashboard/page.ts";
import { Notice, Problem } from "../parts/notice.tsx";
import { PAGE_RATE } from "../rate.ts";
import { EmailField, PasswordField } from "./fields.tsx";
import { PasskeyButton } from "./passkey.tsx";
import { formsOf, ProviderButtons } from "./provider-buttons.tsx";
import { DOOR_RATE, nextOf, personAt, withNext } from "./visitor.ts";

export const signInPage = visitorPage({
  path: "/sign-in",
  operationId: "showSignIn",
  summary: "Sign in",
  rate: PAGE_RATE,
  show: async (ctx, input) => {
    const next = nextOf(input);
    if (input.form.posted === null && (await personAt(ctx, input))) return goTo(next);
    return {
      title: "Sign in",
      scripts: ["passkey"],
      also: formsOf(ctx.signIn),
      body: <SignIn ctx={ctx} form={input.form} next={next} failed={input.query["error"]} />,
    };
  },
  forms: [
    form({
      path: "",
      operationId: "signIn",
      summary: "Sign in by e-mail and password",
      rate: DOOR_RATE,
      run: async (ctx, { fields, request, origin }) => {
        const next = ownPath(fields.text("next"));
        const { cookies, second } = await signIn(
          ctx,
          { request, origin },
          {
            email: fields.text("email"),
            password: fields.text("password"),
            remember: fields.given("remember"),
          },
        );
        return { to: second ? withNext("/dashboard/sign-in/second", next) : next, cookies };
      },
    }),
  ],
});

const SignIn = ({
  ctx,
  form: state,
  next,
  failed,
}: {
  ctx: Ctx;
  form: FormState;
  next: string;
  failed: string | undefined;
}) => (
  <Door
    title="Sign in"
    text="Welcome back. Your apps are where you left them."
    says="Give it a web address. A second later it is a signed app, ready to launch."
  >
    {failed !== undefined && state.posted === null && (
      <Notice tone="bad">
        <p>
          <strong>That sign-in did not work.</strong> {whyOf(failed, ctx)}
        </p>
      </Notice>
    )}
    <Problem form={state} of="" />
    <ProviderButtons
      signIn={ctx.signIn}
      next={next}
      verb="Continue"
      or="or with your e-mail"
    />
    <form method="post" action="/dashboard/sign-in" class="stack">
      <input type="hidden" name="next" value={next} />
      <EmailField form={state} of="" autofocus={state.posted === null} />
      <PasswordField form={state} of="" autofocus={state.posted !== null} />
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
    <PasskeyButton next={next} />
    {ctx.signIn.signUp === "open" ? (
      <p class="muted small">
        No user here yet? <a href="/dashboard/sign-up">Sign up</a>
      </p>
    ) : (
      <p class="muted small">
        No user here yet? Whoever is invited gets one. <a href="/dashboard/sign-up">Whom to ask</a>
      </p>
    )}
  </Door>
);

/** Why GitHub or Google let nobody in, and what to do, by the code that comes back. */
function whyOf(code: string, ctx: Ctx): string {
  if (code === "signup_disabled") {
    return "Nobody here has that address, and only who is invited can sign up.";
  }
  if (code === "account_not_linked") {
    return "A user with that address is here already, who comes in otherwise. Sign in as you did before.";
  }
  if (code === "access_denied") return "You did not allow it there. Try again, or use your password.";
  void ctx;
  return "Try again from here, in one go.";
}
