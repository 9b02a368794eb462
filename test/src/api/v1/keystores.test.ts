// Keystores: generated or uploaded, exported, deleted, and sealed in the database.
import { X509Certificate, createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { exportPkcs12 } from "../../../../src/kit/keystore/export.ts";
import { openKeystore } from "../../../../src/kit/keystore/open.ts";
import { fixtures } from "../../kit/keystore/fixtures/keystores.ts";
import { api, beginMinute, rows, send } from "../../../support/worker.ts";
import { newAccount, newApp, newKey } from "../../../support/scenario.ts";

const YEAR_MS = 365.25 * 86_400_000;
const KIB = 1024;

async function upload(token: string, wanted: Record<string, unknown>) {
  const json = { name: "Release", store_password: "store-pass", ...wanted };
  return api("POST", "/api/v1/keystores", { token, json });
}

/** A JKS file of one key under another alias (src/kit/keystore/jks.ts describes the format). */
function jksNamed(alias: string): string {
  const file = Buffer.from(fixtures.jksRsaKeyPassword, "base64");
  const name = Buffer.from(alias);
  const length = Buffer.from([name.length >> 8, name.length & 0xff]);
  const key = file.subarray(18 + file.readUInt16BE(16), -20);
  const body = Buffer.concat([file.subarray(0, 16), length, name, key]);
  const password = Buffer.from("store-pass", "utf16le").swap16();
  const digest = createHash("sha1")
    .update(password)
    .update("Mighty Aphrodite")
    .update(body)
    .digest();
  return Buffer.concat([body, digest]).toString("base64");
}

/** The base64 of a file, or else of one that also opens, that ends in two signs of padding. */
function padded(file: Uint8Array): string {
  const opened = openKeystore(file, { storePassword: "store-pass", now: Date.now() });
  if (!opened.ok) throw new Error(opened.refusal.code);
  for (let length = 1; ; length += 1) {
    const keystore = { ...opened.keystore, alias: "a".repeat(length) };
    const text = Buffer.from(exportPkcs12(keystore, "store-pass")).toString("base64");
    if (text.endsWith("==")) return text;
  }
}

/** A PKCS #12 file of one key under another alias. */
function pkcs12Named(alias: string): string {
  const file = new Uint8Array(Buffer.from(fixtures.pkcs12Ec, "base64"));
  const opened = openKeystore(file, { storePassword: "store-pass", now: Date.now() });
  if (!opened.ok) throw new Error(opened.refusal.code);
  return Buffer.from(exportPkcs12({ ...opened.keystore, alias }, "store-pass")).toString("base64");
}

/** A file of JDK 8 to 15 that asks for `to` iterations wherever it asked for `from`. */
function withIterations(from: number, to: number): string {
  const integer = (value: number) => `0203${value.toString(16).padStart(6, "0")}`;
  const hex = Buffer.from(fixtures.pkcs12LegacyRsa, "base64").toString("hex");
  return Buffer.from(hex.replaceAll(integer(from), integer(to)), "hex").toString("base64");
}

/** The exported file, opened with its password. */
async function exported(token: string, id: number, password: string) {
  const response = await send("POST", `/api/v1/keystores/${id}/export`, {
    token,
    json: { password },
  });
  expect(response.status).toBe(200);
  const file = new Uint8Array(await response.arrayBuffer());
  const opened = openKeystore(file, { storePassword: password, now: Date.now() });
  if (!opened.ok) throw new Error(opened.refusal.code);
  return { response, file, keystore: opened.keystore };
}

describe.each(["rsa", "ec"] as const)("a generated %s keystore", (algorithm) => {
  test("is valid for thirty years, kept sealed, and exported as it was made", async () => {
    const { key } = await newAccount();
    const json = { name: "Release", algorithm };
    const made = await api("POST", "/api/v1/keystores", { token: key, json });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      data: {
        id: expect.any(Number),
        name: "Release",
        algorithm,
        alias: expect.any(String),
        certificate_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        certificate_sha1: expect.stringMatching(/^[0-9a-f]{40}$/),
        app_ids: [],
        expires_at: expect.stringMatching(/\.\d{6}Z$/),
        created_at: expect.stringMatching(/\.\d{6}Z$/),
      },
    });
    const { id, expires_at: expiresAt, certificate_sha256: digest } = made.body.data;
    const years = (Date.parse(expiresAt) - Date.now()) / YEAR_MS;
    expect(years).toBeGreaterThan(29.9);
    expect(years).toBeLessThan(30.1);

    const { response, keystore } = await exported(key, id, "secret-pass");
    expect(response.headers.get("content-type")).toBe("application/x-pkcs12");
    expect(response.headers.get("content-disposition")).toContain('filename="Release.p12"');
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(keystore).toMatchObject({ algorithm, certificateSha256: digest });
    const { publicKey, fingerprint } = new X509Certificate(keystore.certificates[0]!);
    const sha1 = fingerprint.replaceAll(":", "").toLowerCase();
    expect(made.body.data.certificate_sha1).toBe(sha1);
    expect(publicKey.asymmetricKeyDetails).toMatchObject(
      algorithm === "rsa" ? { modulusLength: 2048 } : { namedCurve: "prime256v1" },
    );

    const [row] = await rows("SELECT * FROM keystores WHERE id = ?", id);
    const secret = Buffer.from(keystore.privateKey);
    for (const form of ["base64", "base64url", "hex"] as const) {
      expect(JSON.stringify(row)).not.toContain(secret.toString(form).slice(60, 90));
    }
    expect(row.sealed).toMatch(/^v1\.k1\./);
  });
});

