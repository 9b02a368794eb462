// A passkey's authenticator and browser in software: makes keys, and signs with them, as WebAuthn sections 5 and 6 have it.
// What it does wrong is to be asked for.
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

export type Algorithm = "ES256" | "EdDSA" | "RS256";
type Value = number | string | boolean | Uint8Array | Value[] | Map<Value, Value>;

const UP = 0x01;
const UV = 0x04;
const AT = 0x40;

export interface Deviations {
  /** Flags in place of "there, and verified". */
  flags?: number;
  origin?: string;
  hostname?: string;
  type?: string;
  crossOrigin?: boolean;
  counter?: number;
  /** A statement in place of none. */
  attestation?: "self" | "self, by another key" | "certificates" | "not empty";
  /** What follows the authenticator's data. */
  rest?: Uint8Array;
  credentialId?: string;
  userHandle?: string;
}

/** CBOR of a value, in CTAP2's canonical form. */
export function cbor(value: Value): Buffer {
  const head = (kind: number, number: number): Buffer => {
    if (number < 24) return Buffer.from([(kind << 5) | number]);
    if (number < 256) return Buffer.from([(kind << 5) | 24, number]);
    return Buffer.from([(kind << 5) | 25, number >> 8, number & 255]);
  };
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "boolean") return Buffer.from([value ? 0xf5 : 0xf4]);
  if (typeof value === "string") {
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  }
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  const pairs = [...value].flatMap(([key, each]) => [cbor(key), cbor(each)]);
  return Buffer.concat([head(5, value.size), ...pairs]);
}

const sha256 = (data: Uint8Array | string) => createHash("sha256").update(data).digest();
const base64url = (data: Uint8Array) => Buffer.from(data).toString("base64url");

export class Authenticator {
  readonly algorithm: Algorithm;
  readonly credentialId = base64url(randomBytes(20));
  readonly origin: string;
  counter = 0;
  readonly #private: KeyObject;
  readonly #cose: Map<Value, Value>;

  constructor(origin: string, algorithm: Algorithm = "ES256") {
    this.origin = origin;
    this.algorithm = algorithm;
    const { privateKey, cose } = newKey(algorithm);
    this.#private = privateKey;
    this.#cose = cose;
  }

  /** What `navigator.credentials.create` gives for these options, as JSON. */
  create(options: { challenge: string }, wrong: Deviations = {}) {
    const id = Buffer.from(this.credentialId, "base64url");
    const length = Buffer.from([id.length >> 8, id.length & 255]);
    const made = Buffer.concat([Buffer.alloc(16), length, id, cbor(this.#cose)]);
    const authData = this.#data(AT, wrong, made);
    const clientData = this.#clientData("webauthn.create", options.challenge, wrong);
    const { format, statement } = this.#statement(wrong, authData, clientData);
    const attestation = new Map<Value, Value>([
      ["fmt", format],
      ["attStmt", statement],
      ["authData", authData],
    ]);
    return {
      id: wrong.credentialId ?? this.credentialId,
      rawId: wrong.credentialId ?? this.credentialId,
      type: "public-key",
      clientExtensionResults: {},
      authenticatorAttachment: "platform",
      response: {
        clientDataJSON: base64url(clientData),
        attestationObject: base64url(cbor(attestation)),
        transports: ["internal", "hybrid"],
      },
    };
  }

  /** What `navigator.credentials.get` gives for these options, as JSON. Counts, unless it never did. */
  get(options: { challenge: string }, wrong: Deviations = {}) {
    if (this.counter > 0) this.counter += 1;
    const authData = this.#data(0, wrong);
    const clientData = this.#clientData("webauthn.get", options.challenge, wrong);
    return {
      id: wrong.credentialId ?? this.credentialId,
      rawId: wrong.credentialId ?? this.credentialId,
      type: "public-key",
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(clientData),
        authenticatorData: base64url(authData),
        signature: base64url(this.#sign(authData, clientData)),
        ...(wrong.userHandle === undefined
          ? {}
          : { userHandle: base64url(Buffer.from(wrong.userHandle)) }),
      },
    };
  }

  #data(more: number, wrong: Deviations, made: Uint8Array = Buffer.alloc(0)): Buffer {
    const hostname = wrong.hostname ?? new URL(this.origin).hostname;
    const head = Buffer.alloc(5);
    head[0] = (wrong.flags ?? UP | UV) | more;
    head.writeUInt32BE(wrong.counter ?? this.counter, 1);
    return Buffer.concat([sha256(hostname), head, made, wrong.rest ?? Buffer.alloc(0)]);
  }

  #clientData(type: string, challenge: string, wrong: Deviations): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: wrong.type ?? type,
        challenge,
        origin: wrong.origin ?? this.origin,
        crossOrigin: wrong.crossOrigin ?? false,
      }),
    );
  }

  #statement({ attestation }: Deviations, authData: Uint8Array, clientData: Uint8Array) {
    if (attestation === undefined) return { format: "none", statement: new Map<Value, Value>() };
    if (attestation === "not empty") {
      return { format: "none", statement: new Map<Value, Value>([["sig", Buffer.alloc(4)]]) };
    }
    const other = new Authenticator(this.origin, this.algorithm);
    const signer = attestation === "self, by another key" ? other : this;
    const statement = new Map<Value, Value>([
      ["alg", this.#cose.get(3) ?? 0],
      ["sig", signer.#sign(authData, clientData)],
    ]);
    if (attestation === "certificates") statement.set("x5c", [Buffer.from("no certificate")]);
    return { format: "packed", statement };
  }

  #sign(authData: Uint8Array, clientData: Uint8Array): Buffer {
    const signed = Buffer.concat([authData, sha256(clientData)]);
    return sign(this.algorithm === "EdDSA" ? null : "sha256", signed, this.#private);
  }
}

function newKey(algorithm: Algorithm): { privateKey: KeyObject; cose: Map<Value, Value> } {
  const bytes = (text: string | undefined) => Buffer.from(text ?? "", "base64url");
  if (algorithm === "RS256") {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const { n, e } = publicKey.export({ format: "jwk" });
    const cose = new Map<Value, Value>([
      [1, 3],
      [3, -257],
      [-1, bytes(n)],
      [-2, bytes(e)],
    ]);
    return { privateKey, cose };
  }
  if (algorithm === "EdDSA") {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const { x } = publicKey.export({ format: "jwk" });
    const cose = new Map<Value, Value>([
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, bytes(x)],
    ]);
    return { privateKey, cose };
  }
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const cose = new Map<Value, Value>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, bytes(x)],
    [-3, bytes(y)],
  ]);
  return { privateKey, cose };
}
