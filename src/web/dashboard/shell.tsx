// The frame around the pages of an account: side bar, crumbs, and the page itself.
import type { Child } from "hono/jsx";
import { Icon } from "../parts/icon.tsx";
import type { Looker } from "./page.ts";
import { JumpButton, JumpDialog } from "./jump.tsx";
import type { Place } from "./places.ts";
import { Side, type SideApp } from "./side.tsx";
import { ThemeButton } from "./theme-button.tsx";

export interface ShellProps {
  ctx: Looker;
  here: Place;
  app?: SideApp;
  /** The way to this page, from the account on; the last is the page itself, and needs no path. */
  crumbs: readonly { label: string; path?: string }[];
  /** What stands beside the page, such as dialogs. */
  after?: Child;
  children?: Child;
}

export const Shell = ({ ctx, here, app, crumbs, after, children }: ShellProps) => {
  const { principal, person, role } = ctx;
  const account = { id: principal.accountId, name: principal.account.name };
  const way = [{ label: account.name, path: `/dashboard/${account.id}` }, ...crumbs];
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <div class="shell">
        <Side account={account} person={person} role={role} here={here} app={app} />
        <div class="main">
          <header class="top">
            <button
              class="btn btn--ghost btn--icon menu-btn"
              type="button"
              popovertarget="side"
              aria-label="Menu"
            >
              <Icon name="menu" />
            </button>
            <nav class="crumbs" aria-label="Breadcrumb">
              <ol>
                {way.map(({ label, path }, index) => (
                  <li>
                    {index === way.length - 1 || path === undefined ? (
                      <span class="clip" aria-current="page">
                        {label}
                      </span>
                    ) : (
                      <a class="clip" href={path}>
                        {label}
                      </a>
                    )}
                  </li>
                ))}
              </ol>
            </nav>
            <div class="row push-end">
              <JumpButton />
              <ThemeButton />
            </div>
          </header>
          <main class="page" id="main">
            {children}
          </main>
        </div>
      </div>
      <JumpDialog root={`/dashboard/${account.id}`} role={role} app={app} />
      {after}
    </>
  );
};

/** The head of a page: its heading, a sentence, and actions at the right. */
export const PageHead = ({
  title,
  text,
  children,
}: {
  title: Child;
  text?: Child;
  children?: Child;
}) => (
  <div class="page-head">
    <div>
      <h1>{title}</h1>
      {text && <p>{text}</p>}
    </div>
    {children}
  </div>
);
