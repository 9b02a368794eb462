// The frame around pages: side bar, crumbs, and the page itself.
import type { Child } from "hono/jsx";
import type { Person } from "../../domain/context.ts";
import { Icon } from "../parts/icon.tsx";
import type { Looker } from "./page.ts";
import { AccountJump, JumpButton, OperatorJump } from "./jump.tsx";
import { accountsPath, type Place } from "./places.ts";
import { VisitBanner } from "./visit-banner.tsx";
import { OperatorSide, Side, type SideApp } from "./side.tsx";
import { ThemeButton } from "./theme-button.tsx";

/** A step of the way to a page; the last is the page itself, and needs no path. */
type Crumb = { label: string; path?: string };

interface Framed {
  here: Place;
  /** The way to this page, from the account or the installation on. */
  crumbs: readonly Crumb[];
  /** What stands beside the page, such as dialogs. */
  after?: Child;
  children?: Child;
}

export interface ShellProps extends Framed {
  ctx: Looker;
  app?: SideApp;
}

/** The frame around a page of an account. */
export const Shell = ({ ctx, here, app, crumbs, after, children }: ShellProps) => {
  const { principal, person, role } = ctx;
  const account = { id: principal.accountId, name: principal.account.name };
  const root = `/dashboard/${account.id}`;
  return (
    <Frame
      side={<Side account={account} person={person} role={role} here={here} app={app} />}
      crumbs={[{ label: account.name, path: root }, ...crumbs]}
      jump={<AccountJump root={root} role={role} isOperator={person.isOperator} app={app} />}
      after={after}
    >
      {principal.by.kind === "person" && principal.by.visit && (
        <VisitBanner account={account} visit={principal.by.visit} now={ctx.now()} />
      )}
      {children}
    </Frame>
  );
};

/** The frame around a page of the installation, for operators. */
export const OperatorShell = ({
  ctx,
  here,
  crumbs,
  after,
  children,
}: Framed & { ctx: { person: Person } }) => (
  <Frame
    side={<OperatorSide person={ctx.person} here={here} />}
    crumbs={[{ label: "Installation", path: accountsPath() }, ...crumbs]}
    jump={<OperatorJump />}
    after={after}
  >
    {children}
  </Frame>
);

const Frame = ({
  side,
  crumbs,
  jump,
  after,
  children,
}: Pick<Framed, "crumbs" | "after" | "children"> & { side: Child; jump: Child }) => (
  <>
    <a class="skip" href="#main">
      Skip to content
    </a>
    <div class="shell">
      {side}
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
          <Crumbs way={crumbs} />
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
    {jump}
    {after}
  </>
);

const Crumbs = ({ way }: { way: readonly Crumb[] }) => (
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
);

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
