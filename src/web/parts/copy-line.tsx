// Something to copy, in code, with the button that copies it. Without a script it can be selected.
import { shownFingerprint } from "../../kit/keystore/keystore.ts";
import { Icon } from "./icon.tsx";

/**
 * `label` says what is copied: "the SHA-256". `isClipped` cuts what does not fit. Text that is null is not there yet, and
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

/** `text`: what is copied; `#id` for what stands in that element; null for nothing yet. */
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

/** The fingerprints of a certificate. `of`: whose, in the buttons' labels. */
export const Fingerprints = ({
  sha256,
  sha1,
  of = "",
  class: className = "stack stack--s",
}: {
  sha256: string;
  sha1: string;
  of?: string;
  class?: string;
}) => (
  <dl class={className}>
    <div>
      <dt>SHA-256</dt>
      <dd>
        <CopyLine text={shownFingerprint(sha256)} label={`the SHA-256 fingerprint${of}`} />
      </dd>
    </div>
    <div>
      <dt>SHA-1</dt>
      <dd>
        <CopyLine text={shownFingerprint(sha1)} label={`the SHA-1 fingerprint${of}`} />
      </dd>
    </div>
  </dl>
);

/** The two ends of a fingerprint, by which people tell them apart: 5B:1F:09:C2 … 57:1C:B2:84. */
export function shortFingerprint(hex: string): string {
  const all = shownFingerprint(hex);
  return `${all.slice(0, 11)} … ${all.slice(-11)}`;
}
