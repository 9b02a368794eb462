// The dialog by which one jumps to a page or an app: "/" opens it (browser/dashboard/shared/jump.ts), typing filters it.
import { useContext, type Child } from "hono/jsx";
import type { Role } from "../../domain/people/roles.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { AppIcon } from "../parts/app-icon.tsx";
import { Icon } from "../parts/icon.tsx";
import {
  INSTALLATION,
  OF_ACCOUNT,
  OF_APP,
  OF_INSTALLATION,
  OF_PUSH,
  type Item,
  type MemberItem,
} from "./places.ts";
import { SideContext } from "./side-facts.ts";

/** The side of an app's icon, pixels. */
const APP_ICON = 16;

/** The button of the bar on top, where there is room for it. */
export const JumpButton = () => (
  <button class="btn btn--s jump" type="button" command="show-modal" commandfor="jump">
    <Icon name="search" />
    Jump to <kbd>/</kbd>
  </button>
);

/** What the dialog of an account's pages leads to: `root` is their path; `app` the app whose pages one is on. */
export const AccountJump = ({
  root,
  role,
  isOperator,
  app,
}: {
  root: string;
  role: Role;
  isOperator: boolean;
  app?: { id: number; name: string } | undefined;
}) => {
  const { apps } = useContext(SideContext);
  const ofRole = (items: readonly MemberItem[]) => items.filter(({ may }) => hasRight(role, may));
  return (
    <JumpDialog>
      {app && (
        <Items
          of={ofRole([...OF_APP, ...OF_PUSH])}
          base={`${root}/apps/${app.id}`}
          where={app.name}
        />
      )}
      <Items of={ofRole(OF_ACCOUNT)} base={root} where="Workspace" />
      <SecurityItem />
      {isOperator && <Items of={OF_INSTALLATION} base={INSTALLATION} where="Installation" />}
      {apps.map(({ id, name, icon }) => (
        <li>
          <a class="nav-link" href={`${root}/apps/${id}`}>
            <AppIcon side={APP_ICON} {...icon} />
            <span class="clip">{name}</span>
            <span class="count">App</span>
          </a>
        </li>
      ))}
    </JumpDialog>
  );
};

/** What the dialog of the installation's pages leads to. */
export const OperatorJump = () => (
  <JumpDialog>
    <Items of={OF_INSTALLATION} base={INSTALLATION} where="Installation" />
    <SecurityItem />
  </JumpDialog>
);

const Items = ({ of, base, where }: { of: readonly Item[]; base: string; where: string }) => (
  <>
    {of.map(({ label, icon, path }) => (
      <li>
        <a class="nav-link" href={base + path}>
          <Icon name={icon} />
          {label}
          <span class="count">{where}</span>
        </a>
      </li>
    ))}
  </>
);

const SecurityItem = () => (
  <li>
    <a class="nav-link" href="/dashboard/security">
      <Icon name="security" />
      Sign-in and security
      <span class="count">You</span>
    </a>
  </li>
);

const JumpDialog = ({ children }: { children?: Child }) => (
  <dialog class="dialog" id="jump" aria-labelledby="jump-h">
    <div>
      <h2 class="vh" id="jump-h">
        Jump to
      </h2>
      <div class="field">
        <label for="jump-q">Jump to a page or an app</label>
        <input
          class="input"
          id="jump-q"
          type="search"
          autofocus
          autocomplete="off"
          data-filter="jump-list"
        />
      </div>
      <ul class="jump-list" id="jump-list">
        {children}
      </ul>
    </div>
  </dialog>
);
