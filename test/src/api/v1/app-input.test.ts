// Refused input of apps: each wrong value with the sentence that refuses it. Nothing that is refused is stored.
import { describe, expect, test } from "vitest";
import { api, rows } from "../../../support/worker.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";

const GOOD = { name: "My App", url: "https://example.com" };
const NAME_SIGNS = "The name field must not hold control characters.";
const NO_NAME = "The name field must hold a visible character.";
const BAD_URL = "The url field must be a valid URL.";
const BAD_HOST =
  "The url field must have a host of at most 253 letters, digits, `-`, `_` and dots, 63 between dots.";
const BAD_PACKAGE =
  "The package name field must be a Java-style id of two or more segments, such as com.example.app.";
const RESERVED = "The package name field must not hold a word reserved in Java.";
const NO_INTEGER = "The version code field must be an integer.";
const COLOUR = "must be a colour of the form #rrggbb.";

/** Field, value, sentence. */
const BAD_PLATFORM = "The selected platform is invalid. It must be one of android-webview.";
const UNKNOWN_PUSH =
  "is not a known setting. The known ones are enabled, play_services, poll, prompt.";
const LONG_PROMPT = "x".repeat(301);
const UNKNOWN_SETTING =
  "field is not a known setting. The known ones are short_name, theme_color, background_color, icon_background, splash_color, " +
  "theme, text_zoom, orientation, allowed_hosts, custom_tab_hosts, return_hosts, custom_scheme, cleartext_hosts, " +
  "trust_user_cas, third_party_cookies, user_agent_suffix, permissions, fullscreen, keep_awake, pull_to_refresh, " +
  "protected_media, offline_page, shortcuts, push.";
