// The table of what each role may do, in words.
import type { Right } from "../../domain/people/roles.ts";
import type { WaysIn } from "../../domain/people/ways-in.ts";

/** What the table of rights says; each line holds for whoever has all of its rights. */
export const RIGHTS: readonly { says: string; rights: readonly Right[] }[] = [
  {
    says: "See apps, builds, results and audience",
    rights: ["apps:read", "builds:read", "push:read", "members:read"],
  },
  { says: "Write and send notifications, channels", rights: ["push:write", "channels:write"] },
  { says: "Build apps, change their design", rights: ["apps:write", "builds:write"] },
  {
    says: "Keystores, push credentials, webhooks",
    rights: ["keystores:write", "credentials:write", "webhooks:write"],
  },
  {
    says: "People, API keys, audit log",
    rights: ["members:write", "keys:write", "audit:read"],
  },
  { says: "Rename and delete the account", rights: ["account:write", "account:delete"] },
];

/** A member's ways in, as "Password, passkey": a code that is asked for besides stands last. */
export function waysOf(ways: WaysIn): string {
  const all = [
    ways.hasPassword && "password",
    ways.hasPasskey && "passkey",
    ways.hasGithub && "GitHub",
    ways.hasGoogle && "Google",
    ways.hasSecondFactor && "code",
  ].filter((each) => each !== false);
  const [first, ...others] = all;
  if (first === undefined) return "Nothing yet";
  return [first.charAt(0).toUpperCase() + first.slice(1), ...others].join(", ");
}