describe("uploading a keystore", () => {
  test.each([
    ["JKS", jksNamed],
    ["PKCS #12", pkcs12Named],
  ])("shortens the alias of a %s file to one line of at most 200 characters", async (_, named) => {
    const { key } = await newAccount();
    const file = named(`up\r\nload\u0001${"x".repeat(60_000)}`);
    const alias = "upload".padEnd(200, "x");
    const made = await upload(key, { file, key_password: "key-pass" });
    expect(made.body.data).toMatchObject({ alias });
    expect((await upload(key, { file, key_password: "key-pass", alias })).status).toBe(201);
    const refused = await upload(key, { file, alias: "other" });
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual({ alias: [`The alias field must be one of ${alias}.`] });
  });

  test.each<[keyof typeof fixtures, "rsa" | "ec", string, Record<string, unknown>]>([
    ["pkcs12Rsa", "rsa", "upload", {}],
    ["pkcs12Ec", "ec", "upload", {}],
    ["pkcs12Ec", "ec", "upload", { alias: "UPLOAD" }],
    ["pkcs12Ec", "ec", "upload", { alias: "", key_password: null }],
    // 350,000 iterations, which is what JDK 8 to 15 wrote, and 500,000 with a second password for the key.
    ["pkcs12LegacyRsa", "rsa", "upload", {}],
    ["pkcs12LegacyRsa", "rsa", "upload", { key_password: "never-used" }],
    ["pkcs12TwoKeys", "ec", "second", { alias: "Second" }],
    ["pkcs12KeyPassword", "ec", "upload", { key_password: "key-pass" }],
    ["jksRsaKeyPassword", "rsa", "upload", { key_password: "key-pass", alias: "uPLoad" }],
    ["jksEcTwoKeys", "ec", "first", { alias: "FIRST" }],
  ])(
    "accepts %s as an %s key with the alias %s, given %j",
    async (name, algorithm, alias, wanted) => {
      const { key } = await newAccount();
      const made = await upload(key, { file: fixtures[name], ...wanted });
      expect(made.status).toBe(201);
      expect(made.body.data).toMatchObject({ name: "Release", algorithm, alias });
      const { keystore } = await exported(key, made.body.data.id, "other-pass");
      expect(keystore.certificateSha256).toBe(made.body.data.certificate_sha256);
      const original = openKeystore(Buffer.from(fixtures[name], "base64"), {
        storePassword: "store-pass",
        keyPassword: typeof wanted.key_password === "string" ? wanted.key_password : undefined,
        alias,
        now: Date.now(),
      });
      expect(original.ok && original.keystore.privateKey).toEqual(keystore.privateKey);
    },
  );

  test.each([
    ["lines of 64", (text: string) => text.replaceAll(/.{64}/g, "$&\n")],
    ["lines of 76 as MIME has them", (text: string) => text.replaceAll(/.{76}/g, "$&\r\n")],
    ["blanks around it", (text: string) => ` \t\r\n${text}\n\n`],
    ["blanks within its padding", (text: string) => `${text.replace(/={1,2}$/, "")} = \t= `],
    ["a blank after each character", (text: string) => [...text].join(" ")],
    ["spaces that are no ASCII", (text: string) => `\ufeff${text}\u00a0\u2028`],
  ])("takes base64 with %s", async (_, spaced) => {
    const { key } = await newAccount();
    const file = padded(new Uint8Array(Buffer.from(fixtures.pkcs12Ec, "base64")));
    const plain = await upload(key, { file });
    const made = await upload(key, { file: spaced(file) });
    expect([plain.status, made.status]).toEqual([201, 201]);
    expect(made.body.data.certificate_sha256).toBe(plain.body.data.certificate_sha256);
  });

  test("counts a file's bytes, and not the white space around them", async () => {
    const { key } = await newAccount();
    const lines = (bytes: number) =>
      Buffer.alloc(bytes).toString("base64").replaceAll(/.{4}/g, "$&\r\n");
    const most = await upload(key, { file: lines(256 * KIB) });
    expect(most.body.errors).toEqual({
      file: ["The file field must be a PKCS #12 or JKS keystore."],
    });
    const more = await upload(key, { file: lines(256 * KIB + 1) });
    expect(more.body.errors).toEqual({
      file: ["The file field must not be larger than 256 kilobytes."],
    });
    for (const empty of [" ", "\r\n\t"]) {
      const refused = await upload(key, { file: empty });
      expect([refused.status, Object.keys(refused.body.errors)]).toEqual([422, ["file"]]);
    }
  });

  test.each(["  upload", "upload\n", "\tUPLOAD \r\n"])(
    "ignores the blanks around the alias %j",
    async (alias) => {
      const { key } = await newAccount();
      const made = await upload(key, { file: fixtures.pkcs12Ec, alias });
      expect([made.status, made.body.data?.alias]).toEqual([201, "upload"]);
      expect((await upload(key, { file: fixtures.pkcs12Ec, alias: "up load" })).status).toBe(422);
    },
  );

  test("ignores an alias of nothing but blanks, as if none were given", async () => {
    const { key } = await newAccount();
    expect((await upload(key, { file: fixtures.pkcs12Ec, alias: "  " })).status).toBe(201);
    const refused = await upload(key, { file: fixtures.pkcs12TwoKeys, alias: " \n" });
    expect(refused.body.errors.alias[0]).toContain("is required");
  });

  test.each([
    ["JKS", jksNamed],
    ["PKCS #12", pkcs12Named],
  ])("a key of a %s file is found by its alias without the blanks around it", async (_, named) => {
    const { key } = await newAccount();
    for (const alias of ["upload", " upload", "  upload "]) {
      const wanted = { file: named(`${" ".repeat(300)}upload  `), key_password: "key-pass", alias };
      const made = await upload(key, wanted);
      expect([made.status, made.body.data?.alias], alias).toEqual([201, "upload"]);
    }
    // apksigner signs with no key whose alias is empty, so it is named by its number, as Java does.
    const nameless = await upload(key, { file: named(" \u0001 "), key_password: "key-pass" });
    expect([nameless.status, nameless.body.data?.alias]).toEqual([201, "1"]);
  });

  const file = fixtures.pkcs12Ec;
  const two = fixtures.pkcs12TwoKeys;
  const large = (bytes: number) => Buffer.alloc(bytes).toString("base64");
  test.each<[string, Record<string, unknown>, string, string]>([
    [
      "a wrong password",
      { file, store_password: "wrong" },
      "store_password",
      "does not open the keystore.",
    ],
    ["no password", { file, store_password: undefined }, "store_password", "is required."],
    [
      "a password that is a number",
      { file, store_password: 5 },
      "store_password",
      "must be a string.",
    ],
    [
      "a wrong JKS password",
      { file: fixtures.jksRsaKeyPassword, store_password: "x" },
      "store_password",
      "does not open the keystore.",
    ],
    [
      "a wrong key password",
      { file: fixtures.jksRsaKeyPassword, key_password: "x" },
      "key_password",
      "does not open the key.",
    ],
    ["two keys and no alias", { file: two }, "alias", "is required: the file holds first, second."],
    ["an alias that is not there", { file, alias: "nope" }, "alias", "must be one of upload."],
    [
      "an expired certificate",
      { file: fixtures.pkcs12Expired },
      "file",
      "holds a certificate that has expired.",
    ],
    [
      "a certificate that names nobody",
      { file: fixtures.opensslNobody },
      "file",
      "holds a certificate that Android's tools refuse: it must name issuer and owner, name its curve and hold a whole point " +
        "if the key is EC, allow signatures, and have no critical extension beside those of RFC 5280.",
    ],
    [
      "an RSA key of 1024 bits",
      { file: fixtures.pkcs12Rsa1024 },
      "file",
      "must hold an RSA key of 2048 to 8192 bits or a P-256 key.",
    ],
    ["a file without a key", { file: fixtures.jksNoKey }, "file", "holds no private key."],
    ["a file that is no keystore", { file: "AAAA" }, "file", "must be a PKCS #12 or JKS keystore."],
    ["a file that is not base64", { file: "!!" }, "file", "must be base64."],
    ["an empty file", { file: "" }, "file", "is required."],
    ["a file that is a number", { file: 5 }, "file", "must be base64."],
    ["a file that is null", { file: null }, "file", "is required."],
    [
      "a file one byte over 256 KiB",
      { file: large(256 * KIB + 1) },
      "file",
      "must not be larger than 256 kilobytes.",
    ],
    [
      "a file of 300 KiB",
      { file: large(300 * KIB) },
      "file",
      "must not be larger than 256 kilobytes.",
    ],
    ["a blank name", { file, name: " " }, "name", "is required."],
    [
      "a file whose MAC asks for one iteration too many, whatever the password",
      { file: withIterations(100_000, 100_001), store_password: "wrong" },
      "file",
      "asks for 100001 iterations of one key derivation; at most 100000 are allowed.",
    ],
    [
      "a file that asks for too many iterations in all, whatever the password",
      { file: withIterations(50_000, 100_000), store_password: "wrong", key_password: "other" },
      "file",
      "asks for 900000 iterations of key derivation in all; at most 500000 are allowed.",
    ],
  ])("answers 422 for %s and keeps nothing", async (_name, wanted, field, end) => {
    const { id, key } = await newAccount();
    const refused = await upload(key, wanted);
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.errors)).toEqual([field]);
    expect(refused.body.message.endsWith(end), refused.body.message).toBe(true);
    expect(JSON.stringify(refused.body)).not.toContain("wrong");
    expect(await rows("SELECT id FROM keystores WHERE account_id = ?", id)).toEqual([]);
  });

  test("answers 413 to a file of 10 MB, and says how large a request may be", async () => {
    const { id, key } = await newAccount();
    const refused = await upload(key, { file: large(10_000_000) });
    expect(refused.status).toBe(413);
    expect(refused.body.message).toMatch(/1 MiB|1,?048,?576/);
    expect(await rows("SELECT id FROM keystores WHERE account_id = ?", id)).toEqual([]);
  });

  test("reads a file of exactly 256 KiB, and refuses zeros as no keystore", async () => {
    const { key } = await newAccount();
    const refused = await upload(key, { file: large(256 * KIB) });
    expect(refused.body.errors).toEqual({
      file: ["The file field must be a PKCS #12 or JKS keystore."],
    });
  });
});

