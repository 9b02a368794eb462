// Accepts an invitation: by a person who is signed in and whose confirmed address is the one that was invited. The link
// alone is not enough, since links are forwarded.
import { and, eq, sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { invitations, memberships, users } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { hashSecret } from "../../kit/secret.ts";
import { auditEntry } from "../audit/entry.ts";
import type { Ctx, Person } from "../context.ts";
import { findInvitation, isOpen, type InvitationShown } from "./invitations.ts";
import { MAX_ACCOUNTS, MAX_MEMBERS } from "./members.ts";

/**
 * Makes the person a member of the account that the link invites to, which ends the invitation, and returns what it said.
 * Who is a member already keeps their role. Refuses `invitation_ended`, also to the second of two at once; `forbidden` to
 * somebody with another address; `invalid` beyond MAX_MEMBERS and MAX_ACCOUNTS.
 */
export async function acceptInvitation(
  ctx: Ctx & { person: Pick<Person, "id" | "name" | "email"> },
  token: string,
): Promise<InvitationShown> {
  const shown = await findInvitation(ctx, token);
  const { person } = ctx;
  const now = ctx.now();
  const isIts = and(
    eq(invitations.tokenHash, await hashSecret(token)),
    isOpen(ctx),
    sql`EXISTS (SELECT 1 FROM ${users} WHERE ${users.id} = ${person.id}
      AND ${users.email} = ${invitations.email} AND ${users.emailVerified})`,
  );
  const isMember = sql`EXISTS (SELECT 1 FROM ${memberships} WHERE ${memberships.userId} = ${person.id}
    AND ${memberships.accountId} = ${invitations.accountId})`;
  const count = (column: typeof memberships.userId | typeof memberships.accountId, is: unknown) =>
    sql`(SELECT count(*) FROM ${memberships} WHERE ${column} = ${is})`;
  const doer = {
    accountId: sql`${invitations.accountId}`,
    by: { kind: "person" as const, person },
  };
  const [, , ended] = await ctx.db.batch([
    insertFrom(
      ctx.db,
      memberships,
      {
        accountId: sql`${invitations.accountId}`,
        userId: person.id,
        role: sql`${invitations.role}`,
        createdAt: now,
      },
      sql`FROM ${invitations} WHERE ${isIts} AND NOT ${isMember}
        AND ${count(memberships.accountId, sql`${invitations.accountId}`)} < ${MAX_MEMBERS}
        AND ${count(memberships.userId, person.id)} < ${MAX_ACCOUNTS}`,
    ),
    auditEntry(
      { ...ctx, principal: doer },
      {
        did: "member.join",
        id: person.id,
        name: person.name,
        facts: sql`json_object('role', ${invitations.role})`,
      },
      sql`FROM ${invitations} WHERE ${isIts} AND changes() > 0`,
    ),
    ctx.db.update(invitations).set({ endedAt: now }).where(and(isIts, isMember)).returning(),
  ]);
  return ended.length > 0 ? shown : refuseAcceptance(ctx, token);
}

/** Refuses an acceptance that did not happen, with the reason. */
async function refuseAcceptance(
  ctx: Ctx & { person: Pick<Person, "id" | "email"> },
  token: string,
): Promise<never> {
  const { accountId, email } = await findInvitation(ctx, token);
  if (email !== ctx.person.email) {
    const message =
      `This invitation is for ${email}, and you are signed in as ${ctx.person.email}. ` +
      "Sign in with that address to accept it.";
    refuse({ code: "forbidden", message });
  }
  const members = await ctx.db.$count(memberships, eq(memberships.accountId, accountId));
  if (members >= MAX_MEMBERS) {
    refuse(invalidField(["members"], `must not be more than ${MAX_MEMBERS}`));
  }
  const own = await ctx.db.$count(memberships, eq(memberships.userId, ctx.person.id));
  if (own >= MAX_ACCOUNTS) {
    refuse(invalidField(["accounts"], `must not be more than ${MAX_ACCOUNTS} of one person`));
  }
  return refuse({ code: "forbidden", message: "Confirm your e-mail address first." });
}
