// Apps: create, read, change, list, delete, through the public door.
import { expect, test } from "vitest";
import { api, newAccount, newApp } from "../../support/worker.ts";

test("create answers as the contract shows", async () => {
  const { key } = await newAccount();
  const made = await api("POST", "/api/v1/apps", {
    token: key,
    json: {
      name: "My App",
      platform: "android-webview",
      url: "https://example.com",
      package_name: "com.example.myapp",
      version_name: "1.0.0",
      version_code: 1,
    },
  });
  expect(made.status).toBe(201);
  expect(made.body.data).toMatchObject({
    id: expect.any(Number),
    name: "My App",
    platform: "android-webview",
    version_name: "1.0.0",
    version_code: 1,
    url: "https://example.com",
    package_name: "com.example.myapp",
  });
  expect(made.headers.get("x-slipway-bookmark")).toBeTruthy();
});

test("a missing name is said in the contract's words", async () => {
  const { key } = await newAccount();
  const refused = await api("POST", "/api/v1/apps", {
    token: key,
    json: { url: "https://example.com" },
  });
  expect(refused.status).toBe(422);
  expect(refused.body).toEqual({
    message: "The name field is required.",
    errors: { name: ["The name field is required."] },
  });
});

test("get shows the app", async () => {
  const { key } = await newAccount();
  const app = await newApp(key);
  const shown = await api("GET", `/api/v1/apps/${app.id}`, { token: key });
  expect(shown.status).toBe(200);
  expect(shown.body.data).toEqual({ ...app, builds: [] });
});
