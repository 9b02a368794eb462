// The button that switches between light and dark: a form, which the script of all pages answers without a reload.
import { Icon } from "../parts/icon.tsx";

export const ThemeButton = () => (
  <form method="post" action="/dashboard/theme">
    <button
      class="btn btn--ghost btn--icon btn--s"
      aria-label="Switch between light and dark"
      data-theme-toggle
    >
      <Icon name="theme" />
    </button>
  </form>
);
