// From an app's snapshot to settings, manifest tree and assets/config.json.
import { describe, expect, test } from "vitest";
import { manifestTree } from "../../../builder/android/manifest.ts";
import type { XmlElement } from "../../../builder/android/model.ts";
import { resolveSettings } from "../../../builder/android/settings.ts";
import { encodeShellConfig } from "../../../builder/android/shell-config.ts";
import type { AppSnapshot } from "../../../src/protocol/builder.ts";
import { AppConfig } from "../../../src/protocol/config.ts";
import { ShellConfig } from "../../../src/protocol/shell-config.ts";
import { anApp } from "./support/inputs.ts";

const shellOf = (app: AppSnapshot): ShellConfig =>
  ShellConfig.parse(
    JSON.parse(new TextDecoder().decode(encodeShellConfig(resolveSettings(app, false, null)))),
  );

const manifestOf = (config: AppConfig, url = "https://example.com"): XmlElement =>
  manifestTree(resolveSettings(anApp({ config, url }), false, null));

const namesOf = (root: XmlElement, tag: string): unknown[] =>
  root.children
    .filter(({ name }) => name === tag)
    .map(({ attributes }) => attributes.find(({ name }) => name === "name")?.value)
    .map((value) => (value?.kind === "string" ? value.value : null));

describe("assets/config.json", () => {
  test("has every key, with its default", () => {
    expect(shellOf(anApp())).toEqual({
      schema: 1,
      url: "https://www.example.com/start?from=app",
      hosts: ["www.example.com"],
      custom_tab_hosts: [],
      cleartext_hosts: [],
      custom_scheme: null,
      user_agent_suffix: "",
      theme_color: "#ffffff",
      background_color: "#ffffff",
      text_zoom: null,
      pull_to_refresh: false,
      offline_page: false,
      third_party_cookies: true,
      protected_media: false,
      fullscreen: false,
      keep_awake: false,
      permissions: [],
      push: null,
    });
  });

  test("has the hosts without TLS as Android takes them, the own host of an https page never", () => {
    const config = { cleartext_hosts: ["*.till.example", "a.till.example", "*.www.example.com"] };
    expect(shellOf(anApp({ config })).cleartext_hosts).toEqual([
      "*.till.example",
      "till.example",
      "a.till.example",
      "*.www.example.com",
    ]);
  });

  test("carries what the owner set, the start page's host first and once", () => {
    const config = AppConfig.parse({
      theme_color: "#AABBCC",
      background_color: "#010203",
      allowed_hosts: ["*.example.org", "www.example.com", "*.example.org"],
      return_hosts: ["login.example.com"],
      custom_tab_hosts: ["accounts.example.net/sign-in/*"],
      custom_scheme: "Example",
      theme: "dark",
      text_zoom: 120,
      pull_to_refresh: true,
      offline_page: "<p>No network",
      third_party_cookies: false,
      protected_media: true,
      user_agent_suffix: "Slipway/1",
      permissions: ["notifications", "camera", "camera"],
      fullscreen: true,
      keep_awake: true,
    });
    expect(shellOf(anApp({ config }))).toMatchObject({
      hosts: ["www.example.com", "*.example.org", "login.example.com/*"],
      custom_tab_hosts: ["accounts.example.net/sign-in/*"],
      custom_scheme: "example",
      text_zoom: 120,
      pull_to_refresh: true,
      offline_page: true,
      third_party_cookies: false,
      protected_media: true,
      theme_color: "#aabbcc",
      background_color: "#010203",
      user_agent_suffix: "Slipway/1",
      permissions: ["camera", "notifications"],
      fullscreen: true,
      keep_awake: true,
    });
  });
});

