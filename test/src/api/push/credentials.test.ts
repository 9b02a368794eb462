// Push credentials in the push API and in API v1: set, shown without secrets, kept sealed, deleted.
import { describe, expect, test } from "vitest";
import { findCredential, openCredential } from "../../../../src/domain/subscribers/credentials.ts";
import type { Provider } from "../../../../src/kit/push/credentials.ts";
import { testContext } from "../../../support/context.ts";
import { ecPem, longRsaPem, rsaPem, vapidPair } from "../../../support/keys.ts";
import { apnsKey, PUSH, serviceAccount } from "../../../support/push.ts";
import { api, rows } from "../../../support/worker.ts";
import { newAccount, newApp, newPushApp } from "../../../support/scenario.ts";

type App = { id: string; v1_id: number };

const DOORS: [string, (app: App, provider: string) => string][] = [
  ["push API", (app, provider) => `${PUSH}/apps/${app.id}/credentials/${provider}`],
  ["API v1", (app, provider) => `/api/v1/apps/${app.v1_id}/push/credentials/${provider}`],
];
const pushPath = (app: App, provider: string) => `${PUSH}/apps/${app.id}/credentials/${provider}`;

async function given(provider: Provider): Promise<{ json: any; shown: object }> {
  switch (provider) {
    case "fcm": {
      const account = await serviceAccount();
      const { project_id, client_email } = account;
      return { json: { service_account: account }, shown: { project_id, client_email } };
    }
    case "apns": {
      const { private_key, ...shown } = await apnsKey();
      return { json: { private_key, ...shown }, shown };
    }
    case "webpush": {
      const { publicKey: public_key, privateKey: private_key } = await vapidPair();
      const subject = "mailto:push@slipway.dev";
      return { json: { subject, public_key, private_key }, shown: { subject, public_key } };
    }
  }
}

