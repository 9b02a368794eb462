// The side bar: outside of an app the account's pages, inside one the app's, and for operators those of the installation.
import { useContext, type Child } from "hono/jsx";
import type { Person } from "../../domain/context.ts";
import type { Role } from "../../domain/people/roles.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { AppIcon } from "../parts/app-icon.tsx";
import { Icon } from "../parts/icon.tsx";
import { Mark } from "../parts/mark.tsx";
import {
  accountsPath,
  INSTALLATION,
  OF_ACCOUNT,
  OF_APP,
  OF_INSTALLATION,
  OF_PUSH,
  type Item,
  type MemberItem,
  type Place,
} from "./places.ts";
import { SideContext } from "./side-facts.ts";

/** The side of an app's icon in the menu of apps, pixels. */
const MENU_ICON = 18;

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

export const Side = ({ account, person, role, here, app }: SideProps) => {
  const root = `/dashboard/${account.id}`;
  const list = (items: readonly MemberItem[], base: string, labelledby?: string) => {
    const shown = items.filter(({ may }) => hasRight(role, may));
    return <Links items={shown} base={base} here={here} labelledby={labelledby} />;
  };
  const ofApp = app && `${root}/apps/${app.id}`;
  return (
    <nav class="side" id="side" popover="auto" aria-label="Main">
      <a class="brand" href={root}>
        <Mark size={24} />
        Slipway
      </a>
      {app && ofApp ? (
        <>
          <AppSwitcher app={app} root={root} />
          {list(OF_APP, ofApp)}
          <h2 id="nav-push">Push</h2>
          {list(OF_PUSH, ofApp, "nav-push")}
        </>
      ) : (
        <>
          <h2 id="nav-account">Workspace</h2>
          {list(OF_ACCOUNT, root, "nav-account")}
          {person.isOperator && <InstallationLinks here={here} />}
        </>
      )}
      <div class="side-foot">
        {app && (
          <a class="nav-link" href={root}>
            <Icon name="back" />
            All apps and workspace
          </a>
        )}
        <PersonMenu person={person} role={role} account={account.name} />
      </div>
    </nav>
  );
};

/** The side bar of the installation's pages, which belong to no account. */
export const OperatorSide = ({ person, here }: { person: Person; here: Place }) => (
  <nav class="side" id="side" popover="auto" aria-label="Main">
    <a class="brand" href={accountsPath()}>
      <Mark size={24} />
      Slipway
    </a>
    <InstallationLinks here={here} />
    <div class="side-foot">
      <a class="nav-link" href="/dashboard">
        <Icon name="back" />
        Your apps and workspace
      </a>
      <PersonMenu person={person} role="operator" account="The installation" />
    </div>
  </nav>
);

const InstallationLinks = ({ here }: { here: Place }) => (
  <>
    <h2 id="nav-installation">Installation</h2>
    <Links items={OF_INSTALLATION} base={INSTALLATION} here={here} labelledby="nav-installation" />
  </>
);

const Links = ({
  items,
  base,
  here,
  labelledby,
}: {
  items: readonly Item[];
  base: string;
  here: Place;
  labelledby: string | undefined;
}) => {
  const { total } = useContext(SideContext);
  return (
    <ul aria-labelledby={labelledby}>
      {items.map(({ place, path, icon, label }) => (
        <li>
          <a class="nav-link" href={base + path} aria-current={place === here ? "page" : undefined}>
            <Icon name={icon} />
            {label}
            {place === "apps" && total > 0 && <span class="count">{total}</span>}
          </a>
        </li>
      ))}
    </ul>
  );
};

/** The app that the pages are about, and a menu of the others. */
const AppSwitcher = ({ app, root }: { app: SideApp; root: string }) => {
  const { apps, total } = useContext(SideContext);
  return (
    <>
      <button class="switcher" type="button" popovertarget="apps-menu">
        {app.tile}
        <span>
          <b class="clip">{app.name}</b>
          <span class="muted small clip">{app.host}</span>
        </span>
        <Icon name="updown" />
      </button>
      <div class="menu menu--start" id="apps-menu" popover="auto">
        {apps.map(({ id, name, icon }) => (
          <a href={`${root}/apps/${id}`} aria-current={id === app.id ? "true" : undefined}>
            <AppIcon side={MENU_ICON} {...icon} />
            <span class="clip">{name}</span>
          </a>
        ))}
        <hr />
        <a href={root}>
          <Icon name="apps" />
          All apps
          <span class="count">{total}</span>
        </a>
      </div>
    </>
  );
};

const PersonMenu = ({
  person,
  role,
  account,
}: {
  person: Person;
  role: Role | "operator";
  account: string;
}) => (
  <>
    <button class="switcher switcher--plain" type="button" popovertarget="me-menu">
      <span class="avatar" aria-hidden="true">
        {[...person.name][0]?.toUpperCase()}
      </span>
      <span>
        <b class="clip">{person.name}</b>
        <span class="muted small clip">{account}</span>
      </span>
      <Icon name="updown" />
    </button>
    <div class="menu menu--start" id="me-menu" popover="auto">
      <p class="muted small">
        {person.email}, {role}
      </p>
      <hr />
      <a href="/dashboard/security">
        <Icon name="security" />
        Sign-in and security
      </a>
      <a href="/dashboard?choose">
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
  </>
);
