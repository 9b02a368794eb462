// Signing in by e-mail and password. Who is signed in already is led on.
import { signIn } from "../../identity/sign-in.ts";
import { ownPath } from "../../identity/own-path.ts";
import { form, goTo, visitorPage } from "../dashboard/page.ts";
import { PAGE_RATE } from "../rate.ts";
import { signInView } from "./sign-in-view.tsx";
import { DOOR_RATE, nextOf, personAt, withNext } from "./visitor.ts";

export const signInPage = visitorPage({
  path: "/sign-in",
  operationId: "showSignIn",
  summary: "Sign in",
  rate: PAGE_RATE,
  show: async (ctx, input) => {
    const next = nextOf(input);
    if (input.form.posted === null && (await personAt(ctx, input))) return goTo(next);
    return signInView(ctx, input, next);
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
