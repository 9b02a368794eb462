// A real browser makes and uses passkeys by the options that we give, with an authenticator of its own (DevTools' virtual one);
// what it says is what we verify. The pages' script, and the verbs, have tests of their own.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type CDPSession, type Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { readAssertion, verifyAssertion } from "../../src/identity/webauthn/assertion.ts";
import { ALGORITHMS } from "../../src/identity/webauthn/cose.ts";
import { verifyRegistration } from "../../src/identity/webauthn/registration.ts";
import { describeIn } from "./support/installed.ts";

const CHALLENGE = Buffer.from("what is to be signed").toString("base64url");

/** An authenticator as phones and laptops have them. */
const OWN = {
  protocol: "ctap2",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const;

describeIn("Chromium", (program) => {
  let page: Page;
  let tools: CDPSession;
  let origin: string;

  beforeAll(async () => {
    const server = createServer((_request, response) => {
      response.setHeader("content-type", "text/html").end("<title>Passkeys</title>");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // Passkeys belong to a name, and localhost is one that needs no https.
    origin = `http://localhost:${(server.address() as AddressInfo).port}`;
    const browser = await chromium.launch({
      executablePath: program,
      chromiumSandbox: process.getuid?.() !== 0,
    });
    page = await browser.newPage();
    await page.goto(origin);
    tools = await page.context().newCDPSession(page);
    await tools.send("WebAuthn.enable");
    return async () => {
      await browser.close();
      server.close();
    };
  });

  /** Runs one of the browser's calls with these options as JSON. Returns what it gave as JSON, or its error's name. */
  async function ask(call: "create" | "get", options: unknown): Promise<unknown> {
    return page.evaluate(
      `(async (call, options) => {
        try {
          const read = call === "create" ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
          const publicKey = PublicKeyCredential[read](options);
          return (await navigator.credentials[call]({ publicKey })).toJSON();
        } catch (error) {
          return error.name;
        }
      })(${JSON.stringify(call)}, ${JSON.stringify(options)})`,
    );
  }

  const creation = (alg: number, attestation = "none") => ({
    rp: { id: "localhost", name: "Slipway" },
    user: {
      id: Buffer.from("ann").toString("base64url"),
      name: "ann@example.com",
      displayName: "Ann",
    },
    challenge: CHALLENGE,
    pubKeyCredParams: [{ type: "public-key", alg }],
    authenticatorSelection: {
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
    attestation,
    excludeCredentials: [],
  });
  const request = {
    rpId: "localhost",
    challenge: CHALLENGE,
    userVerification: "required",
    allowCredentials: [],
  };

  test("a passkey is made and used, by each algorithm that the browser has", async () => {
    let made = 0;
    for (const alg of ALGORITHMS) {
      const { authenticatorId } = await tools.send("WebAuthn.addVirtualAuthenticator", {
        options: OWN,
      });
      const created = await ask("create", creation(alg));
      // The virtual one has not all.
      if (created !== "NotSupportedError" && created !== "NotAllowedError") {
        made += 1;
        const passkey = verifyRegistration(created, origin);
        expect(passkey, String(alg)).toMatchObject({ challenge: CHALLENGE });
        const used = readAssertion(await ask("get", request));
        expect(used?.credentialId).toBe(passkey?.credentialId);
        const proof = verifyAssertion(used!, passkey!.publicKey, origin);
        expect(proof).toMatchObject({ challenge: CHALLENGE, userId: "ann" });
        expect(proof!.counter).toBeGreaterThan(passkey!.counter);
      }
      await tools.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
    }
    expect(made).toBeGreaterThan(0);
  });

  test("an authenticator that does not know its user makes no passkey", async () => {
    const { authenticatorId } = await tools.send("WebAuthn.addVirtualAuthenticator", {
      options: { ...OWN, isUserVerified: false },
    });
    expect(await ask("create", creation(-7))).toBe("NotAllowedError");
    await tools.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
  });
});
