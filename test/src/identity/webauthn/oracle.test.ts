// Passkeys are judged as SimpleWebAuthn judges them, which is other people's code for the same: what is right, and each way of
// being wrong that we can think of.
import { verifyAuthenticationResponse, verifyRegistrationResponse } from "@simplewebauthn/server";
import { expect, test } from "vitest";
import { readAssertion, verifyAssertion } from "../../../../src/identity/webauthn/assertion.ts";
import { verifyRegistration } from "../../../../src/identity/webauthn/registration.ts";
import { Authenticator, type Algorithm, type Deviations } from "../../../support/authenticator.ts";

const ORIGIN = "https://slipway.test";
const CHALLENGE = Buffer.from("what is to be signed").toString("base64url");
const ALGORITHMS: Algorithm[] = ["ES256", "EdDSA", "RS256"];
const UP = 0x01;
const UV = 0x04;

const WRONG: Record<string, Deviations> = {
  "not verified": { flags: UP },
  "nobody there": { flags: UV },
  "kept elsewhere, which it can't be": { flags: UP | UV | 0x10 },
  "another site's page": { origin: "https://evil.example" },
  "a page of another port": { origin: "https://slipway.test:8443" },
  "a page by http": { origin: "http://slipway.test" },
  "for another site": { hostname: "evil.example" },
  "something else done": { type: "payment.get" },
  "something left over": { rest: Buffer.from([1, 2, 3]) },
};

/** Ways in which ours is stricter: pages of others contained the one that asked. */
const STRICTER: Record<string, Deviations> = { "in another site's frame": { crossOrigin: true } };

async function oracleRegisters(response: unknown): Promise<boolean> {
  try {
    const { verified } = await verifyRegistrationResponse({
      response: response as never,
      expectedChallenge: CHALLENGE,
      expectedOrigin: ORIGIN,
      expectedRPID: "slipway.test",
      requireUserVerification: true,
    });
    return verified;
  } catch {
    return false;
  }
}

async function oracleAccepts(
  response: unknown,
  credential: { id: string; publicKey: string },
): Promise<boolean> {
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: response as never,
      expectedChallenge: CHALLENGE,
      expectedOrigin: ORIGIN,
      expectedRPID: "slipway.test",
      requireUserVerification: true,
      credential: {
        id: credential.id,
        publicKey: new Uint8Array(Buffer.from(credential.publicKey, "base64url")),
        counter: 0,
      },
    });
    return verified;
  } catch {
    return false;
  }
}

function accepts(response: unknown, publicKey: string): boolean {
  const given = readAssertion(response);
  return given !== null && verifyAssertion(given, publicKey, ORIGIN) !== null;
}

test.each(ALGORITHMS)(
  "a passkey of %s is made and used, and each wrong one refused",
  async (algorithm) => {
    const key = new Authenticator(ORIGIN, algorithm);
    const made = key.create({ challenge: CHALLENGE });
    const registered = verifyRegistration(made, ORIGIN);
    expect(registered).toMatchObject({ credentialId: key.credentialId, challenge: CHALLENGE });
    expect(await oracleRegisters(made)).toBe(true);
    const { publicKey } = registered!;
    const used = key.get({ challenge: CHALLENGE });
    expect([
      accepts(used, publicKey),
      await oracleAccepts(used, { id: used.id, publicKey }),
    ]).toEqual([true, true]);
    for (const [how, wrong] of Object.entries(WRONG)) {
      const [bad, badUse] = [
        key.create({ challenge: CHALLENGE }, wrong),
        key.get({ challenge: CHALLENGE }, wrong),
      ];
      expect(verifyRegistration(bad, ORIGIN), how).toBeNull();
      expect(await oracleRegisters(bad), how).toBe(false);
      expect(accepts(badUse, publicKey), how).toBe(false);
      expect(await oracleAccepts(badUse, { id: used.id, publicKey }), how).toBe(false);
    }
    for (const [how, wrong] of Object.entries(STRICTER)) {
      expect(
        verifyRegistration(key.create({ challenge: CHALLENGE }, wrong), ORIGIN),
        how,
      ).toBeNull();
      expect(accepts(key.get({ challenge: CHALLENGE }, wrong), publicKey), how).toBe(false);
    }
    const other = new Authenticator(ORIGIN, algorithm).get({ challenge: CHALLENGE });
    expect(accepts({ ...other, id: used.id }, publicKey)).toBe(false);
    const flipped = Buffer.from(used.response.signature, "base64url");
    flipped[flipped.length - 1]! ^= 1;
    const forged = {
      ...used,
      response: { ...used.response, signature: flipped.toString("base64url") },
    };
    expect(accepts(forged, publicKey)).toBe(false);
    expect(await oracleAccepts(forged, { id: used.id, publicKey })).toBe(false);
  },
);

test.each(ALGORITHMS)(
  "who attests a key of %s is not asked; one that attests itself must be right",
  async (algorithm) => {
    const key = new Authenticator(ORIGIN, algorithm);
    const cases: [NonNullable<Deviations["attestation"]>, boolean][] = [
      ["self", true],
      ["self, by another key", false],
      ["certificates", false],
      ["not empty", false],
    ];
    for (const [attestation, isRight] of cases) {
      const made = key.create({ challenge: CHALLENGE }, { attestation });
      expect(verifyRegistration(made, ORIGIN) !== null, attestation).toBe(isRight);
      expect(await oracleRegisters(made), attestation).toBe(isRight);
    }
  },
);

test("what a browser never sends is refused, and is no fault", () => {
  const key = new Authenticator(ORIGIN);
  const made = key.create({ challenge: CHALLENGE });
  const used = key.get({ challenge: CHALLENGE });
  const { publicKey } = verifyRegistration(made, ORIGIN)!;
  expect(verifyRegistration({ ...made, id: `${made.id}A` }, ORIGIN)).toBeNull();
  for (const junk of [null, 7, "", [], {}, { id: "", type: "public-key", response: {} }]) {
    expect([verifyRegistration(junk, ORIGIN), readAssertion(junk)]).toEqual([null, null]);
  }
  // each byte of it changed, cut off, and doubled
  for (const field of ["attestationObject", "clientDataJSON"] as const) {
    const bytes = Buffer.from(made.response[field], "base64url");
    for (let at = 0; at < bytes.length; at += 1) {
      for (const changed of [bytes.subarray(0, at), flip(bytes, at), doubled(bytes, at)]) {
        const response = { ...made.response, [field]: changed.toString("base64url") };
        const result = verifyRegistration({ ...made, response }, ORIGIN);
        // a changed key is another key, as right as any
        if (result) expect(result.credentialId).toBe(made.id);
      }
    }
  }
  for (const field of ["authenticatorData", "clientDataJSON", "signature"] as const) {
    const bytes = Buffer.from(used.response[field], "base64url");
    for (let at = 0; at < bytes.length; at += 1) {
      for (const changed of [bytes.subarray(0, at), flip(bytes, at), doubled(bytes, at)]) {
        const response = { ...used.response, [field]: changed.toString("base64url") };
        expect(accepts({ ...used, response }, publicKey), `${field} ${at}`).toBe(false);
      }
    }
  }
});

function flip(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at]! ^= 0x55;
  return changed;
}

const doubled = (bytes: Buffer, at: number) =>
  Buffer.concat([bytes.subarray(0, at), bytes.subarray(at), bytes.subarray(at)]);
