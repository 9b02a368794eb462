// Signing in by a passkey: what the browser asks it with, and the form in which its answer comes. The button needs the
// script: without it there is none.
import { passkeySignInOptions, signInByPasskey } from "../../identity/passkey-sign-in.ts";
import { ownPath } from "../../identity/own-path.ts";
import { json } from "../../http/answer.ts";
import { form, visitorPage } from "../dashboard/page.ts";
import { PAGE_RATE } from "../rate.ts";
import { signInView } from "./sign-in-view.tsx";
import { DOOR_RATE, nextOf } from "./visitor.ts";

export const passkeyPage = visitorPage({
  path: "/sign-in/passkey",
  operationId: "getPasskeyQuestion",
  summary: "What the browser asks a passkey with, as JSON",
  rate: PAGE_RATE,
  show: async (ctx, input) => {
    if (input.form.posted === null) {
      return json({ status: 200, body: passkeySignInOptions(ctx, input) });
    }
    return signInView(ctx, input, nextOf(input));
  },
  forms: [
    form({
      path: "",
      operationId: "signInByPasskey",
      summary: "Sign in by a passkey",
      rate: DOOR_RATE,
      run: async (ctx, { fields, request, origin }) => {
        const credential = fields.text("credential");
        const input = { credential, remember: "on" };
        const { cookies } = await signInByPasskey(ctx, { request, origin }, input);
        return { to: ownPath(fields.text("next")), cookies };
      },
    }),
  ],
});
