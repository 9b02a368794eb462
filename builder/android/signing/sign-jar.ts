// Signs a JAR, which an app bundle is ("JAR File Specification", Signed JAR File): a manifest with the digest of every entry,
// a signature file with the digests of the manifest and its sections, and a signature of that file.
import { createHash } from "node:crypto";
import type { ZipEntry } from "../zip-writer.ts";
import { signedData } from "./pkcs7.ts";
import type { Signer } from "./signer-key.ts";

/** Name of the signature's files, as Android's own signer calls them. */
const SIGNATURE_NAME = "META-INF/CERT";
const CREATED_BY = "Created-By: 1.0 (Slipway)";
/** Longest line of a manifest without its end, bytes ("JAR File Specification", Notes on Manifest and Signature Files). */
const MAX_LINE_BYTES = 70;

/** Returns the entries with those of their signature before them, the manifest first, as Java reads them. */
export function signJar(entries: readonly ZipEntry[], signer: Signer): ZipEntry[] {
  const sections = entries.map(({ name, bytes }) => ({ name, text: section(name, bytes) }));
  const manifest = encode([
    lines("Manifest-Version: 1.0", CREATED_BY),
    ...sections.map(({ text }) => text),
  ]);
  const signatureFile = encode([
    lines("Signature-Version: 1.0", CREATED_BY, `SHA-256-Digest-Manifest: ${digest(manifest)}`),
    ...sections.map(({ name, text }) => section(name, encode([text]))),
  ]);
  const block = signer.keyType === "rsa" ? "RSA" : "EC";
  return [
    { name: "META-INF/MANIFEST.MF", bytes: manifest, stored: false },
    { name: `${SIGNATURE_NAME}.SF`, bytes: signatureFile, stored: false },
    { name: `${SIGNATURE_NAME}.${block}`, bytes: signedData(signatureFile, signer), stored: false },
    ...entries,
  ];
}

function section(name: string, bytes: Uint8Array): string {
  return lines(`Name: ${name}`, `SHA-256-Digest: ${digest(bytes)}`);
}

/** Lines, long ones folded, and the empty one that ends a section. Names are ASCII, so a character is a byte. */
function lines(...texts: readonly string[]): string {
  return [...texts.map(folded), ""].map((text) => `${text}\r\n`).join("");
}

function folded(line: string): string {
  if (line.length <= MAX_LINE_BYTES) return line;
  const rest = folded(` ${line.slice(MAX_LINE_BYTES)}`);
  return `${line.slice(0, MAX_LINE_BYTES)}\r\n${rest}`;
}

function encode(texts: readonly string[]): Uint8Array {
  return new TextEncoder().encode(texts.join(""));
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
