// An invitation, by its link: who has no user yet makes one of its address, who is signed in with that address joins. The page
// is the same whether or not the address has a user here, since whoever invited has the link too.
import { z } from "@hono/zod-openapi";
import { acceptInvitation } from "../../domain/people/accept-invitation.ts";
import { findInvitation, type InvitationShown } from "../../domain/people/invitations.ts";
import type { Ctx, Person } from "../../domain/context.ts";
import { acceptAsNew } from "../../identity/accept-as-new.ts";
import { refuse, RefusalError } from "../../kit/refusal.ts";
import { Door } from "../dashboard/door.tsx";
import type { FormState } from "../dashboard/form-state.ts";
import { form, visitorPage } from "../dashboard/page.ts";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice, Problem } from "../parts/notice.tsx";
import { aRole, ROLE_SAYS } from "../parts/roles.ts";
import { PAGE_RATE } from "../rate.ts";
import { EmailField, NameField, NewPasswordField } from "./fields.tsx";
import { formsOf, ProviderButtons, providersOf } from "./provider-buttons.tsx";
import { DOOR_RATE, personAt, withNext } from "./visitor.ts";

const Params = z.object({ token: z.string().max(100) });

export const invitePage = visitorPage({
  path: "/invite/{token}",
  operationId: "showInvitation",
  summary: "An invitation to an account",
  params: { schema: Params, thing: "invitation" },
  rate: PAGE_RATE,
  show: async (ctx, input) => {
    const { token } = input.params;
    const invitation = await openOne(ctx, token);
    if (invitation === null) return { title: "Invitation", status: 404, body: <Ended /> };
    const person = await personAt(ctx, input);
    return {
      title: `Join ${invitation.accountName}`,
      also: formsOf(ctx.signIn),
      body: (
        <Invitation
          ctx={ctx}
          invitation={invitation}
          person={person}
          form={input.form}
          path={`/dashboard/invite/${token}`}
        />
      ),
    };
  },
  forms: [
    form({
      path: "/new",
      operationId: "acceptAsNew",
      summary: "Make a user of the invitation's address, and join",
      params: { schema: Params, thing: "invitation" },
      rate: DOOR_RATE,
      run: async (ctx, { params, fields, request, origin }) => {
        const input = {
          token: params.token,
          name: fields.text("name"),
          password: fields.text("password"),
        };
        const { cookies, accountId } = await acceptAsNew(ctx, { request, origin }, input);
        return { to: `/dashboard/${accountId}`, says: "You are in.", cookies };
      },
    }),
    form({
      path: "/join",
      operationId: "acceptInvitation",
      summary: "Join, for who is signed in",
      params: { schema: Params, thing: "invitation" },
      rate: DOOR_RATE,
      run: async (ctx, { params, request, origin }) => {
        const person = await personAt(ctx, { request, origin });
        if (person === null) return refuse({ code: "unauthenticated" });
        const { accountId, accountName } = await acceptInvitation({ ...ctx, person }, params.token);
        return { to: `/dashboard/${accountId}`, says: `You are in ${accountName}.` };
      },
    }),
  ],
});

/** The invitation; null for one that has ended, and for what was none. */
async function openOne(ctx: Ctx, token: string): Promise<InvitationShown | null> {
  try {
    return await findInvitation(ctx, token);
  } catch (error) {
    if (error instanceof RefusalError && error.refusal.code === "invitation_ended") return null;
    throw error;
  }
}

const Invitation = ({
  ctx,
  invitation,
  person,
  form: state,
  path,
}: {
  ctx: Ctx;
  invitation: InvitationShown;
  person: Person | null;
  form: FormState;
  path: string;
}) => {
  const { accountName, email, role, invitedBy, expiresAt } = invitation;
  return (
    <Door
      title={`Join ${accountName}`}
      text={
        <>
          {invitedBy ?? "Somebody there"} invites <b>{email}</b> as {role}.
        </>
      }
      says="Everybody has a role, and a log keeps who did what."
    >
      <div class="notice">
        <Icon name="person" />
        <div>
          <p>
            <strong>{aRole(role)}</strong> {ROLE_SAYS[role]}
          </p>
        </div>
      </div>
      {person === null ? (
        <Visitor ctx={ctx} email={email} form={state} path={path} />
      ) : person.email === email ? (
        <Invited person={person} form={state} path={path} />
      ) : (
        <SomebodyElse person={person} email={email} path={path} />
      )}
      <p class="muted small">
        The link works until <Moment at={expiresAt} now={ctx.now()} day />, once. Not for you? Close
        the page: nothing happens.
      </p>
    </Door>
  );
};

const Visitor = ({
  ctx,
  email,
  form: state,
  path,
}: {
  ctx: Ctx;
  email: string;
  form: FormState;
  path: string;
}) => (
  <>
    <Problem form={state} of="/new" />
    <form method="post" action={`${path}/new`} class="stack">
      <NameField form={state} of="/new" hint="The team sees it beside what you do." autofocus />
      <EmailField form={state} of="/new" value={email} readonly />
      <NewPasswordField form={state} of="/new" />
      <button class="btn btn--primary btn--block">Sign up and join</button>
    </form>
    <p class="or">or, if you have a user here</p>
    <div class="stack stack--s">
      <a class="btn btn--block" href={withNext("/dashboard/sign-in", path)}>
        Sign in and join
      </a>
      {providersOf(ctx.signIn).length > 0 && (
        <ProviderButtons signIn={ctx.signIn} next={path} verb="Sign in" />
      )}
    </div>
    <p class="muted small">What you have in other accounts stays.</p>
  </>
);

const Invited = ({
  person,
  form: state,
  path,
}: {
  person: Person;
  form: FormState;
  path: string;
}) => (
  <>
    <Problem form={state} of="/join" />
    {[...state.issues.values()].map((issue) => (
      <Notice tone="bad">
        <p>
          <strong>You can't join now.</strong> {issue}
        </p>
      </Notice>
    ))}
    <form method="post" action={`${path}/join`} class="stack">
      <button class="btn btn--primary btn--block" autofocus>
        Join as {person.name}
      </button>
    </form>
    <p class="muted small">
      What you have in other accounts stays. You change between them below your name.
    </p>
  </>
);

const SomebodyElse = ({ person, email, path }: { person: Person; email: string; path: string }) => (
  <div class="stack">
    <Notice tone="warn">
      <p>
        <strong>You are signed in as {person.email}.</strong> The invitation is for {email}, and
        only they can take it.
      </p>
    </Notice>
    <form method="post" action="/dashboard/sign-out">
      <input type="hidden" name="next" value={path} />
      <button class="btn btn--primary btn--block">Sign out and go on as {email}</button>
    </form>
    <a class="btn btn--block" href="/dashboard">
      Stay signed in as {person.name}
    </a>
  </div>
);

const Ended = () => (
  <Door
    title="This invitation has ended"
    text="Invitations work for 7 days, once, until somebody withdraws them. Ask whoever invited you for a new one."
    says="Everybody has a role, and a log keeps who did what."
  >
    <div class="row">
      <a class="btn btn--primary" href="/dashboard/sign-in">
        Sign in
      </a>
    </div>
  </Door>
);
