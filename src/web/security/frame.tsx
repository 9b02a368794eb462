// The frame around a page about somebody, and no account: that of the account that they looked at last, so that they find
// back; for who is in none, the frame of pages for everybody. It shows nothing of an account that is suspended, nor of one that
// an operator visits.
import type { Child } from "hono/jsx";
import type { PersonCtx } from "../../domain/context.ts";
import { accountsOf } from "../../domain/people/members.ts";
import { authenticateMember } from "../../domain/people/authenticate-person.ts";
import type { At } from "../../identity/at.ts";
import { sessionToken } from "../../identity/cookie.ts";
import { accountOf } from "../dashboard/cookies.ts";
import type { Looker } from "../dashboard/page.ts";
import { PublicShell } from "../dashboard/public-shell.tsx";
import { Shell } from "../dashboard/shell.tsx";
import { sideFacts, type SideFacts } from "../dashboard/side-facts.ts";

export interface Around {
  member: Looker;
  side: SideFacts;
}

/** The account around the page, with what its frame shows; null for who is in none. */
export async function accountAround(ctx: PersonCtx, at: At): Promise<Around | null> {
  const last = accountOf(at.request);
  const member = (last === null ? null : await memberOf(ctx, at, last)) ?? (await firstOf(ctx, at));
  return member && { member, side: await sideFacts(member) };
}

async function firstOf(ctx: PersonCtx, at: At): Promise<Looker | null> {
  const first = (await accountsOf(ctx, ctx.person)).find(({ isSuspended }) => !isSuspended);
  return first ? memberOf(ctx, at, first.id) : null;
}

async function memberOf(ctx: PersonCtx, at: At, accountId: number): Promise<Looker | null> {
  const token = sessionToken(at, ctx.signIn.secret) ?? "";
  const principal = await authenticateMember(ctx, token, accountId);
  if (principal === null || principal === "stranger" || principal.by.kind !== "person") return null;
  if (principal.by.visit || principal.account.suspendedAt !== null) return null;
  return { ...ctx, principal, role: principal.by.role };
}

/** `after` stands beside the page, as dialogs do. */
export const PersonFrame = ({
  around,
  after,
  children,
}: {
  around: Around | null;
  after: Child;
  children?: Child;
}) =>
  around ? (
    <Shell
      ctx={around.member}
      here="security"
      crumbs={[{ label: "Sign-in and security" }]}
      after={after}
    >
      {children}
    </Shell>
  ) : (
    <>
      <PublicShell>{children}</PublicShell>
      {after}
    </>
  );
