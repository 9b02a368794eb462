// The senders' credentials that the stand-in trusts: FCM service accounts, APNs keys, VAPID keys. It makes
// them, or takes those that a test brings, and can revoke them.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { promisify } from "node:util";
import { Bounded } from "../../src/kit/bounded.ts";

/** Credentials of one kind kept at most: far more than any test registers. */
const MAX_CREDENTIALS = 1_000;
/** Bits of a service account's RSA key, as Google makes them. */
const RSA_BITS = 2048;

interface Revocable {
  revoked: boolean;
  /** Raised by one when the tokens known so far expire at once. */
  generation: number;
}

export interface FcmAccount extends Revocable {
  clientEmail: string;
  projectId: string;
  publicKey: KeyObject;
}

export interface ApnsKey extends Revocable {
  keyId: string;
  teamId: string;
  topic: string;
  publicKey: KeyObject;
  /** Issue time of the newest provider token it was used with, Unix s. */
  newestIat: number | null;
}

export interface VapidKey extends Revocable {
  /** base64url of the uncompressed point, the `k` parameter. */
  publicKey: string;
  /** The `sub` it must be used with; null: any. */
  subject: string | null;
}

/** The fields of a service account's JSON file that a sender uses. */
export interface ServiceAccount {
  type: "service_account";
  project_id: string;
  private_key_id: string;
  private_key: string;
  client_email: string;
  token_uri: string;
}

export interface ApnsCredential {
  private_key: string;
  key_id: string;
  team_id: string;
  topic: string;
}

export interface VapidCredential {
  public_key: string;
  private_key: string;
  subject: string;
}

const newKeyPair = promisify(generateKeyPair);
const fresh = (): Revocable => ({ revoked: false, generation: 0 });
const pkcs8 = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();

/** Ten capitals and digits, the form of Apple's key and team ids. */
function appleId(): string {
  const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  return Array.from(randomBytes(10), (byte) => alphabet[byte % alphabet.length]).join("");
}

/** The public half of a PEM private key. @throws when it can't be read. */
export function publicHalf(privateKey: string): KeyObject {
  return createPublicKey(createPrivateKey(privateKey));
}

export async function makeServiceAccount(
  projectId: string,
  tokenUri: string,
): Promise<ServiceAccount> {
  const { privateKey } = await newKeyPair("rsa", { modulusLength: RSA_BITS });
  return {
    type: "service_account",
    project_id: projectId,
    private_key_id: randomBytes(20).toString("hex"),
    private_key: pkcs8(privateKey),
    client_email: `sender-${randomBytes(4).toString("hex")}@${projectId}.iam.gserviceaccount.com`,
    token_uri: tokenUri,
  };
}

export async function makeApnsCredential(topic: string): Promise<ApnsCredential> {
  const { privateKey } = await newKeyPair("ec", { namedCurve: "prime256v1" });
  return { private_key: pkcs8(privateKey), key_id: appleId(), team_id: appleId(), topic };
}

export async function makeVapidCredential(subject: string): Promise<VapidCredential> {
  const { privateKey } = await newKeyPair("ec", { namedCurve: "prime256v1" });
  const { x = "", y = "", d = "" } = privateKey.export({ format: "jwk" });
  const point = [Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")];
  return { public_key: Buffer.concat(point).toString("base64url"), private_key: d, subject };
}

export class Credentials {
  fcm = new Bounded<string, FcmAccount>(MAX_CREDENTIALS);
  apns = new Bounded<string, ApnsKey>(MAX_CREDENTIALS);
  webpush = new Bounded<string, VapidKey>(MAX_CREDENTIALS);

  /** @throws when the private key can't be read. */
  addFcm({ client_email, project_id, private_key }: ServiceAccount): void {
    const publicKey = publicHalf(private_key);
    this.fcm.put(client_email, {
      clientEmail: client_email,
      projectId: project_id,
      publicKey,
      ...fresh(),
    });
  }

  /** @throws when the private key can't be read. */
  addApns({ key_id, team_id, topic, private_key }: ApnsCredential): void {
    const publicKey = publicHalf(private_key);
    const names = { keyId: key_id, teamId: team_id, topic };
    this.apns.put(key_id, { ...names, publicKey, newestIat: null, ...fresh() });
  }

  addVapid(publicKey: string, subject: string | null): void {
    this.webpush.put(publicKey, { publicKey, subject, ...fresh() });
  }

  clear(): void {
    this.fcm = new Bounded(MAX_CREDENTIALS);
    this.apns = new Bounded(MAX_CREDENTIALS);
    this.webpush = new Bounded(MAX_CREDENTIALS);
  }
}
