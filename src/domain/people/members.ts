// The members of an account: who they are, what role they have, and how they go. An account always has an owner: the
// condition is in the statement, so that of two owners who leave at once one stays.
import { and, asc, desc, eq, ne, or, sql } from "drizzle-orm";
import { z } from "zod";
import { accounts, memberships, users } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { auditEntry } from "../audit/entry.ts";
import type { AccountCtx, Ctx, OfAccountCtx, Person } from "../context.ts";
import type { Role } from "./roles.ts";
import { ROLES } from "./roles.ts";

/** Most members of an account, and invitations to it that are open, together. */
export const MAX_MEMBERS = 200;
/** Most accounts that a person is a member of. */
export const MAX_ACCOUNTS = 100;

export const ChangeRole = z.strictObject({ role: z.enum(ROLES) });

export interface Member {
  /** The person's id. */
  id: string;
  name: string;
  email: string;
  role: Role;
  /** When they became a member, ms. */
  createdAt: number;
}

/** Returns all members of the account, those first that came first. */
export async function listMembers(ctx: OfAccountCtx): Promise<Member[]> {
  const rows = await selectMembers(ctx)
    .where(eq(memberships.accountId, ctx.principal.accountId))
    .orderBy(asc(memberships.createdAt), asc(users.name));
  return rows.map(view);
}

/** An account of a person. */
export interface OwnAccount {
  id: number;
  name: string;
  role: Role;
  /** How many members it has. */
  members: number;
  /** Whether whoever runs the installation has suspended it. */
  isSuspended: boolean;
  /** Whether the person is its only owner, so that they can't leave it. */
  isOnlyOwner: boolean;
}

/** Returns the accounts that the person is a member of, the one first that they joined last. */
export async function accountsOf(ctx: Ctx, person: Pick<Person, "id">): Promise<OwnAccount[]> {
  const ofAccount = (condition = sql``) =>
    sql<number>`(SELECT count(*) FROM ${memberships} AS other
      WHERE other.account_id = ${accounts.id} ${condition})`;
  const rows = await ctx.db
    .select({
      id: accounts.id,
      name: accounts.name,
      role: memberships.role,
      suspendedAt: accounts.suspendedAt,
      members: ofAccount(),
      owners: ofAccount(sql`AND other.role = 'owner'`),
    })
    .from(memberships)
    .innerJoin(accounts, eq(accounts.id, memberships.accountId))
    .where(eq(memberships.userId, person.id))
    .orderBy(desc(memberships.createdAt), desc(accounts.id));
  return rows.map(({ owners, suspendedAt, ...row }) => ({
    ...row,
    isSuspended: suspendedAt !== null,
    isOnlyOwner: row.role === "owner" && owners === 1,
  }));
}

/** Gives a member another role, and returns them. Refuses `not_found`, `invalid` where no owner would be left. */
export async function changeRole(
  ctx: AccountCtx,
  personId: string,
  input: unknown,
): Promise<Member> {
  const before = await findMember(ctx, personId);
  const { role } = parse(ChangeRole, input);
  if (role === before.role) return before;
  const isIt = isMember(ctx.principal.accountId, personId);
  const [changed] = await ctx.db.batch([
    ctx.db
      .update(memberships)
      .set({ role })
      .where(and(isIt, role === "owner" ? undefined : othersOwn(ctx)))
      .returning(),
    auditEntry(ctx, {
      did: "member.change",
      id: personId,
      name: before.name,
      facts: { from: before.role, to: role },
    }),
  ]);
  if (changed.length > 0) return { ...before, role };
  await findMember(ctx, personId);
  return refuse(invalidField(["role"], "must stay owner, since there is no other owner"));
}

/** Ends somebody's membership. They remain a person. Refuses `not_found`, `invalid` for the last owner. */
export async function removeMember(ctx: AccountCtx, personId: string): Promise<void> {
  await end(ctx, personId, "member.remove");
}

/** Ends the person's own membership. Refuses `invalid` for the last owner, who can delete the account. */
export async function leaveAccount(ctx: AccountCtx): Promise<void> {
  const { by } = ctx.principal;
  if (by.kind !== "person") refuse({ code: "forbidden", message: "API keys are no members." });
  await end(ctx, by.person.id, "member.leave");
}

async function end(
  ctx: AccountCtx,
  personId: string,
  did: "member.remove" | "member.leave",
): Promise<void> {
  const { name, role } = await findMember(ctx, personId);
  const [gone] = await ctx.db.batch([
    ctx.db
      .delete(memberships)
      .where(and(isMember(ctx.principal.accountId, personId), othersOwn(ctx)))
      .returning(),
    auditEntry(ctx, { did, id: personId, name, facts: { role } }),
  ]);
  if (gone.length > 0) return;
  await findMember(ctx, personId);
  refuse(invalidField(["member"], "must not be the last owner: make somebody else owner first"));
}

/** The condition on `memberships`: the account has an owner beside the one with this row. */
function othersOwn({ principal }: AccountCtx) {
  const owners = sql`(SELECT count(*) FROM ${memberships} AS other
    WHERE other.account_id = ${principal.accountId} AND other.role = 'owner')`;
  return or(ne(memberships.role, "owner"), sql`${owners} > 1`);
}

const isMember = (accountId: number, personId: string) =>
  and(eq(memberships.accountId, accountId), eq(memberships.userId, personId));

const selectMembers = (ctx: Ctx) =>
  ctx.db.select().from(memberships).innerJoin(users, eq(users.id, memberships.userId));

async function findMember(ctx: AccountCtx, personId: string): Promise<Member> {
  const [row] = await selectMembers(ctx).where(isMember(ctx.principal.accountId, personId));
  return row ? view(row) : refuse({ code: "not_found", what: "member" });
}

function view(row: {
  memberships: typeof memberships.$inferSelect;
  users: typeof users.$inferSelect;
}): Member {
  const { id, name, email } = row.users;
  const { role, createdAt } = row.memberships;
  return { id, name, email, role, createdAt };
}
