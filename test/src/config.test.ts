// Reading the configuration: errors name everything that is wrong, without repeating secrets.
import { expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { bindings } from "../support/worker.ts";

const good = {
  ...bindings,
  ADMIN_TOKEN: "an-admin-token-of-32-characters!",
  SEALING_KEYS: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
  LINK_SIGNING_KEY: "a-link-signing-key-of-32-letters",
  PUBLIC_URL: "https://slipway.example///",
};

test("readConfig reads the configuration, with the public URL as an origin", () => {
  const config = readConfig(good);
  expect(config).toMatchObject({
    adminToken: good.ADMIN_TOKEN,
    linkSigningKey: good.LINK_SIGNING_KEY,
    publicUrl: "https://slipway.example",
  });
  expect(config.sealingKeys.current).toBe("k1");
  expect(config.batchSize).toBe(50);
  expect(readConfig({ ...good, BATCH_SIZE: "25" }).batchSize).toBe(25);
  expect(readConfig({ ...good, BATCH_SIZE: undefined }).batchSize).toBe(50);
  expect(readConfig({ ...good, PUBLIC_URL: "" }).publicUrl).toBe("");
});

// Android compares the host of a link with the one that was built into the app, letter by letter.
test.each([
  ["HTTPS://Slipway.Example", "https://slipway.example"],
  ["https://slipway.example:443/", "https://slipway.example"],
  ["https://bücher.example", "https://xn--bcher-kva.example"],
  ["http://127.0.0.1:8787", "http://127.0.0.1:8787"],
])("PUBLIC_URL %j is the origin %j", (url, origin) => {
  expect(readConfig({ ...good, PUBLIC_URL: url }).publicUrl).toBe(origin);
});

test.each([
  "https://slipway.example/api",
  "https://slipway.example?a",
  "https://slipway.example/#a",
  "https://ann:secret@slipway.example",
  "ftp://slipway.example",
])("PUBLIC_URL %j, which is no origin, is refused with what is allowed", (url) => {
  expect(() => readConfig({ ...good, PUBLIC_URL: url })).toThrow(
    "Configuration: PUBLIC_URL: must be empty or an origin, such as https://slipway.example",
  );
});

test("readConfig names everything that is missing", () => {
  expect(() => readConfig({ PUBLIC_URL: "" })).toThrow(
    /ADMIN_TOKEN.*SEALING_KEYS.*LINK_SIGNING_KEY/,
  );
});

test.each([
  ["ADMIN_TOKEN", "short-secret"],
  ["SEALING_KEYS", "k1:c2hvcnQtc2VjcmV0"],
  ["LINK_SIGNING_KEY", "short-secret"],
  ["PUBLIC_URL", "not-a-url"],
  ["ASSET_LINKS", "com.example.app"],
  ["BATCH_SIZE", "51"],
  ["BATCH_SIZE", "19"],
  ["BATCH_SIZE", "25.0"],
])("an invalid %s, %j, is refused by name, and its value is not repeated", (name, value) => {
  let said = "";
  try {
    readConfig({ ...good, [name]: value });
  } catch (error) {
    said = String(error);
  }
  expect(said).toContain(name);
  expect(said).not.toContain(value);
});

test("mail is sent where a token and a sender are set; it goes into the log on the local stack alone", () => {
  const mail = (over: Record<string, string>) => readConfig({ ...good, ...over }).mail;
  expect(mail({})).toBeNull();
  expect(mail({ ALLOW_PRIVATE_TARGETS: "0" })).toBeNull();
  expect(mail({ ALLOW_PRIVATE_TARGETS: "1" })).toBe("log");
  const set = { MAIL_TOKEN: "re_1", MAIL_FROM: "Slipway <hello@slipway.example>" };
  expect(mail(set)).toEqual({
    url: "https://api.resend.com",
    token: "re_1",
    from: "Slipway <hello@slipway.example>",
  });
  expect(mail({ ...set, ALLOW_PRIVATE_TARGETS: "1" })).toMatchObject({ token: "re_1" });
  expect(mail({ MAIL_TOKEN: "re_1" })).toBeNull();
  expect(mail({ MAIL_FROM: "hello@slipway.example" })).toBeNull();
  for (const from of ["hello", "a@b <c", "Slipway\r\nBcc: <x@y.z>"]) {
    expect(() => mail({ ...set, MAIL_FROM: from }), from).toThrow("MAIL_FROM");
  }
});

test("a provider to sign in by is there once both its values are", () => {
  const providers = (over: Record<string, string>) =>
    readConfig({ ...good, ...over }).signIn.providers;
  expect(providers({ GITHUB_CLIENT_ID: "a" })).toEqual({});
  expect(providers({ GITHUB_CLIENT_ID: "a", GITHUB_CLIENT_SECRET: "b" })).toEqual({
    github: { clientId: "a", clientSecret: "b" },
  });
});
