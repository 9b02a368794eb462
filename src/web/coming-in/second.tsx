// The second factor of a sign-in: a code of the authenticator, or a backup code for who has lost it.
import { confirmSecond } from "../../identity/sign-in.ts";
import { ownPath } from "../../identity/own-path.ts";
import { Door } from "../dashboard/door.tsx";
import type { FormState } from "../dashboard/form-state.ts";
import { form, goTo, visitorPage, type Outcome, type Posted } from "../dashboard/page.ts";
import type { Ctx } from "../../domain/context.ts";
import { CodeField } from "../parts/code-field.tsx";
import { TextField } from "../parts/field.tsx";
import { Problem } from "../parts/notice.tsx";
import { PAGE_RATE } from "../rate.ts";
import { DOOR_RATE, nextOf, personAt } from "./visitor.ts";

export const secondPage = visitorPage({
  path: "/sign-in/second",
  operationId: "showSecondFactor",
  summary: "The second factor of a sign-in",
  rate: PAGE_RATE,
  show: async (ctx, input) => {
    const next = nextOf(input);
    if (input.form.posted === null && (await personAt(ctx, input))) return goTo(next);
    return { title: "Second factor", body: <Second form={input.form} next={next} /> };
  },
  forms: [
    form({
      path: "",
      operationId: "confirmSecondFactor",
      summary: "Sign in by a code of the authenticator",
      rate: DOOR_RATE,
      run: confirm,
    }),
    form({
      path: "/backup",
      operationId: "signInByBackupCode",
      summary: "Sign in by a backup code",
      rate: DOOR_RATE,
      run: confirm,
    }),
  ],
});

async function confirm(ctx: Ctx, { fields, request, origin }: Posted<unknown>): Promise<Outcome> {
  const code = fields.text("code");
  const { cookies } = await confirmSecond(ctx, { request, origin }, { code });
  return { to: ownPath(fields.text("next")), cookies };
}

const Second = ({ form: state, next }: { form: FormState; next: string }) => (
  <Door
    title="One more thing"
    text="Your password is right. Now the code that your authenticator app shows for Slipway."
    says="A code that changes each half minute keeps out whoever has only your password."
  >
    <Problem form={state} of="" />
    <form method="post" action="/dashboard/sign-in/second" class="stack">
      <input type="hidden" name="next" value={next} />
      <CodeField form={state} of="" autofocus={state.posted !== "/backup"} />
      <button class="btn btn--primary btn--block">Sign in</button>
    </form>
    <details open={state.posted === "/backup"}>
      <summary>No phone at hand?</summary>
      <Problem form={state} of="/backup" />
      <form method="post" action="/dashboard/sign-in/second/backup" class="stack">
        <input type="hidden" name="next" value={next} />
        <TextField
          form={state}
          of="/backup"
          name="code"
          label="Backup code"
          class="input mono"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          maxlength={40}
          required
          autofocus={state.posted === "/backup"}
          hint="One of the ten that you kept. Each works once."
        />
        <button class="btn btn--block">Sign in with it</button>
      </form>
    </details>
    <p class="muted small">
      Not you? <a href="/dashboard/sign-in">Begin again</a>
    </p>
  </Door>
);
