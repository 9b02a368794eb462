// A dialog that a button opens without a script, by `command` and `commandfor` (HTML, invoker commands). The script of all
// pages stands in where a browser knows no commands; without both, what a dialog does has a page of its own or the form
// stands open below (`dialogs.noscript` of the style sheet).
import type { Child } from "hono/jsx";

/** A dialog with a heading. `isOpen` shows it at once, after a form in it was refused. */
export const Dialog = ({
  id,
  title,
  size,
  isOpen = false,
  children,
}: {
  id: string;
  title: Child;
  size?: "m" | "l";
  isOpen?: boolean;
  children?: Child;
}) => (
  <dialog
    class={size ? `dialog dialog--${size}` : "dialog"}
    id={id}
    aria-labelledby={`${id}-h`}
    data-open={isOpen ? "" : undefined}
    open={isOpen}
  >
    <div>
      <h2 id={`${id}-h`}>{title}</h2>
      {children}
    </div>
  </dialog>
);

/** A button that opens a dialog. */
export const Opens = ({
  dialog,
  children,
  ...attributes
}: {
  dialog: string;
  children?: Child;
  [attribute: string]: unknown;
}) => (
  <button class="btn" type="button" command="show-modal" commandfor={dialog} {...attributes}>
    {children}
  </button>
);

/** A button that closes the dialog that it is in. */
export const Closes = ({ dialog, children }: { dialog: string; children?: Child }) => (
  <button class="btn" type="button" command="close" commandfor={dialog}>
    {children ?? "Cancel"}
  </button>
);
