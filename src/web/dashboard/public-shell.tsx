// The frame around pages for everybody: the brand and the theme on top, no side bar, a narrower column.
import type { Child } from "hono/jsx";
import { Mark } from "../parts/mark.tsx";
import { ThemeButton } from "./theme-button.tsx";

export const PublicShell = ({ children }: { children?: Child }) => (
  <>
    <a class="skip" href="#main">
      Skip to content
    </a>
    <div class="main public">
      <header class="top">
        <a class="brand" href="/">
          <Mark size={20} />
          Slipway
        </a>
        <div class="row push-end">
          <ThemeButton />
        </div>
      </header>
      <main class="page" id="main">
        {children}
      </main>
    </div>
  </>
);
