// The side bar: outside of an app the account's pages, inside one the app's.
import type { Child } from "hono/jsx";
import type { Person, Role } from "../../domain/context.ts";
import { hasRight, type Right } from "../../domain/people/roles.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Mark } from "../parts/mark.tsx";

/** The pages that the side bar leads to. */
export type Place =
  | "apps"
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
  | "channels";

/** What of an app the side bar shows. `tile` is its icon, 28 px. */
export interface SideApp {
  id: number;
  name: string;
  host: string;
  tile: Child;
}

export interface SideProps {
  account: { id: number; name: string };
  person: Person;
  role: Role;
  here: Place;
  app?: SideApp | undefined;
}

interface Item {
  place: Place;
  label: string;
  icon: IconName;
  /** Below the account's path, or the app's. */
  path: string;
  may: Right;
}

const OF_ACCOUNT: readonly Item[] = [
  { place: "apps", label: "Apps", icon: "apps", path: "", may: "apps:read" },
  { place: "api-keys", label: "API keys", icon: "key", path: "/api-keys", may: "keys:read" },
  { place: "keystores", label: "Keystores", icon: "lock", path: "/keystores", may: "builds:read" },
  { place: "team", label: "Team", icon: "team", path: "/team", may: "members:read" },
  { place: "audit", label: "Audit log", icon: "list", path: "/audit", may: "audit:read" },
  { place: "settings", label: "Settings", icon: "design", path: "/settings", may: "account:read" },
];

const OF_APP: readonly Item[] = [
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

const OF_PUSH: readonly Item[] = [
  { place: "channels", label: "Channels", icon: "channels", path: "/channels", may: "push:read" },
];

export const Side = ({ account, person, role, here, app }: SideProps) => {
  const root = `/dashboard/${account.id}`;
  const list = (items: readonly Item[], base: string, labelledby?: string) => (
    <ul aria-labelledby={labelledby}>
      {items
        .filter(({ may }) => hasRight(role, may))
        .map((item) => (
          <li>
            <a
              class="nav-link"
              href={base + item.path}
              aria-current={item.place === here ? "page" : undefined}
            >
              <Icon name={item.icon} />
              {item.label}
            </a>
          </li>
        ))}
    </ul>
  );
  const ofApp = app && `${root}/apps/${app.id}`;
  return (
    <nav class="side" id="side" popover aria-label="Main">
      <a class="brand" href={root}>
        <Mark size={24} />
        Slipway
      </a>
      {app && ofApp ? (
        <>
          <a class="switcher" href={root}>
            {app.tile}
            <span>
              <b class="clip">{app.name}</b>
              <span class="muted small clip">{app.host}</span>
            </span>
          </a>
          {list(OF_APP, ofApp)}
          <h2 id="nav-push">Push</h2>
          {list(OF_PUSH, ofApp, "nav-push")}
        </>
      ) : (
        <>
          <h2 id="nav-account">Workspace</h2>
          {list(OF_ACCOUNT, root, "nav-account")}
        </>
      )}
      <div class="side-foot">
        {app && (
          <a class="nav-link" href={root}>
            <Icon name="back" />
            All apps and workspace
          </a>
        )}
        <button class="switcher switcher--plain" type="button" popovertarget="me-menu">
          <span class="avatar" aria-hidden="true">
            {[...person.name][0]?.toUpperCase()}
          </span>
          <span>
            <b class="clip">{person.name}</b>
            <span class="muted small clip">{account.name}</span>
          </span>
          <Icon name="updown" />
        </button>
        <div class="menu menu--start" id="me-menu" popover>
          <p class="muted small">
            {person.email}, {role}
          </p>
          <hr />
          <a href="/dashboard/security">
            <Icon name="security" />
            Sign-in and security
          </a>
          <a href="/dashboard/accounts">
            <Icon name="person" />
            Other accounts
          </a>
          <hr />
          <form method="post" action="/dashboard/sign-out">
            <button>
              <Icon name="sign-out" />
              Sign out
            </button>
          </form>
        </div>
      </div>
    </nav>
  );
};
