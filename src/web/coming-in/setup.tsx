// The first person of an installation: becomes its operator by the set-up token, which a command showed once.
import { findSetUp } from "../../domain/people/find-set-up.ts";
import { setUp } from "../../identity/new-user.ts";
import { Door } from "../dashboard/door.tsx";
import type { FormState } from "../dashboard/form-state.ts";
import { form, visitorPage } from "../dashboard/page.ts";
import { TextField } from "../parts/field.tsx";
import { Problem } from "../parts/notice.tsx";
import { PAGE_RATE } from "../rate.ts";
import { EmailField, NameField, NewPasswordField } from "./fields.tsx";
import { carried, DOOR_RATE } from "./visitor.ts";

export const setupPage = visitorPage({
  path: "/setup",
  operationId: "showSetUp",
  summary: "Become the operator of a new installation",
  rate: PAGE_RATE,
  show: async (ctx, input) => {
    const state = await findSetUp(ctx);
    const isDone = state.hasOperator && !state.hasToken;
    return {
      title: "Set up",
      body: isDone ? <Done /> : <SetUp form={input.form} token={carried(input, "token")} />,
    };
  },
  forms: [
    form({
      path: "",
      operationId: "setUp",
      summary: "Become operator by the set-up token",
      rate: DOOR_RATE,
      run: async (ctx, { fields, request, origin }) => {
        const { cookies } = await setUp(
          ctx,
          { request, origin },
          {
            token: fields.text("token").trim(),
            name: fields.text("name"),
            email: fields.text("email"),
            password: fields.text("password"),
          },
        );
        return { to: "/dashboard", says: "You are this installation's operator.", cookies };
      },
    }),
  ],
});

const SetUp = ({ form: state, token }: { form: FormState; token: string }) => (
  <Door
    title="Set up this Slipway"
    text="You are the first one here. Its set-up token shows that it is yours; then you have an account of your own, and can invite others."
    says="Next comes a builder host. From then on an app takes about a second."
  >
    <Problem form={state} of="" />
    <form method="post" action="/dashboard/setup" class="stack">
      <TextField
        form={state}
        of=""
        name="token"
        label="Set-up token"
        value={token}
        class="input mono"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        required
        maxlength={100}
        placeholder="sw_set_…"
        autofocus={token === ""}
        hint={
          <>
            <code>npm run setup-token</code> shows one. It works once, within a day.
          </>
        }
      />
      <hr />
      <NameField form={state} of="" autofocus={token !== ""} />
      <EmailField form={state} of="" />
      <NewPasswordField form={state} of="" />
      <button class="btn btn--primary btn--block">Become its operator</button>
    </form>
    <p class="muted small">The token works once. Then this page is closed.</p>
  </Door>
);

const Done = () => (
  <Door
    title="This Slipway is set up"
    text={
      <>
        It has its operator, and the token was used up or has ended. Whoever runs it makes another
        by <code>npm run setup-token</code>.
      </>
    }
  >
    <div class="row">
      <a class="btn btn--primary" href="/dashboard/sign-in">
        Sign in
      </a>
    </div>
  </Door>
);
