// Writes a DER file again in BER the way other makers do: indefinite lengths, OCTET STRINGs in pieces.
import { children, decode, OCTET_STRING } from "../../../../src/kit/keystore/asn1-read.ts";
import { element } from "../../../../src/kit/keystore/asn1-write.ts";

const END_OF_CONTENTS = Uint8Array.of(0, 0);
/** Bytes in a piece; small, so that every string of a fixture is cut. */
const PIECE_BYTES = 100;

/** The same values as `der`, in indefinite lengths throughout. */
export function asIndefiniteBer(der: Uint8Array): Uint8Array {
  const whole = decode(der);
  const { tag, constructed, content, encoded } = whole;
  const contextString = tag === 0x80 && !constructed;
  if (tag !== OCTET_STRING && !contextString && !constructed) return encoded;
  const parts = constructed
    ? children(whole).map((one) => asIndefiniteBer(one.encoded))
    : pieces(content);
  return Buffer.concat([Uint8Array.of(tag | 0x20, 0x80), ...parts, END_OF_CONTENTS]);
}

function pieces(content: Uint8Array): Uint8Array[] {
  const count = Math.ceil(content.length / PIECE_BYTES);
  return Array.from({ length: count }, (_, index) =>
    element(OCTET_STRING, content.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES)),
  );
}
