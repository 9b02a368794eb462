// What still lets somebody in without one of their ways in, as a sentence.
import type { SecurityFacts } from "./facts.ts";

const LABELS: Readonly<Record<string, string>> = {
  credential: "your password",
  github: "GitHub",
  google: "Google",
};

/** `without`: a provider, or one of the passkeys. */
export function othersOf(
  { logins, passkeys }: SecurityFacts,
  without: "passkey" | "github" | "google",
): string {
  const others = passkeys.length - (without === "passkey" ? 1 : 0);
  const more = without === "passkey" ? "other passkey" : "passkey";
  const one = without === "passkey" ? "another passkey" : "your passkey";
  const ways = [
    ...logins
      .filter(({ provider }) => provider !== without)
      .map(({ provider }) => LABELS[provider] ?? provider),
    ...(others > 0 ? [others === 1 ? one : `${others} ${more}s`] : []),
  ];
  if (ways.length === 0) return "Nothing else does: only a link by mail sets a password then.";
  const text = ways.join(", ").replace(/, ([^,]+)$/, " and $1");
  const isOne = ways.length === 1 && others <= 1;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)} still ${isOne ? "does" : "do"}.`;
}
