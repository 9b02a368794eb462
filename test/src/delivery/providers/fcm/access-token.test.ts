// FCM's access tokens.
import { jwtVerify } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { mintAccessToken } from "../../../../../src/delivery/providers/fcm/access-token.ts";
import type { ServiceAccount } from "../../../../../src/kit/push/credentials.ts";
import { NOW } from "../../../../support/push-content.ts";
import { deps, pemKey, recorder } from "../support.ts";

let account: ServiceAccount;
let publicKey: CryptoKey;
const GRANTED = { access_token: "ya29.token", expires_in: 3599, token_type: "Bearer" };
const granted = () => Response.json(GRANTED);

beforeAll(async () => {
  const key = await pemKey("RS256");
  publicKey = key.publicKey;
  account = {
    type: "service_account",
    project_id: "demo-project",
    private_key_id: "abc123",
    // as people paste it
    private_key: `\n ${key.pem}\n`,
    client_email: "push@demo-project.iam.gserviceaccount.com",
  };
});

describe("an access token", () => {
  test("is asked for with an assertion Google can verify", async () => {
    const { fetch, sent } = recorder(granted);
    const token = await mintAccessToken(deps(fetch), account);
    expect(token).toEqual({ ok: true, token: "ya29.token", expiresAt: NOW + 3_599_000 });
    const [request] = sent;
    expect(request?.url).toBe("https://oauth.example.com/token");
    expect(request?.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
    const form = new URLSearchParams(new TextDecoder().decode(request?.body));
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const { payload, protectedHeader } = await jwtVerify(form.get("assertion") ?? "", publicKey, {
      currentDate: new Date(NOW),
    });
    expect(protectedHeader).toEqual({ alg: "RS256", typ: "JWT", kid: "abc123" });
    expect(payload).toEqual({
      iss: account.client_email,
      aud: "https://oauth.example.com/token",
      scope: "https://www.googleapis.com/auth/firebase.messaging",
      iat: NOW / 1000,
      exp: NOW / 1000 + 3600,
    });
  });

  test.each([
    [400, { error: "invalid_grant" }, { kind: "misconfigured" }, "invalid_grant"],
    [401, { error: "invalid_client" }, { kind: "misconfigured" }, "invalid_client"],
    [403, "<html>", { kind: "misconfigured" }, "HTTP 403"],
    [400, { error: "A sentence <b>" }, { kind: "misconfigured" }, "HTTP 400"],
    [400, { access_token: "ya29", expires_in: 1 }, { kind: "misconfigured" }, "HTTP 400"],
    [302, "", { kind: "misconfigured" }, "HTTP 302"],
    [429, "", { kind: "retry", afterMs: 5000 }, "HTTP 429"],
    [500, "", { kind: "retry", afterMs: 5000 }, "HTTP 500"],
    [503, { error: "backend_error" }, { kind: "retry", afterMs: 5000 }, "HTTP 503"],
    [200, "not json", { kind: "retry" }, "HTTP 200"],
    [200, { access_token: "", expires_in: 1 }, { kind: "retry" }, "HTTP 200"],
  ])("is not taken from the answer %i %j", async (status, body, expected, reason) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const { fetch } = recorder(
      () => new Response(text, { status, headers: { "retry-after": "5" } }),
    );
    const result = await mintAccessToken(deps(fetch), account);
    expect(result).toMatchObject({ ok: false, verdict: expected });
    expect(JSON.stringify(result)).toContain(reason);
  });

  test("can be asked for again when there was no answer", async () => {
    const result = await mintAccessToken(
      deps(async () => Promise.reject(new Error("reset"))),
      account,
    );
    expect(result).toEqual({
      ok: false,
      verdict: { kind: "retry", reason: "network error", afterMs: null },
    });
  });
});
