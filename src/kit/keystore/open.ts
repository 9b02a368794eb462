// Opens an uploaded keystore, PKCS #12 or JKS, and checks its contents. Deriving keys from passwords is slow by design
// (20 ms, or 0.1 s for files of JDK 8 to 15), so a file is opened once and its key is stored sealed.
import { isPkcs8, checkedKeystore } from "./identity.ts";
import { isJks, readJks } from "./jks.ts";
import { KdfBudget } from "./kdf.ts";
import { MAX_ALIAS, Refused } from "./keystore.ts";
import type { OpenKeystore, PrivateKeyEntry, KeystoreRefusal } from "./keystore.ts";
import { readPkcs12 } from "./pkcs12-read.ts";

export type OpenOptions = {
  storePassword: string;
  /** By default the same as the store password. */
  keyPassword?: string | undefined;
  /** Needed if the file has several private keys. */
  alias?: string | undefined;
  /** The current time for the check of expired certificates, ms since 1970. */
  now: number;
};

type OpenResult = { ok: true; keystore: OpenKeystore } | { ok: false; refusal: KeystoreRefusal };

/**
 * Returns the signing key in `file`, or why it can't be opened. Never throws, not even for hostile files. The caller
 * limits the size of the file; iterations, entries and nesting are limited here.
 */
export function openKeystore(file: Uint8Array, options: OpenOptions): OpenResult {
  try {
    const { storePassword, keyPassword } = options;
    // keytool ignores a key password for PKCS #12, so the store password is tried too.
    const keyPasswords = [...new Set([keyPassword ?? storePassword, storePassword])];
    const entries = isJks(file)
      ? readJks(file, storePassword)
      : readPkcs12(file, storePassword, keyPasswords.length, new KdfBudget());
    const named = entries.map((entry, index) => ({
      ...entry,
      given: entry.alias,
      alias: readable(entry.alias, index),
    }));
    const entry = chosen(named, options.alias);
    const privateKey = decrypted(entry, keyPasswords);
    return { ok: true, keystore: checkedKeystore({ ...entry, privateKey, now: options.now }) };
  } catch (error) {
    // Whatever a parser throws for hostile bytes, the file is not a keystore.
    const refusal: KeystoreRefusal =
      error instanceof Refused ? error.refusal : { code: "not_a_keystore" };
    return { ok: false, refusal };
  }
}

/**
 * Returns an alias as it is shown and stored: in one line, of limited length, without blanks around it. Where nothing is
 * left, it is the entry's number, as Java names keys without an alias: apksigner signs with none that has an empty one.
 */
function readable(alias: string, index: number): string {
  const characters = [...alias.replace(/[\p{Cc}\p{Cs}]/gu, "").trim()];
  return characters.slice(0, MAX_ALIAS).join("").trim() || String(index + 1);
}

/**
 * Returns the entry that `alias` names: the one with exactly that in the file, before those that are only shown by it, since
 * " upload" and "upload" may be two keys.
 */
function chosen<Entry extends PrivateKeyEntry & { given: string }>(
  entries: Entry[],
  alias: string | undefined,
): Entry {
  const aliases = entries.map((entry) => entry.alias).toSorted((a, b) => a.localeCompare(b));
  const [first] = entries;
  if (first === undefined) throw new Refused({ code: "no_private_key" });
  if (alias === undefined) {
    if (entries.length > 1) throw new Refused({ code: "alias_needed", aliases });
    return first;
  }
  const wanted = alias.toLowerCase();
  const entry =
    entries.find((one) => one.given === alias) ??
    entries.find((one) => one.alias === alias) ??
    entries.find((one) => one.alias.toLowerCase() === wanted);
  if (entry === undefined) throw new Refused({ code: "alias_not_found", aliases });
  return entry;
}

function decrypted(entry: PrivateKeyEntry, passwords: string[]): Uint8Array {
  for (const password of passwords) {
    const privateKey = entry.decrypt(password);
    if (privateKey !== null && isPkcs8(privateKey)) return privateKey;
  }
  throw new Refused({ code: "wrong_key_password" });
}
