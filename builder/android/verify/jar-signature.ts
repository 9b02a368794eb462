// Checks the JAR signature of a bundle ("JAR File Specification", Signed JAR File): every entry is digested, nothing is left
// out and nothing is added, and one signer signed the digests.
import { createHash } from "node:crypto";
import { must } from "./byte-reader.ts";
import { checkSignedData } from "./signed-data.ts";
import type { SignatureFacts } from "./signatures.ts";
import type { Archive } from "./zip-archive.ts";

const FOLDER = "META-INF/";
const MANIFEST = "META-INF/MANIFEST.MF";
const SIGNATURE_FILE = /^META-INF\/([^/]+)\.SF$/;
const BLOCKS = { RSA: "rsa", EC: "ec" } as const;
const DIGEST = "SHA-256-Digest";
const DIGEST_OF_MANIFEST = "SHA-256-Digest-Manifest";

/** Throws MalformedApp unless the signature is whole and right. */
export function checkJarSignature(entries: Archive["entries"]): SignatureFacts {
  const [first] = entries.keys();
  must(first === MANIFEST, `${MANIFEST} is not the first entry`);
  const names = [...entries.keys()].filter((name) => name.startsWith(FOLDER));
  const signers = names.flatMap((name) => SIGNATURE_FILE.exec(name)?.[1] ?? []);
  const [signer, ...others] = signers;
  must(signer !== undefined && others.length === 0, "there must be one signature file");
  const key = (["RSA", "EC"] as const).find((one) => entries.has(`${FOLDER}${signer}.${one}`));
  must(key !== undefined, "the signature file has no signature");
  must(names.length === 3, `${FOLDER} has a file that belongs to no signature`);

  const bytesOf = (name: string): Uint8Array => entries.get(name)?.bytes ?? new Uint8Array();
  const manifest = bytesOf(MANIFEST);
  const signatureFile = bytesOf(`${FOLDER}${signer}.SF`);
  const block = bytesOf(`${FOLDER}${signer}.${key}`);
  const certificate = checkSignedData(block, signatureFile, BLOCKS[key]);
  const sections = readSections(manifest, "Manifest-Version");
  const signed = readSections(signatureFile, "Signature-Version");
  const whole = signed.main.attributes.get(DIGEST_OF_MANIFEST);
  must(whole === digest(manifest), "the manifest is not the one that was signed");
  checkDigests(sections, "the manifest", (name) => {
    return name.startsWith(FOLDER) ? undefined : entries.get(name)?.bytes;
  });
  checkDigests(signed, "the signature file", (name) => sections.byName.get(name)?.bytes);
  for (const name of entries.keys()) {
    must(name.startsWith(FOLDER) || signed.byName.has(name), `${name} is not signed`);
  }
  return {
    schemes: ["v1"],
    certificateSha256: createHash("sha256").update(certificate).digest("hex"),
  };
}

interface Section {
  /** With the empty line that ends it. */
  readonly bytes: Uint8Array;
  readonly attributes: ReadonlyMap<string, string>;
}

interface Sections {
  readonly main: Section;
  readonly byName: ReadonlyMap<string, Section>;
}

/** Checks the digest of every section; `digested` returns what a section's digest is of. */
function checkDigests(
  sections: Sections,
  what: string,
  digested: (name: string) => Uint8Array | undefined,
): void {
  for (const [name, { attributes }] of sections.byName) {
    const bytes = digested(name);
    must(bytes !== undefined, `${what} names ${name}, which is not there`);
    must(attributes.size === 2, `${what} says something else than a digest of ${name}`);
    must(attributes.get(DIGEST) === digest(bytes), `${name} is not what was signed`);
  }
}

/** Reads the main section, which begins with `version`, and the sections of entries by their names. */
function readSections(file: Uint8Array, version: string): Sections {
  const text = Buffer.from(file).toString("latin1");
  must(text.endsWith("\r\n\r\n"), "a manifest is cut");
  const [main, ...others] = text
    .slice(0, -4)
    .split("\r\n\r\n")
    .map((section) => readSection(section));
  must(main?.attributes.get(version) === "1.0", `a manifest has no ${version}`);
  const byName = new Map<string, Section>();
  for (const section of others) {
    const name = section.attributes.get("Name");
    must(name !== undefined, "a section of a manifest has no name");
    must(!byName.has(name), `a manifest has ${name} twice`);
    byName.set(name, section);
  }
  return { main, byName };
}

/** Reads the lines of a section, of which a longer one goes on after a line break and a space. */
function readSection(text: string): Section {
  const attributes = new Map<string, string>();
  for (const line of text.replaceAll("\r\n ", "").split("\r\n")) {
    const [, key, value] = /^([A-Za-z0-9_-]+): ([^\r\n\0]*)$/.exec(line) ?? [];
    must(key !== undefined && value !== undefined, "a manifest has a line that is no attribute");
    must(!attributes.has(key), `a section of a manifest has ${key} twice`);
    attributes.set(key, value);
  }
  return { bytes: Buffer.from(`${text}\r\n\r\n`, "latin1"), attributes };
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