describe("keystores made, uploaded and exported", () => {
  const PER_MINUTE = 20;

  test("are 20 a minute for an account, whichever of its keys asks, and refused uploads count", async () => {
    const { id, key } = await newAccount();
    const [second, reader] = [await newKey(id), await newKey(id, { scopes: ["builds:read"] })];
    beginMinute();
    // What a key may not do is not counted.
    expect((await upload(reader, { file: fixtures.pkcs12Ec })).status).toBe(403);
    const made = await upload(key, { file: fixtures.pkcs12Ec });
    expect(made.status).toBe(201);
    expect(made.headers.get("x-ratelimit-limit")).toBe(String(PER_MINUTE));
    expect(made.headers.get("x-ratelimit-remaining")).toBe(String(PER_MINUTE - 1));
    const { response } = await exported(second, made.body.data.id, "secret-pass");
    expect(response.headers.get("x-ratelimit-remaining")).toBe(String(PER_MINUTE - 2));
    for (let left = PER_MINUTE - 3; left >= 0; left--) {
      const refused = await upload(left % 2 ? key : second, { file: "AAAA" });
      expect(refused.status).toBe(422);
      expect(refused.headers.get("x-ratelimit-remaining")).toBe(String(left));
    }
    for (const token of [key, second]) {
      const refused = await upload(token, { file: fixtures.pkcs12Ec });
      expect(refused.status).toBe(429);
      expect(refused.body).toEqual({ message: "Too Many Attempts." });
      expect(refused.headers.get("x-ratelimit-limit")).toBe(String(PER_MINUTE));
      expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    }
    const path = `/api/v1/keystores/${made.body.data.id}`;
    const json = { password: "secret-pass" };
    expect((await api("POST", `${path}/export`, { token: key, json })).status).toBe(429);
    expect((await api("GET", "/api/v1/keystores", { token: key })).status).toBe(200);
    expect((await upload((await newAccount()).key, { file: fixtures.pkcs12Ec })).status).toBe(201);
  });
});

