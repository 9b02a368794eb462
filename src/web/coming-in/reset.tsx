// Sets a new password by the link of a mail.
import { resetPassword } from "../../identity/passwords.ts";
import { Door } from "../dashboard/door.tsx";
import type { FormState } from "../dashboard/form-state.ts";
import { form, visitorPage } from "../dashboard/page.ts";
import { issueOf } from "../parts/field.tsx";
import { Problem } from "../parts/notice.tsx";
import { PAGE_RATE } from "../rate.ts";
import { NewPasswordField } from "./fields.tsx";
import { carried, DOOR_RATE } from "./visitor.ts";

export const resetPage = visitorPage({
  path: "/reset",
  operationId: "showReset",
  summary: "Set a new password",
  rate: PAGE_RATE,
  show: async (_ctx, input) => ({
    title: "New password",
    body: <Reset form={input.form} token={carried(input, "token")} />,
  }),
  forms: [
    form({
      path: "",
      operationId: "resetPassword",
      summary: "Set a new password by the token of the link",
      rate: DOOR_RATE,
      run: async (ctx, { fields, request, origin }) => {
        const input = { token: fields.text("token"), password: fields.text("password") };
        await resetPassword(ctx, { request, origin }, input);
        const says = "Your new password stands, and every place is signed out. Now sign in.";
        return { to: "/dashboard/sign-in", says };
      },
    }),
  ],
});

const Reset = ({ form: state, token }: { form: FormState; token: string }) =>
  token === "" || issueOf(state, "", "token") !== undefined ? (
    <Door
      title="This link has ended"
      text="It sets a new password once, and within an hour. Have another one sent."
    >
      <div class="row">
        <a class="btn btn--primary" href="/dashboard/forgot">
          Send another link
        </a>
        <a class="btn" href="/dashboard/sign-in">
          Sign in
        </a>
      </div>
    </Door>
  ) : (
    <Door
      title="Choose a new password"
      text="It counts at once. Wherever you are signed in, you have to sign in anew."
    >
      <Problem form={state} of="" />
      <form method="post" action="/dashboard/reset" class="stack">
        <input type="hidden" name="token" value={token} />
        {/* For password managers: whose password it is, they know by themselves. */}
        <input name="username" autocomplete="username" hidden />
        <NewPasswordField form={state} of="" label="New password" />
        <button class="btn btn--primary btn--block">Set it</button>
      </form>
    </Door>
  );