describe.each(DOORS)("%s", (door, pathOf) => {
  describe.each(["fcm", "apns", "webpush"] as const)("a credential of %s", (provider) => {
    test("is set, shown without its secret, kept sealed, replaced and deleted", async () => {
      const { key } = await newAccount();
      const { id: v1_id, uuid: id } = await newApp(key);
      const path = pathOf({ id, v1_id }, provider);
      const missing = await api("GET", path, { token: key });
      expect(missing.status).toBe(404);

      const { json, shown } = await given(provider);
      const put = await api("PUT", path, { token: key, json });
      expect(put.status).toBe(200);
      expect(put.body).toEqual({
        data: {
          provider,
          ...shown,
          version: expect.any(Number),
          flag: null,
          created_at: expect.stringMatching(door === "API v1" ? /\.\d{6}Z$/ : /:\d\dZ$/),
          updated_at: expect.any(String),
        },
      });
      expect((await api("GET", path, { token: key })).body).toEqual(put.body);

      const secret: string = json.private_key ?? json.service_account.private_key;
      const [row] = await rows("SELECT * FROM push_credentials WHERE app_id = ?", v1_id);
      const line = secret.split("\n")[1] ?? secret;
      for (const text of [JSON.stringify(put.body), JSON.stringify(row)]) {
        expect(text).not.toContain(line);
      }
      const { ctx } = testContext();
      const found = await findCredential(ctx, v1_id, provider);
      const kept = await openCredential(ctx, found);
      expect(JSON.stringify(kept.secret)).toContain(JSON.stringify(secret).slice(1, -1));
      for (const elsewhere of [{ accountId: found.accountId + 1 }, { sealedFor: "another" }]) {
        const moved = openCredential(ctx, { ...found, ...elsewhere });
        await expect(moved).rejects.toThrow("another row");
      }

      await rows("UPDATE push_credentials SET flag = 'look' WHERE app_id = ?", v1_id);
      expect((await api("GET", path, { token: key })).body.data.flag).toBe("look");
      const again = await api("PUT", path, { token: key, json: (await given(provider)).json });
      expect(again.body.data.flag).toBeNull();
      expect(again.body.data.version).toBeGreaterThan(put.body.data.version);
      expect(await rows("SELECT id FROM push_credentials WHERE app_id = ?", v1_id)).toHaveLength(1);

      const gone = await api("DELETE", path, { token: key });
      expect(gone.status).toBe(200);
      expect(gone.body).toEqual(
        door === "API v1" ? { message: "Push credential deleted successfully." } : { ok: true },
      );
      for (const method of ["GET", "DELETE"]) {
        const none = await api(method, path, { token: key });
        expect(none.status).toBe(404);
        expect(none.body).toEqual(
          door === "API v1" ? { message: "Push credential not found." } : { error: "Not found" },
        );
      }
      expect((await api("POST", `${path}/verify`, { token: key })).status).toBe(404);

      // one that is set after the deletion isn't mistaken for one from before
      const anew = await api("PUT", path, { token: key, json });
      expect(anew.body.data.version).toBeGreaterThan(again.body.data.version);
    });

    test("is set where the present one can't be opened, and is then another one", async () => {
      const { key } = await newAccount();
      const { id: v1_id, uuid: id } = await newApp(key);
      const path = pathOf({ id, v1_id }, provider);
      const { json, shown } = await given(provider);
      await api("PUT", path, { token: key, json });
      await rows(
        "UPDATE push_credentials SET accepted_by = '[\"x\"]', sealed = 'x' || substr(sealed, 2) WHERE app_id = ?",
        v1_id,
      );
      if (provider === "webpush") {
        const { subject } = json;
        const made = await api("PUT", path, { token: key, json: { subject } });
        expect(made.body.data.public_key).not.toBe(json.public_key);
      }
      const put = await api("PUT", path, { token: key, json });
      expect(put.body.data).toMatchObject(shown);
      expect(
        await rows("SELECT accepted_by FROM push_credentials WHERE app_id = ?", v1_id),
      ).toEqual([{ accepted_by: "[]" }]);
    });
  });

  test.each([
    ["written out line ends", (pem: string) => pem.replaceAll("\n", "\\n")],
    ["CRLF", (pem: string) => pem.replaceAll("\n", "\r\n")],
    ["spaces around it and no last line end", (pem: string) => `  ${pem.trim()}`],
    ["quotes", (pem: string) => JSON.stringify(pem)],
  ])("a key pasted with %s works, and is kept as any other", async (_way, paste) => {
    const { key } = await newAccount();
    const { id: v1_id, uuid: id } = await newApp(key);
    const { ctx } = testContext();
    const [rsa, ec] = [await rsaPem(), await ecPem()];
    const fcm = { service_account: await serviceAccount({ private_key: paste(rsa) }) };
    const apns = await apnsKey({ private_key: paste(ec), key_id: " ABCDE12345\n" });
    for (const [provider, json, pem] of [
      ["fcm", fcm, rsa],
      ["apns", apns, ec],
    ] as const) {
      const put = await api("PUT", pathOf({ id, v1_id }, provider), { token: key, json });
      expect(put.status, JSON.stringify(put.body)).toBe(200);
      const kept = await openCredential(ctx, await findCredential(ctx, v1_id, provider));
      expect(kept.secret).toMatchObject({ private_key: pem });
      expect(put.body.data.key_id).toBe(provider === "apns" ? "ABCDE12345" : undefined);
    }
  });

  test("verifying the VAPID pair of a new app answers ok", async () => {
    const { key } = await newAccount();
    const path = pathOf(await newPushApp(key), "webpush");
    const verified = await api("POST", `${path}/verify`, { token: key });
    expect(verified.status).toBe(200);
    // with nobody to ask, it says so
    expect(verified.body).toEqual({ ok: true, detail: expect.stringContaining("Nobody") });
  });

  test("an unknown provider answers 404", async () => {
    const { key } = await newAccount();
    const path = pathOf(await newPushApp(key), "gcm");
    for (const method of ["GET", "PUT", "DELETE"]) {
      expect((await api(method, path, { token: key })).status).toBe(404);
    }
  });
});

test("API v1 answers 404 for credentials of another account's app and leaves them unchanged", async () => {
  const owner = await newAccount();
  const app = await newPushApp(owner.key);
  const { key } = await newAccount();
  const path = `/api/v1/apps/${app.v1_id}/push/credentials/webpush`;
  const before = await rows("SELECT * FROM push_credentials WHERE app_id = ?", app.v1_id);
  for (const [method, url] of [
    ["GET", path],
    ["PUT", path],
    ["DELETE", path],
    ["POST", `${path}/verify`],
  ] as const) {
    const json = { subject: "mailto:a@slipway.dev" };
    const refused = await api(method, url, { token: key, ...(method === "PUT" ? { json } : {}) });
    expect(refused.status).toBe(404);
    expect(refused.body).toEqual({ message: "App not found." });
  }
  const after = await rows("SELECT * FROM push_credentials WHERE app_id = ?", app.v1_id);
  expect(after).toEqual(before);
});

