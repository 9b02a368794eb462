// The pages that the frame leads to, and who may see each.
import type { Right } from "../../domain/people/roles.ts";
import type { IconName } from "../parts/icon.tsx";

/** The places of the side bar. */
export type Place =
  | "apps"
  | "sendings"
  | "api-keys"
  | "keystores"
  | "team"
  | "audit"
  | "settings"
  | "security"
  | "overview"
  | "design"
  | "builds"
  | "distribution"
  | "notifications"
  | "audience"
  | "web-push"
  | "channels";

export interface Item {
  place: Place;
  label: string;
  icon: IconName;
  /** Below the account's path, or the app's. */
  path: string;
  may: Right;
}

export const OF_ACCOUNT: readonly Item[] = [
  { place: "apps", label: "Apps", icon: "apps", path: "", may: "apps:read" },
  { place: "sendings", label: "Sendings", icon: "send", path: "/sendings", may: "push:read" },
  { place: "api-keys", label: "API keys", icon: "key", path: "/api-keys", may: "keys:read" },
  { place: "keystores", label: "Keystores", icon: "lock", path: "/keystores", may: "builds:read" },
  { place: "team", label: "Team", icon: "team", path: "/team", may: "members:read" },
  { place: "audit", label: "Audit log", icon: "list", path: "/audit", may: "audit:read" },
  { place: "settings", label: "Settings", icon: "design", path: "/settings", may: "account:read" },
];

export const OF_APP: readonly Item[] = [
  { place: "overview", label: "Overview", icon: "home", path: "", may: "apps:read" },
  { place: "design", label: "Design", icon: "design", path: "/design", may: "apps:read" },
  { place: "builds", label: "Builds", icon: "build", path: "/builds", may: "builds:read" },
  {
    place: "distribution",
    label: "Distribution",
    icon: "upload",
    path: "/distribution",
    may: "builds:read",
  },
];

export const OF_PUSH: readonly Item[] = [
  {
    place: "notifications",
    label: "Notifications",
    icon: "send",
    path: "/notifications",
    may: "push:read",
  },
  { place: "audience", label: "Audience", icon: "team", path: "/audience", may: "push:read" },
  { place: "web-push", label: "Push set-up", icon: "bell", path: "/web-push", may: "push:read" },
  { place: "channels", label: "Channels", icon: "channels", path: "/channels", may: "push:read" },
];
