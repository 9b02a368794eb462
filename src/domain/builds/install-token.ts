// The token of an install link. It holds which build it is for, until when, and the generation of the build's links,
// encrypted and authenticated by AES-256-GCM (NIST SP 800-38D) with a random nonce: it can be neither guessed nor read, two
// tokens of one build have nothing in common, and nothing has to be stored for it.
import { openToken, sealToken } from "../../kit/seal.ts";

/** Bytes of a build's id: more builds than any database holds. */
const ID_BYTES = 4;
/** Bytes of the expiry, in `EXPIRY_UNIT_MS` since 1970: three centuries. */
const EXPIRY_BYTES = 5;
/** Bytes of the generation. */
const GENERATION_BYTES = 3;
const CONTENT_BYTES = ID_BYTES + EXPIRY_BYTES + GENERATION_BYTES;
/** How exactly a token says when it expires, ms. */
export const EXPIRY_UNIT_MS = 10;
/** Keeps this key different from all others that are made of the same secret. */
const PURPOSE = "install-link";
/** Generations count up to here and begin anew: only after so many revocations within its time could a token come back. */
const GENERATIONS = 2 ** (8 * GENERATION_BYTES);

export interface InstallToken {
  buildId: number;
  /** ms, a multiple of `EXPIRY_UNIT_MS`. */
  expiresAt: number;
  generation: number;
}

/** Makes a token, another one each time. `secret` is the key of links. */
export async function makeInstallToken(
  secret: string,
  { buildId, expiresAt, generation }: InstallToken,
): Promise<string> {
  const content = Buffer.alloc(CONTENT_BYTES);
  content.writeUIntBE(buildId, 0, ID_BYTES);
  content.writeUIntBE(expiresAt / EXPIRY_UNIT_MS, ID_BYTES, EXPIRY_BYTES);
  content.writeUIntBE(generation % GENERATIONS, ID_BYTES + EXPIRY_BYTES, GENERATION_BYTES);
  return sealToken(secret, PURPOSE, content);
}

/** Reads a token; null for a text that `makeInstallToken` did not make with this secret. */
export async function readInstallToken(secret: string, text: string): Promise<InstallToken | null> {
  const content = await openToken(secret, PURPOSE, text, CONTENT_BYTES);
  if (content === null) return null;
  return {
    buildId: content.readUIntBE(0, ID_BYTES),
    expiresAt: content.readUIntBE(ID_BYTES, EXPIRY_BYTES) * EXPIRY_UNIT_MS,
    generation: content.readUIntBE(ID_BYTES + EXPIRY_BYTES, GENERATION_BYTES),
  };
}

/** Whether a token's generation is the present one, or lies `age` revocations before it. */
export function isOfGeneration(token: InstallToken, present: number, age = 0): boolean {
  return (token.generation + age) % GENERATIONS === present % GENERATIONS;
}
