// Somebody's sign-in and security: their name, password, second factor, passkeys, logins and sessions, and the end of their user.
import { z } from "@hono/zod-openapi";
import { rename, deletePerson } from "../../identity/person.ts";
import { addPasskey, passkeyRegistrationOptions, removePasskey } from "../../identity/passkeys.ts";
import { changePassword } from "../../identity/passwords.ts";
import { allowLogin, endLogin } from "../../identity/provider-logins.ts";
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  newBackupCodes,
} from "../../identity/second-factor.ts";
import { endOtherSessions, endSession } from "../../identity/sessions.ts";
import type { PersonCtx } from "../../domain/context.ts";
import type { Operation } from "../../http/operation.ts";
import { json } from "../../http/answer.ts";
import { form, personPage, type Seen, type View } from "../dashboard/page.ts";
import { postedTo } from "../parts/posted-to.ts";
import { PAGE_RATE } from "../rate.ts";
import { DOOR_RATE } from "../coming-in/visitor.ts";
import { securityFacts } from "./facts.ts";
import { accountAround, PersonFrame } from "./frame.tsx";
import { ADD } from "./passkeys.tsx";
import { SECURITY } from "./path.ts";
import { CODES, CONFIRM } from "./second-factor.tsx";
import { SecurityDialogs, SecurityPage } from "./view.tsx";

/** Ids of better-auth's rows and ours. */
const RowId = z.string().regex(/^[\w-]{1,64}$/);

async function show(ctx: PersonCtx, input: Seen<unknown>): Promise<View> {
  const [facts, around] = await Promise.all([securityFacts(ctx, input), accountAround(ctx, input)]);
  const state = postedTo(input.form, input.request, SECURITY);
  return {
    title: "Sign-in and security",
    scripts: ["passkey"],
    ...(around ? { side: around.side } : {}),
    body: (
      <PersonFrame around={around} after={<SecurityDialogs facts={facts} form={state} />}>
        <SecurityPage facts={facts} form={state} />
      </PersonFrame>
    ),
  };
}

const ofPassword = form({
  path: "/password",
  operationId: "changePassword",
  summary: "Change the password",
  rate: DOOR_RATE,
  run: async (ctx: PersonCtx, { fields, request, origin }) => {
    const input = { current: fields.text("current"), password: fields.text("password") };
    const { cookies } = await changePassword(ctx, { request, origin }, input);
    return { to: SECURITY, says: "Your password is changed.", cookies };
  },
});

const ofSecondFactor = [
  form({
    path: "/factor",
    operationId: "beginSecondFactor",
    summary: "Begin to set up a second factor",
    rate: DOOR_RATE,
    run: async (ctx: PersonCtx, { fields, request, origin }) => ({
      made: await beginSecondFactor(
        ctx,
        { request, origin },
        { password: fields.text("password") },
      ),
    }),
  }),
  form({
    path: CONFIRM,
    operationId: "confirmNewSecondFactor",
    summary: "Turn the second factor on by a first code",
    rate: DOOR_RATE,
    run: async (ctx: PersonCtx, { fields, request, origin }) => {
      const input = { code: fields.text("code") };
      const { cookies } = await confirmSecondFactor(ctx, { request, origin }, input);
      return { to: SECURITY, says: "The second factor is on.", cookies };
    },
  }),
  form({
    path: "/factor/end",
    operationId: "endSecondFactor",
    summary: "Turn the second factor off",
    rate: DOOR_RATE,
    run: async (ctx: PersonCtx, { fields, request, origin }) => {
      const input = { password: fields.text("password") };
      const { cookies } = await endSecondFactor(ctx, { request, origin }, input);
      return { to: SECURITY, says: "The second factor is off.", cookies };
    },
  }),
  form({
    path: CODES,
    operationId: "newBackupCodes",
    summary: "Make new backup codes",
    rate: DOOR_RATE,
    run: async (ctx: PersonCtx, { fields, request, origin }) => ({
      made: await newBackupCodes(ctx, { request, origin }, { password: fields.text("password") }),
    }),
  }),
];