test.each([
  [{}, "The name field is required. (and 1 more error)"],
  [
    { name: "x", algorithm: "dsa" },
    "The selected algorithm is invalid. It must be one of rsa, ec.",
  ],
  [{ name: "x", algorithm: null }, "The algorithm field is required."],
  [{ name: "x\u0000", algorithm: "ec" }, "The name field must not hold control characters."],
])("refuses to generate a keystore from %j", async (json, message) => {
  const { key } = await newAccount();
  const refused = await api("POST", "/api/v1/keystores", { token: key, json });
  expect(refused.status).toBe(422);
  expect(refused.body.message).toBe(message);
});

test("an export needs a password of at least 6 characters", async () => {
  const { key } = await newAccount();
  const { body } = await upload(key, { file: fixtures.pkcs12Ec });
  for (const password of ["12345", "", null, 123_456, undefined]) {
    const json = { password };
    const path = `/api/v1/keystores/${body.data.id}/export`;
    const refused = await api("POST", path, { token: key, json });
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.errors)).toEqual(["password"]);
  }
  const { file } = await exported(key, body.data.id, "123456");
  expect(openKeystore(file, { storePassword: "other!", now: Date.now() }).ok).toBe(false);
});

test("an export's password is printable ASCII, since keytool and apksigner open no file with another", async () => {
  const { key } = await newAccount();
  const { body } = await upload(key, { file: fixtures.pkcs12Ec });
  const path = `/api/v1/keystores/${body.data.id}/export`;
  const printable = String.fromCharCode(...Array.from({ length: 95 }, (_, at) => 0x20 + at));
  for (const password of [printable, " a b c ", "x".repeat(1000)]) {
    await exported(key, body.data.id, password);
  }
  for (const password of [
    "pässwört",
    "密码密码密码",
    "secret🔑",
    "secret\n",
    "sec\tret",
    "secret\u0000",
    "secret\u007f",
    "secret\u00a0",
  ]) {
    const refused = await api("POST", path, { token: key, json: { password } });
    expect([refused.status, refused.body.errors], password).toEqual([
      422,
      {
        password: [
          "The password field must hold printable ASCII characters only: keytool and apksigner can't open a file with others.",
        ],
      },
    ]);
  }
  const long = await api("POST", path, { token: key, json: { password: "x".repeat(1001) } });
  expect(long.status).toBe(422);
});