const PATTERN = "must be a host name such as example.com or *.example.com";
const SITE = `${PATTERN}, perhaps with a path in ASCII such as example.com/shop/*.`;
/** All below a host of three labels of 63 letters and one that is a third longer once it is written in ASCII. */
const below = (letters: number) => `*.${`${"a".repeat(63)}.`.repeat(3)}${"\u00fc".repeat(letters)}`;
const LONG_HOST = `${"a".repeat(60)}.`.repeat(5);
const MISFITS: [string, unknown, string][] = [
  ["name", null, "The name field is required."],
  ["name", "", "The name field is required."],
  ["name", "  \t ", "The name field is required."],
  ["name", 5, "The name field must be a string."],
  ["name", ["x"], "The name field must be a string."],
  ["name", {}, "The name field must be a string."],
  ["name", true, "The name field must be a string."],
  ["name", "x".repeat(10_000), "The name field must not be greater than 100 characters."],
  ["name", "\u202e\u200f", NO_NAME],
  ["name", "x".repeat(101), "The name field must not be greater than 100 characters."],
  ["name", "😀".repeat(101), "The name field must not be greater than 100 characters."],
  ["name", "\u200b", NO_NAME],
  ["name", "\u2066 \u3164\ufe0f", NO_NAME],
  ["name", "a\u0000b", NAME_SIGNS],
  ["name", "a\nb", NAME_SIGNS],
  ["name", "a\u009fb", NAME_SIGNS],
  ["name", "a\ud800b", "The name field must not hold a lone surrogate."],
  ["url", null, "The url field is required."],
  ["url", "", "The url field is required."],
  ["url", 5, "The url field must be a string."],
  ["url", "example.com", BAD_URL],
  ["url", "/relative", BAD_URL],
  ["url", "javascript:alert(1)", BAD_URL],
  ["url", "ftp://example.com", BAD_URL],
  ["url", "file:///etc/passwd", BAD_URL],
  ["url", "https://", BAD_URL],
  ["url", "https:example.com", BAD_URL],
  ["url", "https://exa mple.com", BAD_URL],
  ["url", " https://example.com", BAD_URL],
  ["url", "https://example.com/a b", BAD_URL],
  ["url", "https://user:secret@example.com", BAD_URL],
  ["url", "https://user@example.com", BAD_URL],
  ["url", "https://example.com:99999", BAD_URL],
  ["url", "https://example.com/\u0000", BAD_URL],
  ["url", "data:text/html,hello", BAD_URL],
  ["url", "//example.com", BAD_URL],
  ["url", "https://example.com:0x50", BAD_URL],
  ["url", "https://[fe80::1%25eth0]/", BAD_URL],
  ["url", "https://1.2.3.256", BAD_URL],
  ["url", `https://${"a".repeat(300)}.com`, BAD_HOST],
  ["url", `https://${"a".repeat(64)}.example`, BAD_HOST],
  ["url", `https://${"ü".repeat(60)}.example`, BAD_HOST],
  ["url", `https://${"abc.".repeat(63)}ab`, BAD_HOST],
  ["url", "https://www..example", BAD_HOST],
  ["url", "https://.example", BAD_HOST],
  ["url", "https://it's.example", BAD_HOST],
  ["url", "https://example.com/\ud800", "The url field must not hold a lone surrogate."],
  [
    "url",
    `https://example.com/${"x".repeat(2000)}`,
    "The url field must not be greater than 2000 characters.",
  ],
  ["platform", "ios", BAD_PLATFORM],
  ["platform", "", BAD_PLATFORM],
  ["platform", 1, BAD_PLATFORM],
  ["package_name", "", BAD_PACKAGE],
  ["package_name", "single", BAD_PACKAGE],
  ["package_name", "com.1example", BAD_PACKAGE],
  ["package_name", "1com.example", BAD_PACKAGE],
  ["package_name", "com..example", BAD_PACKAGE],
  ["package_name", ".com.example", BAD_PACKAGE],
  ["package_name", "com.example.", BAD_PACKAGE],
  ["package_name", "com.exa-mple", BAD_PACKAGE],
  ["package_name", "com.exämple", BAD_PACKAGE],
  ["package_name", "com.example\n", BAD_PACKAGE],
  ["package_name", "com.class", RESERVED],
  ["package_name", "int.example", RESERVED],
  ["package_name", "com.true.app", RESERVED],
  ["package_name", 7, "The package name field must be a string."],
  [
    "package_name",
    `com.${"x".repeat(197)}`,
    "The package name field must not be greater than 200 characters.",
  ],
  ["version_name", "", "The version name field is required."],
  ["version_name", 1.5, "The version name field must be a string."],
  ["version_name", "1\u0007", "The version name field must not hold control characters."],
  ["version_name", "1\ud800", "The version name field must not hold a lone surrogate."],
  [
    "version_name",
    "1".repeat(101),
    "The version name field must not be greater than 100 characters.",
  ],
  ["version_code", 0, "The version code field must be at least 1."],
  ["version_code", -1, "The version code field must be at least 1."],
  ["version_code", 2_100_000_001, "The version code field must not be greater than 2100000000."],
  ["version_code", 1.5, NO_INTEGER],
  ["version_code", "1", NO_INTEGER],
  ["version_code", true, NO_INTEGER],
  ["version_code", [], NO_INTEGER],
  ["version_code", null, "The version code field is required."],
  ["config", [], "The config field must be an object."],
  ["config", "x", "The config field must be an object."],
];

