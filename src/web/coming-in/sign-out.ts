// Signs out.
import { refuse } from "../../kit/refusal.ts";
import { signOut } from "../../identity/sign-in.ts";
import { ownPath } from "../../identity/own-path.ts";
import { form, visitorPage } from "../dashboard/page.ts";
import { DOOR_RATE } from "./visitor.ts";

export const signOutPage = visitorPage({
  path: "/sign-out",
  operationId: "showSignOut",
  summary: "Nothing: people sign out by a form of every page",
  show: async () => refuse({ code: "method_not_allowed", allow: ["POST"] }),
  forms: [
    form({
      path: "",
      operationId: "signOut",
      summary: "Sign out",
      rate: DOOR_RATE,
      run: async (ctx, { fields, request, origin }) => {
        const { cookies } = await signOut(ctx, { request, origin });
        // An invitation for somebody else leads here, and then back to it.
        const to = ownPath(fields.text("next"), "/dashboard/sign-in");
        return { to, says: "You are signed out.", cookies };
      },
    }),
  ],
});
