// For who forgot their password: has a link sent to set a new one. The page says the same, whoever has the address.
import { requestReset } from "../../identity/passwords.ts";
import { Door } from "../dashboard/door.tsx";
import type { FormState } from "../dashboard/form-state.ts";
import { form, visitorPage } from "../dashboard/page.ts";
import { Problem } from "../parts/notice.tsx";
import { PAGE_RATE } from "../rate.ts";
import { EmailField } from "./fields.tsx";
import { MailSent, NoMail } from "./mail-sent.tsx";
import { DOOR_RATE } from "./visitor.ts";

export const forgotPage = visitorPage({
  path: "/forgot",
  operationId: "showForgotten",
  summary: "Have a link sent to set a new password",
  rate: PAGE_RATE,
  show: async (ctx, { form: state }) => {
    const sent = state.made as { email: string } | null;
    if (sent !== null) {
      const text = "If somebody here has that address, the link in it sets a new password.";
      const body = (
        <MailSent email={sent.email} text={text}>
          <form method="post" action="/dashboard/forgot">
            <input type="hidden" name="email" value={sent.email} />
            <button class="btn">Send it again</button>
          </form>
        </MailSent>
      );
      return { title: "Look into your mail", body };
    }
    return { title: "New password", body: <Forgot form={state} hasMail={ctx.mail !== null} /> };
  },
  forms: [
    form({
      path: "",
      operationId: "requestReset",
      summary: "Have the link sent",
      rate: DOOR_RATE,
      run: async (ctx, { fields, request, origin }) => {
        const email = fields.text("email");
        await requestReset(ctx, { request, origin }, { email });
        return { made: { email: email.trim() } };
      },
    }),
  ],
});

const Forgot = ({ form: state, hasMail }: { form: FormState; hasMail: boolean }) => (
  <Door
    title="Set a new password"
    text="We send a link to your address. With it you choose another."
  >
    {hasMail ? (
      <>
        <Problem form={state} of="" />
        <form method="post" action="/dashboard/forgot" class="stack">
          <EmailField form={state} of="" autofocus />
          <button class="btn btn--primary btn--block">Send the link</button>
        </form>
      </>
    ) : (
      <NoMail />
    )}
    <p class="muted small">
      It came back to you? <a href="/dashboard/sign-in">Sign in</a>
    </p>
  </Door>
);