/** Setting, value, the field named, the end of the sentence. */
const SETTINGS: [string, unknown, string, string][] = [
  ["nope", 1, "config.nope", `The config.nope ${UNKNOWN_SETTING}`],
  ["__proto__", 1, "config.__proto__", UNKNOWN_SETTING],
  ["constructor", 1, "config.constructor", UNKNOWN_SETTING],
  ["theme_color", "red", "config.theme_color", COLOUR],
  ["theme_color", "#fff", "config.theme_color", COLOUR],
  ["theme_color", "#12345678", "config.theme_color", COLOUR],
  ["theme_color", 5, "config.theme_color", "The config.theme color field must be a string."],
  ["background_color", "#gggggg", "config.background_color", COLOUR],
  ["orientation", "sideways", "config.orientation", "It must be one of any, portrait, landscape."],
  ["allowed_hosts", "example.com", "config.allowed_hosts", "must be an array."],
  ...[
    "",
    "*",
    "https://example.com",
    "a".repeat(200),
    `${"a".repeat(64)}.com`,
    LONG_HOST,
    "a..example",
    "a_b.*.example",
    "-a.example",
    "ab--\u200b.example",
    "[::1]",
    "a.example:80",
    "me@a.example",
    "a.example/a b",
    "a.example/ä",
    "a.example/a\\b",
    "a.example/a/../b",
    "a.example/%2E./b",
    "a.example/..;x/b",
    "a.example/x%5C.%3bx",
    "a\u200cb.example",
    "a.example/*/b",
    "a.example/?q",
    `a.example/${"x".repeat(100)}`,
  ].map((host): [string, unknown, string, string] => [
    "allowed_hosts",
    ["fine.example", host],
    "config.allowed_hosts.1",
    SITE,
  ]),
  ["custom_tab_hosts", ["a b"], "config.custom_tab_hosts.0", SITE],
  ["custom_tab_hosts", Array(11).fill("a.b"), "config.custom_tab_hosts", "than 10 items."],
  ["return_hosts", ["*.a.example"], "config.return_hosts.0", "a host name such as example.com."],
  ["return_hosts", ["a.example/x"], "config.return_hosts.0", "a host name such as example.com."],
  ["cleartext_hosts", ["a.example/x"], "config.cleartext_hosts.0", `${PATTERN}.`],
  ["cleartext_hosts", [LONG_HOST], "config.cleartext_hosts.0", "than 253 characters."],
  ["cleartext_hosts", [below(54)], "config.cleartext_hosts.0", `${PATTERN}.`],
  ["custom_scheme", "1a", "config.custom_scheme", "beginning with a letter."],
  ["custom_scheme", "a:", "config.custom_scheme", "beginning with a letter."],
  ["custom_scheme", "HTTPS", "config.custom_scheme", "must not be a scheme that others own."],
  ["custom_scheme", "slipway-tap", "config.custom_scheme", "must not be a scheme that others own."],
  ["custom_scheme", "devtools", "config.custom_scheme", "must not be a scheme that others own."],
  ["custom_scheme", "android.resource", "config.custom_scheme", "a scheme that others own."],
  ["custom_scheme", "slipway", "config.custom_scheme", "must not be a scheme that others own."],
  ["custom_scheme", "a".repeat(51), "config.custom_scheme", "than 50 characters."],
  ["theme", "blue", "config.theme", "It must be one of system, light, dark."],
  ["text_zoom", 49, "config.text_zoom", "must be at least 50."],
  ["text_zoom", 201, "config.text_zoom", "must not be greater than 200."],
  ["text_zoom", "100", "config.text_zoom", "must be a number."],
  ["text_zoom", 100.5, "config.text_zoom", "must be an integer."],
  ["splash_color", "white", "config.splash_color", COLOUR],
  ["trust_user_cas", "no", "config.trust_user_cas", "must be true or false."],
  ["third_party_cookies", 0, "config.third_party_cookies", "must be true or false."],
  ["pull_to_refresh", [], "config.pull_to_refresh", "must be true or false."],
  ["protected_media", {}, "config.protected_media", "must be true or false."],
  ["offline_page", " \n", "config.offline_page", "must be a page in HTML."],
  ["offline_page", "x".repeat(5_001), "config.offline_page", "than 5000 characters."],
  ["offline_page", 5, "config.offline_page", "must be a string."],
  [
    "allowed_hosts",
    Array(51).fill("example.com"),
    "config.allowed_hosts",
    "must not have more than 50 items.",
  ],
  [
    "user_agent_suffix",
    "é",
    "config.user_agent_suffix",
    "must hold printable ASCII characters only.",
  ],
  [
    "user_agent_suffix",
    "a\r\nb",
    "config.user_agent_suffix",
    "must hold printable ASCII characters only.",
  ],
  [
    "user_agent_suffix",
    "x".repeat(201),
    "config.user_agent_suffix",
    "must not be greater than 200 characters.",
  ],
  [
    "permissions",
    ["root"],
    "config.permissions.0",
    "is invalid. It must be one of camera, microphone, location, notifications.",
  ],
  ["permissions", "camera", "config.permissions", "must be an array."],
  ["fullscreen", "yes", "config.fullscreen", "must be true or false."],
  ["keep_awake", 1, "config.keep_awake", "must be true or false."],
  ["push", true, "config.push", "must be an object."],
  ["push", {}, "config.push.enabled", "field is required."],
  ["push", { enabled: "yes" }, "config.push.enabled", "must be true or false."],
  ["push", { enabled: null }, "config.push.enabled", "field is required."],
  ["push", { enabled: true, poll: 15 }, "config.push.poll", "must be true or false."],
  ["push", { enabled: true, poll: null }, "config.push.poll", "field is required."],
  ["push", { enabled: true, play_services: 1 }, "config.push.play_services", "true or false."],
  ["push", { enabled: true, prompt: " " }, "config.push.prompt", "field is required."],
  ["push", { enabled: true, prompt: LONG_PROMPT }, "config.push.prompt", "than 300 characters."],
  ["push", { enabled: true, prompt: 7 }, "config.push.prompt", "must be a string."],
  ["push", { enabled: true, promt: "x" }, "config.push.promt", UNKNOWN_PUSH],
];

