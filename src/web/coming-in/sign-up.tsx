// Signing up, where anybody may; elsewhere the page says whom to ask.
import { signUp } from "../../identity/sign-up.ts";
import type { Ctx } from "../../domain/context.ts";
import { Door } from "../dashboard/door.tsx";
import type { FormState } from "../dashboard/form-state.ts";
import { form, goTo, visitorPage } from "../dashboard/page.ts";
import { Problem } from "../parts/notice.tsx";
import { PAGE_RATE } from "../rate.ts";
import { EmailField, NameField, NewPasswordField } from "./fields.tsx";
import { MailSent, NoMail } from "./mail-sent.tsx";
import { formsOf, ProviderButtons } from "./provider-buttons.tsx";
import { DOOR_RATE, personAt } from "./visitor.ts";

export const signUpPage = visitorPage({
  path: "/sign-up",
  operationId: "showSignUp",
  summary: "Sign up",
  rate: PAGE_RATE,
  show: async (ctx, input) => {
    if (input.form.posted === null && (await personAt(ctx, input))) return goTo("/dashboard");
    if (ctx.signIn.signUp !== "open") return { title: "Sign up", body: <Invited /> };
    const sent = input.form.made as { email: string } | null;
    if (sent !== null) return { title: "Look into your mail", body: <Sent email={sent.email} /> };
    return {
      title: "Sign up",
      also: formsOf(ctx.signIn),
      body: <SignUp ctx={ctx} form={input.form} />,
    };
  },
  forms: [
    form({
      path: "",
      operationId: "signUp",
      summary: "Sign up by e-mail and password",
      rate: DOOR_RATE,
      run: async (ctx, { fields, request, origin }) => {
        const email = fields.text("email");
        const input = { name: fields.text("name"), email, password: fields.text("password") };
        await signUp(ctx, { request, origin }, input);
        return { made: { email: email.trim() } };
      },
    }),
  ],
});

const SignUp = ({ ctx, form: state }: { ctx: Ctx; form: FormState }) => (
  <Door
    title="Sign up"
    text="For yourself, with an account of your own. Who joins a team waits for its invitation instead."
    says="Give it a web address. A second later it is a signed app, ready to launch."
  >
    <Problem form={state} of="" />
    <ProviderButtons signIn={ctx.signIn} next="/dashboard" verb="Sign up" or="or with a password" />
    {ctx.mail === null ? (
      <NoMail />
    ) : (
      <form method="post" action="/dashboard/sign-up" class="stack">
        <NameField form={state} of="" autofocus={state.posted === null} />
        <EmailField form={state} of="" />
        <NewPasswordField form={state} of="" />
        <button class="btn btn--primary btn--block">Sign up</button>
      </form>
    )}
    <p class="muted small">
      You are here already? <a href="/dashboard/sign-in">Sign in</a>
    </p>
  </Door>
);

const Sent = ({ email }: { email: string }) => (
  <MailSent
    email={email}
    text="Open the link in it to confirm that the address is yours. Then sign in."
  >
    <p class="soft">
      Nothing after some minutes, nor after another one was sent? It may have been lost on our side:{" "}
      <a href="/dashboard/sign-up">sign up again</a>.
    </p>
    <form method="post" action="/dashboard/verify/again">
      <input type="hidden" name="email" value={email} />
      <button class="btn">Send it again</button>
    </form>
  </MailSent>
);

const Invited = () => (
  <Door
    title="Only who is invited can sign up here"
    text="An owner of the account that you want to work in can invite you by your e-mail address. For an account of your own, ask whoever runs this installation."
  >
    <div class="row">
      <a class="btn btn--primary" href="/dashboard/sign-in">
        Sign in
      </a>
    </div>
  </Door>
);
