// The fingerprints of a certificate: in full, to be copied, or short, to be told apart.
import { shownFingerprint } from "../../kit/keystore/keystore.ts";
import { CopyLine } from "./copy.tsx";

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
