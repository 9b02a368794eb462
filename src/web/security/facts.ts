// What the page of somebody's sign-in shows, in one look.
import { accountsOf, type OwnAccount } from "../../domain/people/members.ts";
import type { Person, PersonCtx } from "../../domain/context.ts";
import type { At } from "../../identity/at.ts";
import { backupCodesLeft } from "../../identity/backup-codes-left.ts";
import { listPasskeys, type PasskeyView } from "../../identity/passkeys.ts";
import { listLogins, type LoginView } from "../../identity/person.ts";
import { listProviders, type Provider } from "../../identity/providers.ts";
import { hasEnded } from "../../identity/provider-logins.ts";
import { secondFactorOf } from "../../identity/second-factor.ts";
import { FRESH_MS, listSessions, type SessionView } from "../../identity/sessions.ts";

export interface SecurityFacts {
  now: number;
  person: Person;
  sessions: SessionView[];
  passkeys: PasskeyView[];
  logins: LoginView[];
  /** The logins that they ended, of those that are set up. */
  endedLogins: Provider[];
  /** GitHub and Google, where they are set up. */
  providers: Provider[];
  accounts: OwnAccount[];
  hasPassword: boolean;
  hasSecondFactor: boolean;
  /** Backup codes that were not used; null for a second factor that can't be read any more. */
  codesLeft: number | null;
  /** Whether the session began lately enough to change what is worth a password. */
  isFresh: boolean;
}

export async function securityFacts(ctx: PersonCtx, at: At): Promise<SecurityFacts> {
  const [sessions, passkeys, logins, second, accounts] = await Promise.all([
    listSessions(ctx),
    listPasskeys(ctx),
    listLogins(ctx),
    secondFactorOf(ctx),
    accountsOf(ctx, ctx.person),
  ]);
  const providers = listProviders(ctx);
  const endings = await Promise.all(
    providers.map(async (each) => hasEnded(ctx, ctx.person.id, each)),
  );
  const now = ctx.now();
  const current = sessions.find(({ isCurrent }) => isCurrent);
  return {
    now,
    person: ctx.person,
    sessions,
    passkeys,
    logins,
    providers,
    endedLogins: providers.filter((_, index) => endings[index]),
    accounts,
    hasPassword: second.hasPassword,
    hasSecondFactor: second.isOn,
    codesLeft: second.isOn ? await backupCodesLeft(ctx, at) : 0,
    isFresh: current !== undefined && current.createdAt > now - FRESH_MS,
  };
}