const ofSessions = [
  form({
    path: "/sessions/end-others",
    operationId: "endOtherSessions",
    summary: "Sign out everywhere else",
    rate: DOOR_RATE,
    run: async (ctx: PersonCtx) => {
      await endOtherSessions(ctx);
      return { to: SECURITY, says: "All other places are signed out." };
    },
  }),
  form({
    path: "/sessions/{session}/end",
    operationId: "endSession",
    summary: "Sign out one place",
    params: { schema: z.object({ session: RowId }), thing: "session" },
    rate: DOOR_RATE,
    run: async (ctx: PersonCtx, { params }) => {
      await endSession(ctx, params.session);
      return { to: SECURITY, says: "It is signed out." };
    },
  }),
];

const ofUser = [
  form({
    path: "/name",
    operationId: "rename",
    summary: "Change one's name",
    rate: DOOR_RATE,
    run: async (ctx: PersonCtx, { fields, request, origin }) => {
      await rename(ctx, { request, origin }, { name: fields.text("name") });
      return { to: SECURITY, says: "Your name is changed." };
    },
  }),
  form({
    path: "/delete",
    operationId: "deletePerson",
    summary: "Delete one's user",
    rate: DOOR_RATE,
    run: async (ctx: PersonCtx, { fields, request, origin }) => {
      const { cookies } = await deletePerson(
        ctx,
        { request, origin },
        { email: fields.text("email") },
      );
      return { to: "/dashboard/sign-in", says: "Your user is deleted.", cookies };
    },
  }),
];

const ofPasskeys = [
  form({
    path: ADD,
    operationId: "addPasskey",
    summary: "Add a passkey",
    rate: DOOR_RATE,
    run: async (ctx: PersonCtx, { fields, request, origin }) => {
      const input = { name: fields.text("name"), credential: fields.text("credential") };
      const { name } = await addPasskey(ctx, { request, origin }, input);
      return { to: SECURITY, says: `The passkey “${name}” lets you in from now on.` };
    },
  }),
  form({
    path: "/passkeys/{passkey}/remove",
    operationId: "removePasskey",
    summary: "Remove a passkey",
    params: { schema: z.object({ passkey: RowId }), thing: "passkey" },
    rate: DOOR_RATE,
    run: async (ctx: PersonCtx, { params }) => {
      await removePasskey(ctx, params.passkey);
      return { to: SECURITY, says: "The passkey is removed." };
    },
  }),
];

const OF_PROVIDER = {
  schema: z.object({ provider: z.enum(["github", "google"]) }),
  thing: "login",
} as const;

const ofLogins = [
  form({
    path: "/logins/{provider}/end",
    operationId: "endLogin",
    summary: "Disconnect GitHub or Google",
    params: OF_PROVIDER,
    rate: DOOR_RATE,
    run: async (ctx: PersonCtx, { params, request, origin }) => {
      await endLogin(ctx, { request, origin }, params.provider);
      return { to: SECURITY, says: "It is disconnected." };
    },
  }),
  form({
    path: "/logins/{provider}/allow",
    operationId: "allowLogin",
    summary: "Let GitHub or Google be connected again",
    params: OF_PROVIDER,
    rate: DOOR_RATE,
    run: async (ctx: PersonCtx, { params }) => {
      await allowLogin(ctx, params.provider);
      return {
        to: SECURITY,
        says: `Sign in by it once with ${ctx.person.email}, and it lets you in.`,
      };
    },
  }),
];

export const securityPages: readonly Operation[] = [
  ...personPage({
    path: "/security",
    operationId: "showSecurity",
    summary: "Sign-in and security",
    rate: PAGE_RATE,
    show,
    forms: [ofPassword, ...ofSecondFactor, ...ofSessions, ...ofPasskeys, ...ofLogins, ...ofUser],
  }),
  ...personPage({
    path: "/security/passkeys",
    operationId: "getNewPasskeyQuestion",
    summary: "What the browser makes a passkey with, as JSON",
    rate: PAGE_RATE,
    show: async (ctx, input) =>
      json({ status: 200, body: await passkeyRegistrationOptions(ctx, input) }),
  }),
];