/** Odd values that Android, a launcher or a browser can do with: they are built as they are. */
const ODD: [field: string, value: string][] = [
  ["name", `"It's" <b>&amp;</b> \\ %1$s {0}`],
  ["name", "\u200f\u202eتطبيق\u202c"],
  ["name", "@string/app_name"],
  ["name", "?attr/theme"],
  ["name", "../../etc/passwd"],
  ["name", "👩‍🚀".repeat(33)],
  ["url", "https://bücher.example/ä?ö=\"'<>#ü"],
  ["url", "https://xn--bcher-kva.example"],
  ["url", "http://[2001:db8::1]:8443/"],
  ["url", "http://192.168.0.1"],
  ["url", "https://a_b.example.com:65535"],
  ["url", "https://example.com./"],
  ["url", "HTTPS://EXAMPLE.COM"],
  ["url", `https://${"abc.".repeat(62)}abcde`],
  ["url", `https://example.com/${"x".repeat(1980)}`],
  ["version_name", `1.0-"beta" <'\\?@> 世界`],
];

test.each(ODD)("an app is made with the %s %j as it is", async (field, value) => {
  const { key } = await newAccount();
  const made = await api("POST", "/api/v1/apps", { token: key, json: { ...GOOD, [field]: value } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect(made.body.data[field]).toBe(value);
});

test("hosts and schemes are kept in one form, whatever they are written in", async () => {
  const { key } = await newAccount();
  const config = {
    allowed_hosts: [
      " STRASSE.example ",
      "stra\u00dfe.de",
      "xn--strae-oqa.de",
      "*.B\u00dcCHER.example",
      "a.example/",
      "a.example/*",
      "a.example/Shop/*",
      "a.example.",
      "192.168.0.1",
      "999.999.999.999",
    ],
    custom_tab_hosts: [
      "paral\u00b7lel.example",
      "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.example/...;x/.a%2f*",
    ],
    return_hosts: ["\u65e5\u672c.example"],
    custom_scheme: "Example.App",
  };
  const made = await api("POST", "/api/v1/apps", { token: key, json: { ...GOOD, config } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect(made.body.data.config).toEqual({
    allowed_hosts: [
      "strasse.example",
      "xn--strae-oqa.de",
      "*.xn--bcher-kva.example",
      "a.example",
      "a.example/Shop/*",
      "192.168.0.1",
      "999.999.999.999",
    ],
    custom_tab_hosts: ["xn--parallel-koa.example", "xn--mgba3gch31f060k.example/...;x/.a%2f*"],
    return_hosts: ["xn--wgv71a.example"],
    custom_scheme: "example.app",
  });
});

describe("creating an app", async () => {
  const { id, key } = await newAccount();
  const kept = async () => rows("SELECT * FROM apps WHERE account_id = ?", id);
  const create = async (body: string) => api("POST", "/api/v1/apps", { token: key, body });

  test.each(MISFITS)("refuses the %s %j and stores nothing", async (field, value, sentence) => {
    const refused = await create(JSON.stringify({ ...GOOD, [field]: value }));
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({ message: sentence, errors: { [field]: [sentence] } });
    expect(await kept()).toEqual([]);
  });

  test.each(SETTINGS)(
    "refuses the setting %s %j and stores nothing",
    async (setting, value, field, end) => {
      const config = `{"${setting}":${JSON.stringify(value)}}`;
      const refused = await create(`{"name":"A","url":"https://example.com","config":${config}}`);
      expect(refused.status).toBe(422);
      expect(Object.keys(refused.body.errors)).toEqual([field]);
      expect(refused.body.message.endsWith(end), refused.body.message).toBe(true);
      expect(await kept()).toEqual([]);
    },
  );

  test("names every wrong field, and puts the first one in the message", async () => {
    const one = await create(JSON.stringify({ ...GOOD, name: "", version_code: 0 }));
    expect(one.body.message).toBe("The name field is required. (and 1 more error)");
    const more = await create("{}");
    expect(more.body).toEqual({
      message: "The name field is required. (and 1 more error)",
      errors: { name: ["The name field is required."], url: ["The url field is required."] },
    });
    const many = await create('{"version_code":"x","platform":"y"}');
    expect(many.body.message).toBe("The name field is required. (and 3 more errors)");
    expect(Object.keys(many.body.errors)).toEqual(["name", "url", "platform", "version_code"]);
  });

  test("answers briefly when a setting's name has 900,000 characters", async () => {
    const { key } = await newAccount();
    const long = "x".repeat(900_000);
    const json = { ...GOOD, config: { [long]: 1 } };
    const doors = [
      await api("POST", "/api/v1/apps", { token: key, json }),
      await api("POST", "/api/v1/push/apps", {
        token: key,
        json: { name: "A", settings: { [long]: 1 } },
      }),
    ];
    for (const { status, body } of doors) {
      expect(status).toBe(422);
      expect(JSON.stringify(body).length).toBeLessThan(1500);
    }
  });

  test("names at most 100 errors when a hundred thousand values are wrong", async () => {
    const hosts = JSON.stringify(Array(100_000).fill(1));
    const refused = await create(`{"config":{"allowed_hosts":${hosts}}}`);
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.errors).length).toBeLessThanOrEqual(100);
  });
});

describe("updating an app", () => {
  test.each([
    ...MISFITS,
    ["version_code", 4, "The version code field must be at least 5."] as const,
  ])("refuses the %s %j and changes nothing", async (field, value, sentence) => {
    const { key } = await newAccount();
    const app = await newApp(key, { version_code: 5 });
    const refused = await api("PUT", `/api/v1/apps/${app.id}`, {
      token: key,
      json: { name: "Other", [field]: value },
    });
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({ message: sentence, errors: { [field]: [sentence] } });
    const shown = await api("GET", `/api/v1/apps/${app.id}`, { token: key });
    expect(shown.body.data).toEqual({ ...app, builds: [] });
  });

  test("refuses every setting that is wrong when an app is made, and changes nothing", async () => {
    const { key } = await newAccount();
    const app = await newApp(key, { config: { theme_color: "#112233" } });
    for (const [setting, value, field, end] of SETTINGS) {
      const body = `{"config":{"${setting}":${JSON.stringify(value)}}}`;
      const refused = await api("PUT", `/api/v1/apps/${app.id}`, { token: key, body });
      expect([refused.status, setting, value]).toEqual([422, setting, value]);
      expect(Object.keys(refused.body.errors)).toEqual([field]);
      expect(refused.body.message.endsWith(end), refused.body.message).toBe(true);
    }
    const shown = await api("GET", `/api/v1/apps/${app.id}`, { token: key });
    expect(shown.body.data).toEqual({ ...app, builds: [] });
  });
});
