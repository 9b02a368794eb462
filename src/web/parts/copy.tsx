// What is to be copied: a button that does it by the script of all pages. Without a script the text beside it is selected
// by hand.
import type { Child } from "hono/jsx";
import { Icon } from "./icon.tsx";

/** A small button that copies `text`; `label` says what it copies. */
export const CopyIcon = ({ text, label }: { text: string; label: string }) => (
  <button class="btn btn--icon btn--ghost btn--s" type="button" aria-label={label} data-copy={text}>
    <Icon name="copy" />
  </button>
);

/** Code in a line, with the button that copies it. */
export const CopyLine = ({
  text,
  label,
  clip = false,
}: {
  text: string;
  label: string;
  clip?: boolean;
}) => (
  <span class="copy-line">
    <code class={clip ? "clip" : undefined}>{text}</code>
    <CopyIcon text={text} label={label} />
  </span>
);

/** A secret in full, with the button that copies it. */
export const Secret = ({
  text,
  label,
  children,
}: {
  text: string;
  label: Child;
  children?: Child;
}) => (
  <div class="stack stack--s">
    <div class="row row--between">
      <strong>{label}</strong>
      <button class="btn btn--s" type="button" data-copy={text}>
        <Icon name="copy" />
        Copy<span class="vh"> {label}</span>
      </button>
    </div>
    <div class="code">
      <pre tabindex={0} class="wrap">
        {text}
      </pre>
    </div>
    {children}
  </div>
);
