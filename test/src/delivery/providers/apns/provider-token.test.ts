// APNs' provider tokens.
import { jwtVerify } from "jose";
import { beforeAll, expect, test } from "vitest";
import { mintProviderToken } from "../../../../../src/delivery/providers/apns/provider-token.ts";
import type { ApnsCredential } from "../../../../../src/kit/push/credentials.ts";
import { NOW } from "../../../../support/push-content.ts";
import { pemKey } from "../support.ts";

let credential: ApnsCredential;
let publicKey: CryptoKey;

beforeAll(async () => {
  const key = await pemKey("ES256");
  publicKey = key.publicKey;
  credential = {
    // as people paste it
    private_key: `\n ${key.pem}\n`,
    key_id: "ABC123DEFG",
    team_id: "TEAM123456",
    topic: "com.example.app",
    environment: "sandbox",
  };
});

test("mintProviderToken makes a token that Apple can verify", async () => {
  const token = await mintProviderToken(credential, NOW + 999);
  const { payload, protectedHeader } = await jwtVerify(token, publicKey);
  expect(protectedHeader).toEqual({ alg: "ES256", kid: "ABC123DEFG" });
  expect(payload).toEqual({ iss: "TEAM123456", iat: NOW / 1000 });
});
