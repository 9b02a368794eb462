// What is to be copied, and the button that does it by the script of all pages. Without a script the text beside it is
// selected by hand.
import type { Child } from "hono/jsx";
import { Icon } from "./icon.tsx";

/**
 * Code in a line. `label` says what is copied: "the SHA-256". `isClipped` cuts what does not fit. Text that is null is not there yet, and
 * has its place already.
 */
export const CopyLine = ({
  text,
  label,
  isClipped = false,
}: {
  text: string | null;
  label: string;
  isClipped?: boolean;
}) => (
  <span class="copy-line">
    <code class={isClipped ? "clip" : undefined}>{text ?? "–"}</code>
    <CopyButton text={text} label={label} />
  </span>
);

/** The button alone. `text`: what is copied; `#id` for what stands in that element; null for nothing yet. */
export const CopyButton = ({ text, label }: { text: string | null; label: string }) => (
  <button
    class="btn btn--icon btn--ghost btn--s"
    type="button"
    aria-label={`Copy ${label}`}
    data-copy={text ?? undefined}
    disabled={text === null}
  >
    <Icon name="copy" />
  </button>
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
