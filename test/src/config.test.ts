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
  expect(readConfig({ ...good, PUBLIC_URL: "" }).publicUrl).toBe("");
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
