// The pages that the frame leads to, who may see each, and the paths of those of the installation, which lead to one another.
import type { Right } from "../../domain/people/roles.ts";
import type { IconName } from "../parts/icon.tsx";
import { withQuery, type Query } from "../parts/pager.tsx";

/** The places of the side bar. */
export type Place =
  | "apps"
  | "sendings"
  | "webhooks"
  | "usage"
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
  | "channels"
  | "admin-accounts"
  | "admin-plans"
  | "admin-builders"
  | "admin-builds"
  | "admin-sends"
  | "admin-health";

export interface Item {
  place: Place;
  label: string;
  icon: IconName;
  /** Below the account's path, the app's or that of the installation. */
  path: string;
}

/** A page of an account, for members whose role gives `may`. */
export interface MemberItem extends Item {
  may: Right;
}

export const OF_ACCOUNT: readonly MemberItem[] = [
  { place: "apps", label: "Apps", icon: "apps", path: "", may: "apps:read" },
  { place: "sendings", label: "Sendings", icon: "send", path: "/sendings", may: "push:read" },
  { place: "webhooks", label: "Webhooks", icon: "webhooks", path: "/webhooks", may: "push:read" },
  { place: "usage", label: "Usage", icon: "usage", path: "/usage", may: "account:read" },
  { place: "api-keys", label: "API keys", icon: "key", path: "/api-keys", may: "keys:read" },
  { place: "keystores", label: "Keystores", icon: "lock", path: "/keystores", may: "builds:read" },
  { place: "team", label: "Team", icon: "team", path: "/team", may: "members:read" },
  { place: "audit", label: "Audit log", icon: "list", path: "/audit", may: "audit:read" },
  { place: "settings", label: "Settings", icon: "design", path: "/settings", may: "account:read" },
];

export const OF_APP: readonly MemberItem[] = [
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

export const OF_PUSH: readonly MemberItem[] = [
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

/** The path of the operators' pages. */
export const INSTALLATION = "/dashboard/admin";

export const OF_INSTALLATION: readonly Item[] = [
  { place: "admin-accounts", label: "Accounts", icon: "team", path: "/accounts" },
  { place: "admin-plans", label: "Plans", icon: "card", path: "/plans" },
  { place: "admin-builders", label: "Builders", icon: "builders", path: "/builders" },
  { place: "admin-builds", label: "All builds", icon: "list", path: "/builds" },
  { place: "admin-sends", label: "All sends", icon: "send", path: "/sends" },
  { place: "admin-health", label: "Health", icon: "health", path: "/health" },
];

/** The path of the list of accounts, by these filters. */
export const accountsPath = (filters: Query = {}) => withQuery(`${INSTALLATION}/accounts`, filters);

/** The path of one account's page. */
export const accountPath = (id: number) => `${INSTALLATION}/accounts/${id}`;

/** The path of the page of builder hosts. */
export const BUILDERS = `${INSTALLATION}/builders`;

/** The path of the list of all builds, by these filters. */
export const adminBuildsPath = (filters: Query = {}) =>
  withQuery(`${INSTALLATION}/builds`, filters);

/** The path of the page of one build. */
export const adminBuildPath = (id: number) => `${INSTALLATION}/builds/${id}`;

/** The path of the list of all sends, by these filters. */
export const adminSendsPath = (filters: Query = {}) => withQuery(`${INSTALLATION}/sends`, filters);
