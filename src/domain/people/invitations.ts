// Invitations: a link, sent to an address, by which whoever has that address becomes a member. The link is shown to whoever
// invites, once: only the SHA-256 of its token is kept.
import { and, desc, eq, gt, isNull, lte, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { deleteInParts } from "../../db/delete-in-parts.ts";
import { insertFrom } from "../../db/insert-from.ts";
import { accounts, invitations, memberships, users } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { hashSecret, isWellFormedSecret, mintSecret } from "../../kit/secret.ts";
import { DAY_MS } from "../../kit/time.ts";
import { auditEntry, INSERTED_ID } from "../audit/entry.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import type { Role } from "./roles.ts";
import { MAX_MEMBERS } from "./members.ts";
import { ROLES } from "./roles.ts";

/** How long an invitation can be accepted, ms. */
const KEPT_MS = 7 * DAY_MS;
/** Most invitations of an account within that time, ended ones included: each is a mail. */
export const MAX_INVITATIONS = 200;
/** Bounds of a night's deletion: a million, far more than are sent in a day. */
const EXPIRED_AT_ONCE = { rows: 5000, statements: 200 };
/** Most of them to one address, whose owner may want none. */
export const MAX_TO_ONE = 5;

export const CreateInvitation = z.strictObject({
  email: z.string().trim().toLowerCase().pipe(z.email("must be an e-mail address").max(254)),
  role: z.enum(ROLES),
});

export interface Invitation {
  id: number;
  email: string;
  role: Role;
  /** What whoever invited is called; null once they are no user any more. */
  invitedBy: string | null;
  createdAt: number;
  expiresAt: number;
}

/**
 * Invites whoever has the address, in place of an open invitation to it, and mails them the link, which leads to
 * `origin`. Returns the link's token, which is known to nobody else. Refuses `invalid`, also for a member's address and
 * beyond MAX_MEMBERS, MAX_INVITATIONS and MAX_TO_ONE.
 */
export async function createInvitation(
  ctx: AccountCtx,
  origin: string,
  input: unknown,
): Promise<{ token: string; invitation: Invitation }> {
  const { email, role } = parse(CreateInvitation, input);
  const { accountId, by, account } = ctx.principal;
  const person = by.kind === "person" ? by.person : null;
  const now = ctx.now();
  const token = mintSecret("sw_inv_");
  const tokenHash = await hashSecret(token);
  const row = { accountId, email, role, tokenHash, invitedBy: person?.id ?? null };
  const { isMember, people, all, toOne } = present(ctx, email);
  const [made] = await ctx.db.batch([
    insertFrom(
      ctx.db,
      invitations,
      { ...row, createdAt: now, expiresAt: now + KEPT_MS },
      sql`WHERE NOT ${isMember} AND ${people} < ${MAX_MEMBERS}
        AND ${all} < ${MAX_INVITATIONS} AND ${toOne} < ${MAX_TO_ONE}`,
    ).returning(),
    auditEntry(ctx, {
      did: "invitation.create",
      id: INSERTED_ID,
      name: email,
      facts: { role },
    }),
    ctx.db
      .update(invitations)
      .set({ endedAt: now })
      .where(
        and(
          isOpen(ctx),
          eq(invitations.accountId, accountId),
          eq(invitations.email, email),
          ne(invitations.tokenHash, tokenHash),
          sql`EXISTS (SELECT 1 FROM ${invitations} AS made WHERE made.token_hash = ${tokenHash})`,
        ),
      ),
  ]);
  const invitation = made[0] ?? (await refuseInvitation(ctx, email));
  const inviter = person?.name ?? account.name;
  // Where no mail is set up, the owner hands on the link.
  if (ctx.mail) {
    ctx.defer(
      ctx.mail({
        to: email,
        subject: `${inviter} invites you to ${account.name}`,
        text:
          `${inviter} invites you to ${account.name} on Slipway, as ${role}.\n\n` +
          `Within seven days, this link lets you in:\n${invitationLink(origin, token)}\n\n` +
          "If you expected no invitation, do nothing: nothing happens.",
      }),
    );
  }
  return { token, invitation: { ...invitation, invitedBy: person?.name ?? null } };
}

/** The link of an invitation. */
export function invitationLink(origin: string, token: string): string {
  return `${origin}/dashboard/invite/${token}`;
}

/** Returns the account's open invitations, newest first. */
export async function listInvitations(ctx: AccountCtx): Promise<Invitation[]> {
  const rows = await selectInvitations(ctx)
    .where(and(eq(invitations.accountId, ctx.principal.accountId), isOpen(ctx)))
    .orderBy(desc(invitations.id));
  return rows.map(({ invitation, inviter }) => ({ ...invitation, invitedBy: inviter }));
}

/** Withdraws an open invitation. Refuses `not_found`. */
export async function endInvitation(ctx: AccountCtx, id: number): Promise<void> {
  const { accountId } = ctx.principal;
  const isIt = and(eq(invitations.id, id), eq(invitations.accountId, accountId), isOpen(ctx));
  const [, ended] = await ctx.db.batch([
    auditEntry(
      ctx,
      { did: "invitation.end", id, name: sql`${invitations.email}` },
      sql`FROM ${invitations} WHERE ${isIt}`,
    ),
    ctx.db.update(invitations).set({ endedAt: ctx.now() }).where(isIt).returning(),
  ]);
  if (ended.length === 0) refuse({ code: "not_found", what: "invitation" });
}

/** What an invitation says to whoever opens its link. */
export interface InvitationShown {
  accountId: number;
  accountName: string;
  role: Role;
  email: string;
  /** What whoever invited is called; null once they are no user any more. */
  invitedBy: string | null;
  expiresAt: number;
}

/** Returns what the link with this token invites to; needs no session. Refuses `invitation_ended`. */
export async function findInvitation(ctx: Ctx, token: string): Promise<InvitationShown> {
  const [row] = isWellFormedSecret(token, "sw_inv_")
    ? await selectInvitations(ctx).where(
        and(eq(invitations.tokenHash, await hashSecret(token)), isOpen(ctx)),
      )
    : [];
  if (!row) return refuse({ code: "invitation_ended" });
  const { accountId, role, email, expiresAt } = row.invitation;
  return {
    accountId,
    accountName: row.account,
    role,
    email,
    invitedBy: row.inviter,
    expiresAt,
  };
}

/**
 * Deletes invitations whose time is over: those before the oldest that is not, since all last equally long, so that no index
 * by time is needed. Bounded; the next night takes the rest.
 */
export async function expireInvitations(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  const oldest = sql`(SELECT id FROM ${invitations} WHERE expires_at > ${now} ORDER BY id LIMIT 1)`;
  const where = and(
    lte(invitations.expiresAt, now),
    sql`${invitations.id} < coalesce(${oldest}, ${Number.MAX_SAFE_INTEGER})`,
  );
  await deleteInParts(ctx.db, invitations, { key: invitations.id, where }, EXPIRED_AT_ONCE);
}

/** The condition on `invitations` for those that can be accepted. */
export const isOpen = (ctx: Ctx) =>
  and(isNull(invitations.endedAt), gt(invitations.expiresAt, ctx.now()));

const selectInvitations = (ctx: Ctx) =>
  ctx.db
    .select({ invitation: invitations, account: accounts.name, inviter: users.name })
    .from(invitations)
    .innerJoin(accounts, eq(accounts.id, invitations.accountId))
    .leftJoin(users, eq(users.id, invitations.invitedBy));

/** Expressions for what the account has at present, as far as it bounds an invitation to `email`. */
function present(ctx: AccountCtx, email: string) {
  const { accountId } = ctx.principal;
  const ofAccount = sql`FROM ${invitations} WHERE ${eq(invitations.accountId, accountId)}
    AND ${gt(invitations.expiresAt, ctx.now())}`;
  return {
    isMember: sql<number>`EXISTS (SELECT 1 FROM ${memberships}
      INNER JOIN ${users} ON ${users.id} = ${memberships.userId}
      WHERE ${memberships.accountId} = ${accountId} AND ${users.email} = ${email})`,
    /** Members, and those who would be by open invitations, one to this address aside. */
    people: sql<number>`((SELECT count(*) FROM ${memberships} WHERE ${memberships.accountId} = ${accountId})
      + (SELECT count(*) ${ofAccount} AND ${isNull(invitations.endedAt)} AND ${ne(invitations.email, email)}))`,
    all: sql<number>`(SELECT count(*) ${ofAccount})`,
    toOne: sql<number>`(SELECT count(*) ${ofAccount} AND ${eq(invitations.email, email)})`,
  };
}

/** Refuses an invitation that was not made, with the reason. */
async function refuseInvitation(ctx: AccountCtx, email: string): Promise<never> {
  const [now] = await ctx.db.select(present(ctx, email)).from(sql`(SELECT 1)`);
  if (now?.isMember) {
    refuse(invalidField(["email"], "must be the address of somebody who is no member yet"));
  }
  if ((now?.toOne ?? 0) >= MAX_TO_ONE) {
    const most = `must not get more than ${MAX_TO_ONE} invitations to this account within 7 days`;
    refuse(invalidField(["email"], most));
  }
  if ((now?.people ?? 0) >= MAX_MEMBERS) {
    const most = `must not be more than ${MAX_MEMBERS}, open invitations included`;
    refuse(invalidField(["members"], most));
  }
  const most = `must not be more than ${MAX_INVITATIONS} within 7 days`;
  return refuse(invalidField(["invitations"], most));
}