describe("manifest", () => {
  test("asks only for the network unless more is wanted", () => {
    expect(namesOf(manifestOf({}), "uses-permission")).toEqual([
      "android.permission.INTERNET",
      "android.permission.ACCESS_NETWORK_STATE",
    ]);
    expect(namesOf(manifestOf({}), "uses-feature")).toEqual([]);
  });

  test.each([
    ["camera", ["CAMERA"], ["camera", "camera.autofocus"]],
    ["microphone", ["RECORD_AUDIO", "MODIFY_AUDIO_SETTINGS"], ["microphone"]],
    [
      "location",
      ["ACCESS_COARSE_LOCATION", "ACCESS_FINE_LOCATION"],
      ["location", "location.gps", "location.network"],
    ],
    ["notifications", ["POST_NOTIFICATIONS"], []],
  ] as const)("%s adds its permissions, and requires no feature", (ability, added, features) => {
    const root = manifestOf({ permissions: [ability] });
    expect(namesOf(root, "uses-permission").slice(2)).toEqual(
      added.map((name) => `android.permission.${name}`),
    );
    // a feature that is not named would be required for its permission
    expect(namesOf(root, "uses-feature")).toEqual(
      features.map((name) => `android.hardware.${name}`),
    );
    for (const { name, attributes } of root.children) {
      if (name !== "uses-feature") continue;
      const required = attributes.find((one) => one.name === "required");
      expect(required?.value).toEqual({ kind: "boolean", value: false });
    }
  });

  test("says where TLS is wanted in the network configuration alone, as Android 17 reads it", () => {
    const { children } = manifestOf({}, "http://example.com/");
    const names = children
      .find(({ name }) => name === "application")
      ?.attributes.map(({ name }) => name);
    expect(names).toContain("networkSecurityConfig");
    expect(names).not.toContain("usesCleartextTraffic");
  });

  // By http, or at another port, the own host's filter takes no link of https at the usual one.
  test.each([
    ["https://example.com", ["https example.com"]],
    ["https://example.com:443/", ["https example.com"]],
    ["http://example.com", ["http example.com", "https example.com"]],
    ["https://example.com:8443", ["https example.com 8443", "https example.com"]],
    ["https://example.com./", ["https example.com"]],
  ])("opens what return_hosts ask for with a start page at %s", (url, wanted) => {
    const root = manifestOf({ return_hosts: ["example.com"] }, url);
    const filters = root.children
      .flatMap(({ children }) => children)
      .flatMap((one) => one.children);
    const links = filters.flatMap(({ children }) => children.filter(({ name }) => name === "data"));
    const texts = links.map(({ attributes }) => attributes.map(({ value }) => value));
    expect(
      texts.map((values) => values.map((one) => ("value" in one ? one.value : "")).join(" ")),
    ).toEqual(wanted);
  });

  test("says of every component whether it is exported", () => {
    const application = manifestOf({}).children.find(({ name }) => name === "application");
    expect(application?.children).toHaveLength(1);
    for (const { attributes } of application?.children ?? []) {
      expect(attributes.map(({ name }) => name)).toContain("exported");
    }
  });
});

describe("apps that can't be packaged", () => {
  const label = (length: number): string => "a".repeat(length);
  const labels = (count: number): string => Array(count).fill(label(63)).join(".");
  test.each([
    ["another scheme", "ftp://example.com"],
    ["a script", "javascript:alert(1)"],
    ["data", "data:text/html,hello"],
    ["a file", "file:///etc/passwd"],
    ["no URL", "nonsense"],
    ["no host", "https://"],
    ["no slashes", "https:example.com"],
    ["blanks around it", " https://example.com"],
    ["a tab, which URL would drop", "https://exam\tple.com"],
    ["a control character", "https://example.com/\u0000"],
    ["a lone surrogate", "https://example.com/\ud800"],
    ["a name and a password", "https://name:secret@example.com"],
    ["a name", "https://name@example.com"],
    ["a port beyond 65535", "https://example.com:65536"],
    ["a host of 300 letters", `https://${label(300)}`],
    ["a label of 64 letters", `https://${label(64)}.example`],
    ["a host of 254 letters", `https://${labels(3)}.${label(62)}`],
    ["an international label of 64 letters", `https://${"ü".repeat(60)}.example`],
    ["an empty label", "https://www..example"],
    ["an empty first label", "https://.example"],
    ["a host with a quote", "https://it's.example"],
    ["an IPv4 address out of range", "https://1.2.3.256"],
    ["a zone of IPv6", "https://[fe80::1%25eth0]/"],
  ])("are refused for an address with %s", (_, url) => {
    expect(() => resolveSettings(anApp({ url }), true, null)).toThrow(
      expect.objectContaining({ code: "invalid_app" }),
    );
  });

  test.each([
    ["a package name of one segment", { package_name: "example" }],
    ["a segment that begins with a digit", { package_name: "com.1example" }],
    ["a package name with a line feed", { package_name: "com.example\n" }],
    ["a package name with a hyphen", { package_name: "com.exa-mple" }],
    ["a package name that is too long", { package_name: `com.${"a".repeat(300)}` }],
    ["a version code beyond the stores' limit", { version_code: 2_100_000_001 }],
    ["a version code of 0", { version_code: 0 }],
    ["a version code below 0", { version_code: -1 }],
    ["a version code that is no integer", { version_code: 1.5 }],
    ["no name", { name: "" }],
    ["a name of 10,001 characters", { name: label(10_001) }],
    ["no version name", { version_name: "" }],
    ["a version name of a million characters", { version_name: label(1_000_000) }],
  ])("are refused for %s", (_, changes) => {
    expect(() => resolveSettings(anApp(changes), true, null)).toThrow(
      expect.objectContaining({ code: "invalid_app" }),
    );
  });
});
