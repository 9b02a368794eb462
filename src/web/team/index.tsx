// The people of an account: its members and their roles, invitations, and how one leaves.
import { z } from "@hono/zod-openapi";
import {
  createInvitation,
  endInvitation,
  invitationLink,
  listInvitations,
} from "../../domain/people/invitations.ts";
import {
  changeRole,
  leaveAccount,
  listMembers,
  removeMember,
} from "../../domain/people/members.ts";
import { waysIn } from "../../domain/people/ways-in.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { postedTo } from "../parts/posted-to.ts";
import { TeamView, type NewInvitation } from "./view.tsx";

const OfMember = {
  schema: z.object({ account: Id, member: z.string().max(100) }),
  thing: "member",
} as const;

/** Invitations a minute from one network address: each is a mail. */
const INVITE_RATE = { name: "dashboard-invite", limit: 20 };

export const teamPage = memberPage({
  path: "/{account}/team",
  operationId: "showTeam",
  summary: "The account's people",
  params: { schema: z.object({ account: Id }), thing: "account" },
  may: "members:read",
  show: async (ctx, { params, form: state, request }) => {
    const base = `/dashboard/${params.account}/team`;
    const mayChange = hasRight(ctx.role, "members:write");
    const [members, ways, invitations] = await Promise.all([
      listMembers(ctx),
      mayChange ? waysIn(ctx) : null,
      // To whom the account opens is for those alone who open it.
      mayChange ? listInvitations(ctx) : [],
    ]);
    const posted = postedTo(state, request, base);
    return {
      title: "Team",
      body: <TeamView {...{ ctx, base, form: posted, members, ways, invitations, mayChange }} />,
    };
  },
  forms: [
    form({
      path: "/invite",
      operationId: "submitInvitation",
      summary: "Invite somebody",
      may: "members:write",
      rate: INVITE_RATE,
      run: async (ctx: MemberCtx, { fields, origin }) => {
        const input = { email: fields.text("email"), role: fields.text("role") };
        const { token, invitation } = await createInvitation(ctx, origin, input);
        const made: NewInvitation = {
          link: invitationLink(origin, token),
          email: invitation.email,
        };
        return { made };
      },
    }),
    form({
      path: "/invitations/{invitation}/end",
      operationId: "submitEndInvitation",
      summary: "Withdraw an invitation",
      params: { schema: z.object({ account: Id, invitation: Id }), thing: "invitation" },
      may: "members:write",
      run: async (ctx: MemberCtx, { params }) => {
        await endInvitation(ctx, params.invitation);
        return {
          to: `/dashboard/${params.account}/team`,
          says: "The invitation is withdrawn. Its link lets nobody in.",
        };
      },
    }),
    form({
      path: "/{member}/role",
      operationId: "submitRole",
      summary: "Give a member another role",
      params: OfMember,
      may: "members:write",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const { name, role } = await changeRole(ctx, params.member, { role: fields.text("role") });
        // Whoever gives up being owner still sees this page, without its controls.
        return { to: `/dashboard/${params.account}/team`, says: `${name} is ${role} now.` };
      },
    }),
    form({
      path: "/{member}/remove",
      operationId: "submitRemoveMember",
      summary: "Remove a member",
      params: OfMember,
      may: "members:write",
      run: async (ctx: MemberCtx, { params }) => {
        await removeMember(ctx, params.member);
        const isSelf = params.member === ctx.person.id;
        return isSelf
          ? { to: "/dashboard", says: `You left ${ctx.principal.account.name}.` }
          : { to: `/dashboard/${params.account}/team`, says: "Removed. They get in no more." };
      },
    }),
    form({
      path: "/leave",
      operationId: "submitLeaveAccount",
      summary: "Leave the account",
      may: "members:read",
      run: async (ctx: MemberCtx) => {
        await leaveAccount(ctx);
        return { to: "/dashboard", says: `You left ${ctx.principal.account.name}.` };
      },
    }),
  ],
});
