// APNs' provider tokens, and the check of an APNs credential.
import { jwtVerify } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { mintProviderToken } from "../../../../../src/delivery/providers/apns/provider-token.ts";
import { verifyApns } from "../../../../../src/delivery/providers/apns/verify.ts";
import type { ApnsCredential } from "../../../../../src/kit/push/credentials.ts";
import { deps, NOW, pemKey, recorder } from "../support.ts";

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

describe("verifyApns", () => {
  const refusal = (status: number, reason: string) => () => Response.json({ reason }, { status });

  test("succeeds when APNs answers BadDeviceToken about a token that no device has", async () => {
    const { fetch, sent } = recorder(refusal(400, "BadDeviceToken"));
    expect(await verifyApns(deps(fetch), credential, "jwt")).toEqual({ ok: true });
    expect(sent[0]?.url).toBe(`https://api.sandbox.push.apple.com/3/device/${"0".repeat(64)}`);
    expect(sent[0]?.headers.get("apns-topic")).toBe("com.example.app");
    expect(sent[0]?.headers.get("authorization")).toBe("bearer jwt");
  });

  test.each([
    [403, "InvalidProviderToken", "misconfigured"],
    [403, "ExpiredProviderToken", "misconfigured"],
    [400, "TopicDisallowed", "misconfigured"],
    [400, "DeviceTokenNotForTopic", "rejected"],
    [400, "BadPriority", "rejected"],
    [503, "ServiceUnavailable", "unreachable"],
    [200, "", "rejected"],
  ])("reports HTTP %i %s as %s", async (status, reason, error) => {
    const { fetch } = recorder(refusal(status, reason));
    const result = await verifyApns(deps(fetch), credential, "jwt");
    expect(result).toEqual({ ok: false, error, detail: expect.any(String) });
    expect(JSON.stringify(result)).toContain(status === 200 ? "accepted" : reason);
  });
});
