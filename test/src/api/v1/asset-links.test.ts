// The asset links of an app, and the certificate of Play's that its owner enters for them.
import { describe, expect, test } from "vitest";
import { useTestClock } from "../../../support/builds.ts";
import { newKeystore, newPublisher, type Publisher } from "../../../support/publisher.ts";
import { newAccount, newApp, newKey, newOwner, newPushApp } from "../../../support/scenario.ts";
import { api, rows, send } from "../../../support/worker.ts";

useTestClock();

const PLAY = "0123456789abcdef".repeat(4);
const withColons = (hex: string) => hex.toUpperCase().match(/../g)!.join(":");

const statement = (packageName: string, ...certificates: string[]) => ({
  relation: ["delegate_permission/common.handle_all_urls"],
  target: {
    namespace: "android_app",
    package_name: packageName,
    sha256_cert_fingerprints: certificates.map(withColons),
  },
});

async function linksOf({ account, app }: Pick<Publisher, "account" | "app">): Promise<unknown> {
  const path = `/api/v1/apps/${app.id}/assetlinks`;
  const { status, body } = await api("GET", path, { token: account.key });
  expect(status).toBe(200);
  return body;
}

describe("the asset links of an app", () => {
  test("are the bare list with its own certificate and Play's, which its caller may keep", async () => {
    const owner = await newPublisher();
    await owner.release();
    await owner.put({ play_signing_sha256: PLAY });
    const token = owner.account.key;
    const path = `/api/v1/apps/${owner.app.id}/assetlinks`;
    for (const method of ["GET", "HEAD"]) {
      const answer = await send(method, path, { token });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("application/json");
      expect(answer.headers.get("cache-control")).toBe("private, max-age=300");
      const text = await answer.text();
      if (method === "HEAD") continue;
      expect(JSON.parse(text)).toEqual([
        statement("com.example.a", owner.keystore.certificate_sha256, PLAY),
      ]);
    }
  });

  test("are empty while no certificate is known, and Play's alone where only that is", async () => {
    const owner = await newPublisher();
    expect(await linksOf(owner)).toEqual([]);
    await owner.put({ play_signing_sha256: PLAY });
    expect(await linksOf(owner)).toEqual([statement("com.example.a", PLAY)]);
    await owner.put({ play_signing_sha256: null });
    expect(await linksOf(owner)).toEqual([]);
  });

  test("of an app that the push API made are Play's alone until it has a key", async () => {
    const account = await newAccount();
    const made = await newPushApp(account.key);
    const [{ id, package_name }] = await rows("SELECT * FROM apps WHERE uuid = ?", made.id);
    const owner = { account, app: { id } } as Publisher;
    expect(await linksOf(owner)).toEqual([]);
    const json = { play_signing_sha256: PLAY };
    await api("PUT", `/api/v1/apps/${id}`, { token: account.key, json });
    expect(await linksOf(owner)).toEqual([statement(package_name, PLAY)]);
  });

  test("name the keystores of the app before its first release, and then the one that signed it", async () => {
    const owner = await newPublisher();
    const { key } = owner.account;
    const app_ids = [owner.app.id];
    const first = await newKeystore(key, { app_ids });
    const second = await newKeystore(key, { app_ids });
    expect(await linksOf(owner)).toEqual([
      statement("com.example.a", first.certificate_sha256, second.certificate_sha256),
    ]);
    await owner.release({ keystore_id: second.id });
    expect(await linksOf(owner)).toEqual([statement("com.example.a", second.certificate_sha256)]);
    // a certificate that is both is told once
    await owner.put({ play_signing_sha256: second.certificate_sha256 });
    expect(await linksOf(owner)).toEqual([statement("com.example.a", second.certificate_sha256)]);
  });

  test("follow a change of key and of package name, and keep the name that people have", async () => {
    const owner = await newPublisher();
    const first = owner.keystore.certificate_sha256;
    await newKeystore(owner.account.key, { app_ids: [owner.app.id] });
    await owner.release();
    await owner.put({ package_name: "com.example.b" });
    // not released yet under this name: the next release is held to the same key
    expect(await linksOf(owner)).toEqual([
      statement("com.example.b", first),
      statement("com.example.a", first),
    ]);
    const other = await newKeystore(owner.account.key);
    await owner.release({
      keystore_id: other.id,
      allow_signing_key_change: true,
      allow_package_change: true,
    });
    expect(await linksOf(owner)).toEqual([
      statement("com.example.b", other.certificate_sha256),
      statement("com.example.a", first),
    ]);
  });

  test("are for keys with the scope apps:read that may see the app", async () => {
    const owner = await newPublisher();
    const { id } = owner.account;
    const path = `/api/v1/apps/${owner.app.id}/assetlinks`;
    const get = async (token: string) => (await api("GET", path, { token })).status;
    expect(await get(await newKey(id, { scopes: ["apps:read"], app_ids: [owner.app.id] }))).toBe(
      200,
    );
    expect(await get(await newKey(id, { scopes: ["builds:read"] }))).toBe(403);
    const elsewhere = await newApp(owner.account.key);
    expect(await get(await newKey(id, { app_ids: [elsewhere.id] }))).toBe(404);
    expect(await get((await newOwner()).account.key)).toBe(404);
  });
});

describe("play_signing_sha256", () => {
  test.each([
    PLAY,
    PLAY.toUpperCase(),
    withColons(PLAY),
    withColons(PLAY).toLowerCase(),
    ` ${PLAY}\n`,
  ])(
    "is taken as %j, when an app is made and later, and shown in one form",
    async (play_signing_sha256) => {
      const { key } = await newAccount();
      const made = await newApp(key, { play_signing_sha256 });
      expect(made.play_signing_sha256).toBe(PLAY);
      const other = await newApp(key);
      expect(other.play_signing_sha256).toBeNull();
      const path = `/api/v1/apps/${other.id}`;
      const put = (json: unknown) => api("PUT", path, { token: key, json });
      expect((await put({ play_signing_sha256 })).body.data.play_signing_sha256).toBe(PLAY);
      expect((await put({ name: "B" })).body.data.play_signing_sha256).toBe(PLAY);
      expect((await put({ play_signing_sha256: null })).body.data.play_signing_sha256).toBeNull();
    },
  );

  test.each([
    "",
    PLAY.slice(1),
    `${PLAY}0`,
    PLAY.replace("0", "g"),
    `${withColons(PLAY)}:`,
    withColons(PLAY).replace(":", ""),
    withColons(PLAY).replaceAll(":", "-"),
    // of a SHA-1, which consoles show beside it
    withColons(PLAY.slice(0, 40)),
    PLAY.slice(0, 40),
  ])("is refused as %j", async (play_signing_sha256) => {
    const { account, app } = await newOwner();
    const message =
      "The play signing sha256 field must be a SHA-256, not a SHA-1 or MD5: 64 hexadecimal digits, or 32 pairs of them " +
      "with colons between.";
    for (const [method, path, more] of [
      ["PUT", `/api/v1/apps/${app.id}`, {}],
      ["POST", "/api/v1/apps", { name: "A", url: "https://example.com" }],
    ] as const) {
      const json = { ...more, play_signing_sha256 };
      const refused = await api(method, path, { token: account.key, json });
      expect([refused.status, refused.body.message]).toEqual([422, message]);
    }
  });
});
