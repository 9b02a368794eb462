// PasswordHasher: hashes one password and ends. Each call has an object of its own, by a random id, since a hash takes
// more CPU than a request of the free plan may, and an object has 30 s. It stores nothing.
import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { DurableObject } from "cloudflare:workers";
import type { PasswordsPort } from "../domain/ports/people.ts";

/** The costs of scrypt (RFC 7914): 16 MB; with N of 2^17 the memory would be all that a Worker has. */
const LOG_N = 14;
const R = 8;
const P = 5;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** A hash with its salt and costs, in the form that PHC strings have. */
const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/;

export class PasswordHasher extends DurableObject implements PasswordsPort {
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const hash = scryptSync(password.normalize("NFKC"), salt, HASH_BYTES, {
      N: 2 ** LOG_N,
      r: R,
      p: P,
    });
    return `$scrypt$ln=${LOG_N},r=${R},p=${P}$${unpadded(salt)}$${unpadded(hash)}`;
  }

  async verify(hash: string, password: string): Promise<boolean> {
    const [, ln, r, p, salt, expected] = PHC.exec(hash) ?? [];
    if (salt === undefined || expected === undefined) return false;
    const bytes = Buffer.from(expected, "base64");
    const costs = { N: 2 ** Number(ln), r: Number(r), p: Number(p) };
    const given = scryptSync(
      password.normalize("NFKC"),
      Buffer.from(salt, "base64"),
      bytes.length,
      costs,
    );
    return timingSafeEqual(given, bytes);
  }
}

const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
