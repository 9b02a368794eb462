// Apps in API v1: creating, reading, updating and deleting them. Lists are tested in lists.test.ts, refused input
// in app-input.test.ts.
import { describe, expect, test } from "vitest";
import { api, bindings, rows } from "../../../support/worker.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const CONFIG = {
  theme_color: "#112233",
  background_color: "#ffffff",
  orientation: "portrait",
  allowed_hosts: ["example.com", "*.example.org"],
  user_agent_suffix: "Slipway/1.0",
  permissions: ["camera", "location"],
  fullscreen: true,
  keep_awake: false,
};

describe("creating an app", () => {
  test("answers 201 with the app as the contract shows it", async () => {
    const { key } = await newAccount();
    const given = {
      name: "My App",
      platform: "android-webview",
      url: "https://example.com",
      package_name: "com.example.myapp",
      version_name: "1.0.0",
      version_code: 1,
    };
    const made = await api("POST", "/api/v1/apps", { token: key, json: given });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      data: {
        ...given,
        id: expect.any(Number),
        uuid: expect.stringMatching(UUID),
        play_signing_sha256: null,
        config: {},
        icon: null,
        icon_foreground: null,
        icon_monochrome: null,
        created_at: expect.stringMatching(TIME),
        updated_at: expect.stringMatching(TIME),
      },
    });
    expect(made.headers.get("x-slipway-bookmark")).toBeTruthy();
  });

  test("needs only a name and a URL, and fills in the rest", async () => {
    const { key } = await newAccount();
    const app = await newApp(key, { name: "  Café Zoë  " });
    expect(app).toMatchObject({
      name: "Café Zoë",
      platform: "android-webview",
      version_name: "1.0.0",
      version_code: 1,
      config: {},
    });
    expect(app.package_name).toBe(`app.slipway.a${app.uuid.slice(0, 8)}.cafezoe`);
  });

  test.each([
    ["日本語", "app"],
    ["123 Go", "app123go"],
    ["Class", "class_"],
    ["😀", "app"],
    ["x".repeat(100), "x".repeat(30)],
  ])("turns the name %j into a package name that ends in %s", async (name, segment) => {
    const { key } = await newAccount();
    const app = await newApp(key, { name });
    expect(app.package_name.split(".").at(-1)).toBe(segment);
    const kept = await api("PUT", `/api/v1/apps/${app.id}`, {
      token: key,
      json: { package_name: app.package_name },
    });
    expect(kept.status).toBe(200);
  });

  test.each([
    ["name", "😀".repeat(100)],
    ["name", "تطبيق العائلة"],
    ["url", "http://example.com"],
    ["url", "HTTPS://EXAMPLE.com:8443/a?b=c#d"],
    ["url", "https://müller.example/ä"],
    ["url", "http://192.168.0.1/"],
    ["url", "http://[::1]:8080/"],
    ["package_name", "a.b"],
    ["package_name", "Com.Example_1.App"],
    ["version_code", 2_100_000_000],
    ["version_name", "1.0-beta (7)"],
  ])("accepts the %s %j unchanged", async (field, value) => {
    const { key } = await newAccount();
    expect((await newApp(key, { [field]: value }))[field]).toBe(value);
  });

  test("keeps the configuration, with colours in lower case, and shows it again", async () => {
    const { key } = await newAccount();
    const app = await newApp(key, { config: { ...CONFIG, theme_color: "#AABBCC" } });
    expect(app.config).toEqual({ ...CONFIG, theme_color: "#aabbcc" });
    const shown = await api("GET", `/api/v1/apps/${app.id}`, { token: key });
    expect(shown.body.data.config).toEqual(app.config);
  });

  test.each(["any", "portrait", "landscape"])("accepts the orientation %s", async (orientation) => {
    const { key } = await newAccount();
    expect((await newApp(key, { config: { orientation } })).config).toEqual({ orientation });
  });
});

describe("reading an app", () => {
  test("answers with the app and its list of builds", async () => {
    const { key } = await newAccount();
    const app = await newApp(key);
    const shown = await api("GET", `/api/v1/apps/${app.id}`, { token: key });
    expect(shown.status).toBe(200);
    expect(shown.body).toEqual({ data: { ...app, builds: [] } });
  });

  test.each(["0", "-1", "1.5", "abc", "1e3", "99999999999999999999", "%00", "01", "1%20"])(
    "answers 404 for the id %s, as updating and deleting do",
    async (id) => {
      const { key } = await newAccount();
      for (const method of ["GET", "PUT", "DELETE"]) {
        const missing = await api(method, `/api/v1/apps/${id}`, { token: key });
        expect(missing.status).toBe(404);
        expect(missing.body).toEqual({ message: "App not found." });
      }
    },
  );
});

