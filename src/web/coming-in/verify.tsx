// Confirms an address by the link that was sent to it. Opening it only shows a button: programs that look for harm in mail
// open links too, and would confirm for whoever has typed somebody else's address.
import { confirmAddress, sendConfirmation } from "../../identity/sign-up.ts";
import { Door } from "../dashboard/door.tsx";
import type { FormState } from "../dashboard/form-state.ts";
import { form, visitorPage } from "../dashboard/page.ts";
import { issueOf } from "../parts/field.tsx";
import { Notice, Problem } from "../parts/notice.tsx";
import { PAGE_RATE } from "../rate.ts";
import { EmailField } from "./fields.tsx";
import { MailSent, NoMail } from "./mail-sent.tsx";
import { carried, DOOR_RATE } from "./visitor.ts";

export const verifyPage = visitorPage({
  path: "/verify",
  operationId: "showConfirmation",
  summary: "Confirm an e-mail address",
  rate: PAGE_RATE,
  show: async (ctx, input) => {
    const { form: state } = input;
    const sent = state.made as { email: string } | null;
    if (sent !== null) {
      const text = "Open the link in it to confirm that the address is yours. Then sign in.";
      const body = (
        <MailSent email={sent.email} text={text}>
          <p class="soft">
            Nothing after some minutes? Then it is confirmed already, or nobody signed up by it:{" "}
            <a href="/dashboard/sign-up">sign up again</a>.
          </p>
        </MailSent>
      );
      return { title: "Look into your mail", body };
    }
    return {
      title: "Confirm your e-mail",
      body: <Verify form={state} token={carried(input, "token")} hasMail={ctx.mail !== null} />,
    };
  },
  forms: [
    form({
      path: "",
      operationId: "confirmAddress",
      summary: "Confirm an e-mail address by the token of its link",
      rate: DOOR_RATE,
      run: async (ctx, { fields, request, origin }) => {
        const token = fields.text("token");
        const { email } = await confirmAddress(ctx, { request, origin }, { token });
        return { to: "/dashboard/sign-in", says: `${email} is confirmed. Now sign in.` };
      },
    }),
    form({
      path: "/again",
      operationId: "sendConfirmation",
      summary: "Send the link that confirms an address again",
      rate: DOOR_RATE,
      run: async (ctx, { fields, request, origin }) => {
        const email = fields.text("email");
        await sendConfirmation(ctx, { request, origin }, { email });
        return { made: { email: email.trim() } };
      },
    }),
  ],
});

const Verify = ({
  form: state,
  token,
  hasMail,
}: {
  form: FormState;
  token: string;
  hasMail: boolean;
}) => {
  const ended = issueOf(state, "", "token");
  if (token !== "" && ended === undefined) {
    return (
      <Door title="Confirm your e-mail" text="That this address is yours. Then you can sign in.">
        <Problem form={state} of="" />
        <form method="post" action="/dashboard/verify" class="stack">
          <input type="hidden" name="token" value={token} />
          <button class="btn btn--primary btn--block" autofocus>
            It is mine
          </button>
        </form>
        <p class="muted small">You didn't sign up? Close the page: nothing happens.</p>
      </Door>
    );
  }
  return (
    <Door title={ended === undefined ? "Confirm your e-mail" : "This link has ended"}>
      {ended !== undefined && (
        <Notice tone="warn">
          <p>
            <strong>Links in mails work for an hour.</strong> Have another one sent.
          </p>
        </Notice>
      )}
      {hasMail ? (
        <>
          <Problem form={state} of="/again" />
          <form method="post" action="/dashboard/verify/again" class="stack">
            <EmailField form={state} of="/again" autofocus />
            <button class="btn btn--primary btn--block">Send another link</button>
          </form>
        </>
      ) : (
        <NoMail />
      )}
      <p class="muted small">
        Confirmed already? <a href="/dashboard/sign-in">Sign in</a>
      </p>
    </Door>
  );
};
