// The dialog by which one jumps to a page or an app: "/" opens it (browser/dashboard/shared/jump.ts), typing filters it.
import { useContext } from "hono/jsx";
import type { Role } from "../../domain/people/roles.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { AppIcon } from "../parts/app-icon.tsx";
import { Icon } from "../parts/icon.tsx";
import { OF_ACCOUNT, OF_APP, OF_PUSH, type Item } from "./places.ts";
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

/** `root` is the path of the account's pages; `app` the app whose pages one is on. */
export const JumpDialog = ({
  root,
  role,
  app,
}: {
  root: string;
  role: Role;
  app?: { id: number; name: string } | undefined;
}) => {
  const { apps } = useContext(SideContext);
  const items = (of: readonly Item[], base: string, where: string) =>
    of
      .filter(({ may }) => hasRight(role, may))
      .map(({ label, icon, path }) => (
        <li>
          <a class="nav-link" href={base + path}>
            <Icon name={icon} />
            {label}
            <span class="count">{where}</span>
          </a>
        </li>
      ));
  return (
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
          {app && items([...OF_APP, ...OF_PUSH], `${root}/apps/${app.id}`, app.name)}
          {items(OF_ACCOUNT, root, "Workspace")}
          <li>
            <a class="nav-link" href="/dashboard/security">
              <Icon name="security" />
              Sign-in and security
              <span class="count">You</span>
            </a>
          </li>
          {apps.map(({ id, name, icon }) => (
            <li>
              <a class="nav-link" href={`${root}/apps/${id}`}>
                <AppIcon side={APP_ICON} {...icon} />
                <span class="clip">{name}</span>
                <span class="count">App</span>
              </a>
            </li>
          ))}
        </ul>
      </div>
    </dialog>
  );
};