describe("Web Push", () => {
  test("keeps the existing key pair, or makes one, when only a subject is given", async () => {
    const { key } = await newAccount();
    const app = await newPushApp(key);
    const json = { subject: "https://slipway.dev/contact" };
    const kept = await api("PUT", pushPath(app, "webpush"), { token: key, json });
    expect(kept.body.data).toMatchObject({ ...json, public_key: app.vapid_public_key });

    const { uuid: id, id: v1_id } = await newApp(key);
    const made = await api("PUT", pushPath({ id, v1_id }, "webpush"), { token: key, json });
    expect(Buffer.from(made.body.data.public_key, "base64url")).toHaveLength(65);
    expect(JSON.stringify(made.body)).not.toContain("private");
    const shown = await api("GET", `${PUSH}/apps/${id}`, { token: key });
    expect(shown.body.data.vapid_public_key).toBe(made.body.data.public_key);
  });
});

const SUBJECT = ["must be a mailto: or https: address that others can reach"];
const PEM = "must be a private key in PKCS #8 form (PEM)";

describe("setting a credential", () => {
  test.each([
    ["webpush", {}, { subject: ["is required"] }],
    ["webpush", { subject: "push@slipway.dev" }, { subject: SUBJECT }],
    ["webpush", { subject: "http://slipway.dev" }, { subject: SUBJECT }],
    ["webpush", { subject: "mailto:a@localhost" }, { subject: SUBJECT }],
    ["webpush", { subject: "mailto:a@host.invalid" }, { subject: SUBJECT }],
    ["webpush", { subject: "https://127.0.0.1/" }, { subject: SUBJECT }],
    [
      "webpush",
      { subject: "mailto:a@slipway.dev", public_key: "x" },
      { private_key: ["is needed beside public_key"] },
    ],
    [
      "webpush",
      { subject: "mailto:a@slipway.dev", x: 1 },
      { x: ["is not a known field: the known ones are subject, public_key, private_key"] },
    ],
    ["fcm", {}, { service_account: ["is required"] }],
    ["fcm", { service_account: "{}" }, { service_account: ["must be an object"] }],
    [
      "fcm",
      { service_account: { type: "authorized_user" } },
      {
        "service_account.type": ["must be one of service_account"],
        "service_account.project_id": ["is required"],
        "service_account.private_key_id": ["is required"],
        "service_account.private_key": ["is required"],
        "service_account.client_email": ["is required"],
      },
    ],
    [
      "apns",
      {
        private_key: "-----BEGIN EC PRIVATE KEY-----",
        key_id: "abc",
        team_id: "ABC",
        topic: "a b",
        environment: "prod",
      },
      {
        private_key: [PEM],
        key_id: ["must be 10 capital letters and digits"],
        team_id: ["must be 10 capital letters and digits"],
        topic: ["must be a bundle id such as com.example.app"],
        environment: ["must be one of production, sandbox"],
      },
    ],
  ])("answers 422 for the %s credential %j", async (provider, json, details) => {
    const { key } = await newAccount();
    const app = await newPushApp(key);
    const refused = await api("PUT", pushPath(app, provider), { token: key, json });
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({ error: "Validation failed", details });
  });

  test("answers 422 for private keys that are of the wrong kind or can't be parsed", async () => {
    const { key } = await newAccount();
    const app = await newPushApp(key);
    const garbage = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    for (const private_key of [await ecPem(), await rsaPem(1024), longRsaPem(), garbage]) {
      const json = { service_account: await serviceAccount({ private_key }) };
      const refused = await api("PUT", pushPath(app, "fcm"), { token: key, json });
      expect(refused.status).toBe(422);
      expect(refused.body.details).toEqual({
        "service_account.private_key": [
          "must be an RSA key of 2048 to 8192 bits in PKCS #8 form (PEM)",
        ],
      });
    }
    for (const private_key of [await rsaPem(), await ecPem("P-384"), garbage]) {
      const json = await apnsKey({ private_key });
      const refused = await api("PUT", pushPath(app, "apns"), { token: key, json });
      expect(refused.body.details).toEqual({
        private_key: ["must be a P-256 key in PKCS #8 form (PEM)"],
      });
    }
    const set = await rows("SELECT provider FROM push_credentials WHERE app_id = ?", app.v1_id);
    expect(set).toEqual([{ provider: "webpush" }]);
  });

  test("answers 422 in API v1 in that API's own form", async () => {
    const { key } = await newAccount();
    const { id } = await newApp(key);
    const path = `/api/v1/apps/${id}/push/credentials/webpush`;
    const refused = await api("PUT", path, { token: key, json: {} });
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({
      message: "The subject field is required.",
      errors: { subject: ["The subject field is required."] },
    });
  });
});