describe("updating an app", () => {
  test.each([
    ["name", "Renamed"],
    ["url", "https://newsite.example"],
    ["package_name", "com.example.newapp"],
    ["version_name", "2.0"],
    ["version_code", 8],
    ["platform", "android-webview"],
    ["config", { ...CONFIG, fullscreen: false }],
  ])("changes %s and nothing else", async (field, value) => {
    const { key } = await newAccount();
    const app = await newApp(key, { version_code: 7, config: CONFIG });
    await rows("UPDATE apps SET updated_at = 0 WHERE id = ?", app.id);
    const updated = await api("PUT", `/api/v1/apps/${app.id}`, {
      token: key,
      json: { [field]: value },
    });
    expect(updated.status).toBe(200);
    const { updated_at: at, ...rest } = updated.body.data;
    const { updated_at: _before, ...before } = app;
    expect(rest).toEqual({ ...before, [field]: value });
    expect(Date.parse(at)).toBeGreaterThan(Date.now() - 60_000);
    const shown = await api("GET", `/api/v1/apps/${app.id}`, { token: key });
    expect(shown.body.data).toEqual({ ...updated.body.data, builds: [] });
  });

  test("changes nothing when the body is {}", async () => {
    const { key } = await newAccount();
    const app = await newApp(key, { config: CONFIG });
    const updated = await api("PUT", `/api/v1/apps/${app.id}`, { token: key, json: {} });
    expect(updated.status).toBe(200);
    expect(updated.body.data).toMatchObject({ ...app, updated_at: expect.any(String) });
  });

  test("accepts the same or a higher version code and refuses a lower one", async () => {
    const { key } = await newAccount();
    const app = await newApp(key, { version_code: 10 });
    const put = async (version_code: number) =>
      api("PUT", `/api/v1/apps/${app.id}`, { token: key, json: { version_code } });
    expect((await put(10)).status).toBe(200);
    expect((await put(11)).status).toBe(200);
    const fallen = await put(10);
    expect(fallen.status).toBe(422);
    expect(fallen.body).toEqual({
      message: "The version code field must be at least 11.",
      errors: { version_code: ["The version code field must be at least 11."] },
    });
  });
});

describe("deleting an app", () => {
  test("removes its row and files, leaves other apps alone, and answers a message", async () => {
    const { key } = await newAccount();
    const app = await newApp(key);
    const other = await newApp(key);
    for (const { id } of [app, other]) await bindings.FILES.put(`apps/${id}/anything`, "x");
    const gone = await api("DELETE", `/api/v1/apps/${app.id}`, { token: key });
    expect(gone.status).toBe(200);
    expect(gone.body).toEqual({ message: "App deleted successfully." });
    expect(gone.headers.get("x-slipway-bookmark")).toBeTruthy();
    expect((await api("GET", `/api/v1/apps/${app.id}`, { token: key })).status).toBe(404);
    expect((await api("DELETE", `/api/v1/apps/${app.id}`, { token: key })).status).toBe(404);
    expect(await rows("SELECT id FROM apps WHERE id = ?", app.id)).toEqual([]);
    expect((await bindings.FILES.list({ prefix: `apps/${app.id}/` })).objects).toEqual([]);
    expect((await bindings.FILES.list({ prefix: `apps/${other.id}/` })).objects).toHaveLength(1);
    expect((await api("GET", `/api/v1/apps/${other.id}`, { token: key })).status).toBe(200);
  });
});

test("what the configuration says of pushes is replaced as a whole, and removed by null", async () => {
  const { key } = await newAccount();
  const push = { enabled: true, play_services: false, prompt: "  We tell you.  " };
  const app = await newApp(key, { config: { fullscreen: true, push } });
  expect(app.config.push).toEqual({ ...push, prompt: "We tell you." });
  const put = async (config: object) => {
    const path = `/api/v1/apps/${app.id}`;
    const changed = await api("PUT", path, { token: key, json: { config } });
    expect(changed.status).toBe(200);
    return changed.body.data.config;
  };
  expect(await put({ push: { enabled: true, poll: true } })).toEqual({
    fullscreen: true,
    push: { enabled: true, poll: true },
  });
  expect(await put({ fullscreen: false })).toEqual({
    fullscreen: false,
    push: { enabled: true, poll: true },
  });
  expect(await put({ push: null })).toEqual({ fullscreen: false });
});

test("updating the configuration changes the settings given and removes those that are null", async () => {
  const { key } = await newAccount();
  const first = { theme_color: "#112233", orientation: "portrait", allowed_hosts: ["a.example"] };
  const app = await newApp(key, { config: first });
  const path = `/api/v1/apps/${app.id}`;
  const config = { orientation: null, allowed_hosts: ["b.example"], fullscreen: true };
  const updated = await api("PUT", path, { token: key, json: { config } });
  const expected = { theme_color: "#112233", allowed_hosts: ["b.example"], fullscreen: true };
  expect(updated.body.data.config).toEqual(expected);
  const shown = await api("GET", path, { token: key });
  expect(shown.body.data.config).toEqual(expected);
});