test.each([
  ["Upload key", "Upload key.p12"],
  ["../a/b\\c:d", "a b c d.p12"],
  ["...", "keystore.p12"],
  ["\u202etxt.exe", "txt.exe.p12"],
  ["日".repeat(100), `${"日".repeat(66)}.p12`],
])("a keystore named %j is exported as the file %j", async (name, fileName) => {
  const { key } = await newAccount();
  const made = await upload(key, { file: fixtures.pkcs12Ec, name });
  const { response } = await exported(key, made.body.data.id, "secret-pass");
  const header = response.headers.get("content-disposition") ?? "";
  expect(decodeURIComponent(header.split("UTF-8''")[1] ?? "")).toBe(fileName);
});

test("a keystore that an active build needs can't be deleted until the build is over", async () => {
  const { id, key } = await newAccount();
  const { body } = await upload(key, { file: fixtures.pkcs12Ec });
  const app = await newApp(key);
  await rows(
    `INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format,
       version_name, version_code, snapshot, certificate_sha256, certificate_sha1, cost, keystore_id, created_at)
     VALUES ('r', ?, ?, 'building', 'android-webview', 'release', 'apk', '1', 1, '{}', 'c0ffee', 'bead', 1, ?, 0)`,
    id,
    app.id,
    body.data.id,
  );
  const path = `/api/v1/keystores/${body.data.id}`;
  const refused = await api("DELETE", path, { token: key });
  expect(refused.status).toBe(409);
  expect(refused.body).toEqual({
    message: "Cannot delete a keystore that an active build needs.",
    error: "keystore_in_use",
  });
  await exported(key, body.data.id, "secret-pass");
  await rows("UPDATE builds SET status = 'failed' WHERE app_id = ?", app.id);
  expect((await api("DELETE", path, { token: key })).status).toBe(200);
  const [build] = await rows("SELECT keystore_id FROM builds WHERE app_id = ?", app.id);
  expect(build.keystore_id).toBe(body.data.id);
});

test("a deleted keystore is gone from the list and the database and not exported, and the others stay", async () => {
  const { key } = await newAccount();
  const [first, second] = [
    await upload(key, { file: fixtures.pkcs12Ec }),
    await upload(key, { file: fixtures.pkcs12Rsa, name: "Schlüssel 密钥" }),
  ];
  const list = async () => (await api("GET", "/api/v1/keystores", { token: key })).body;
  expect((await list()).data).toEqual([second.body.data, first.body.data]);
  const path = `/api/v1/keystores/${first.body.data.id}`;
  const gone = await api("DELETE", path, { token: key });
  expect(gone.status).toBe(200);
  expect(gone.body).toEqual({ message: "Keystore deleted successfully." });
  expect(await list()).toEqual({ data: [second.body.data], meta: { current_page: 1, total: 1 } });
  expect(await rows("SELECT id FROM keystores WHERE id = ?", first.body.data.id)).toEqual([]);
  const json = { password: "secret-pass" };
  for (const missing of [
    await api("DELETE", path, { token: key }),
    await api("POST", `${path}/export`, { token: key, json }),
  ]) {
    expect(missing.status).toBe(404);
    expect(missing.body).toEqual({ message: "Keystore not found." });
  }
  const { response } = await exported(key, second.body.data.id, "secret-pass");
  expect(response.headers.get("content-disposition")).toContain("filename*=UTF-8''Schl%C3%BCssel");
});

test("a private key copied into another account's row can't be exported by that account", async () => {
  const [mine, thief] = [await newAccount(), await newAccount()];
  const json = { name: "R", algorithm: "ec" };
  const { id } = (await api("POST", "/api/v1/keystores", { token: mine.key, json })).body.data;
  const theirs = await api("POST", "/api/v1/keystores", { token: thief.key, json });
  await rows(
    `UPDATE keystores SET (sealed, sealed_for, certificate_sha256) =
       (SELECT sealed, sealed_for, certificate_sha256 FROM keystores WHERE id = ?) WHERE id = ?`,
    id,
    theirs.body.data.id,
  );
  const path = `/api/v1/keystores/${theirs.body.data.id}/export`;
  const stolen = await api("POST", path, { token: thief.key, json: { password: "secret-pass" } });
  expect(stolen.status).toBe(500);
  await exported(mine.key, id, "secret-pass");
});
