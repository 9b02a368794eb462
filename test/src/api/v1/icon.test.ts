// An app's icon: each format as the raw body and in a form, kept in R2, replaced, refused.
import { describe, expect, test, vi } from "vitest";
import { jpeg, png, svg, webp } from "../../support/images.ts";
import { api, bindings, newAccount, newApp } from "../../support/worker.ts";

const MAX_BYTES = 5 * 1024 * 1024;

async function sha256(bytes: BufferSource): Promise<string> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
}

async function icons(appId: number): Promise<R2Object[]> {
  return (await bindings.FILES.list({ prefix: `apps/${appId}/icons/` })).objects;
}

async function newIcon() {
  const { key } = await newAccount();
  const app = await newApp(key);
  const put = async (body: BodyInit, headers: Record<string, string> = {}) =>
    api("PUT", `/api/v1/apps/${app.id}/icon`, { token: key, body, headers });
  const shown = async () => (await api("GET", `/api/v1/apps/${app.id}`, { token: key })).body.data;
  return { key, app, put, shown };
}

function form(bytes: Uint8Array<ArrayBuffer>, field = "icon"): FormData {
  const data = new FormData();
  data.set(field, new File([bytes], "icon", { type: "application/octet-stream" }));
  return data;
}

const FORMATS: [string, Uint8Array<ArrayBuffer>][] = [
  ["image/png", png(512, 512)],
  ["image/jpeg", jpeg(512, 512)],
  ["image/webp", webp("VP8X", 512, 512)],
  ["image/svg+xml", svg('<?xml version="1.0"?>')],
];

describe.each(FORMATS)("%s", (mediaType, bytes) => {
  test.each(["raw", "form"])("as %s", async (way) => {
    const { app, put, shown } = await newIcon();
    const answer = await put(way === "raw" ? bytes : form(bytes));
    expect(answer.status).toBe(200);
    const icon = { media_type: mediaType, sha256: await sha256(bytes) };
    expect(answer.body.data).toMatchObject({ id: app.id, name: app.name, icon });
    expect(answer.headers.get("x-slipway-bookmark")).toBeTruthy();
    expect((await shown()).icon).toEqual(icon);
    const [object, ...others] = await icons(app.id);
    expect(others).toEqual([]);
    const kept = await bindings.FILES.get(object?.key ?? "");
    expect(new Uint8Array(await kept!.arrayBuffer())).toEqual(bytes);
    expect(kept!.httpMetadata?.contentType).toBe(mediaType);
  });
});

test("what the client calls it does not matter, what it is does", async () => {
  const { put } = await newIcon();
  const answer = await put(png(8, 8), { "content-type": "image/jpeg" });
  expect(answer.body.data.icon.media_type).toBe("image/png");
});

test("a new icon takes the old one's place, and the old object goes", async () => {
  const { app, put } = await newIcon();
  await put(png(8, 8));
  const [old] = await icons(app.id);
  await put(png(16, 16));
  const kept = await icons(app.id);
  expect(kept).toHaveLength(1);
  expect(kept[0]?.key).not.toBe(old?.key);
  await put(png(16, 16));
  expect(await icons(app.id)).toHaveLength(1);
});

test("icons put at once leave the app with one that is there, and no other", async () => {
  const { put, key, app } = await newIcon();
  await put(png(1, 1));
  const sides = [1, 2, 1, 2, 1, 2];
  await Promise.all(sides.map(async (side) => put(png(side, side))));
  const held = (await icons(app.id)).map((object) => object.key);
  const row = await bindings.DB.prepare("SELECT icon_key FROM apps WHERE id = ?")
    .bind(app.id)
    .first("icon_key");
  expect(held).toEqual([row]);
  expect((await api("DELETE", `/api/v1/apps/${app.id}`, { token: key })).status).toBe(200);
  expect(await icons(app.id)).toEqual([]);
});

describe("refused, and the icon stays as it was", () => {
  test.each<[string, () => BodyInit, number, string]>([
    ["text", () => "no image", 422, "must be a PNG, JPEG, WebP or SVG image."],
    ["nothing", () => "", 422, "must be a PNG, JPEG, WebP or SVG image."],
    ["GIF", () => "GIF89a", 422, "must be a PNG, JPEG, WebP or SVG image."],
    ["a cut PNG", () => png(8, 8).slice(0, 20), 422, "must be a PNG, JPEG, WebP or SVG image."],
    ["too many pixels", () => png(4097, 4096), 422, "must not have more than 16777216 pixels."],
    ["a form without it", () => form(png(8, 8), "image"), 422, "The icon field is required."],
    ["too large", () => padded(MAX_BYTES + 1), 413, "larger than 5242880 bytes."],
    ["too large in a form", () => form(padded(MAX_BYTES + 1)), 413, "larger than 5242880 bytes."],
  ])("%s", async (_name, body, status, end) => {
    const { app, put, shown } = await newIcon();
    const before = await put(png(8, 8));
    const refused = await put(body());
    expect(refused.status).toBe(status);
    expect(refused.body.message.endsWith(end), refused.body.message).toBe(true);
    if (status === 422) expect(refused.body.errors).toEqual({ icon: [refused.body.message] });
    expect((await shown()).icon).toEqual(before.body.data.icon);
    expect(await icons(app.id)).toHaveLength(1);
  });

  test("a text field of the form is no image", async () => {
    const { put } = await newIcon();
    const data = new FormData();
    data.set("icon", "text");
    expect((await put(data)).status).toBe(422);
  });

  test("a form that is none", async () => {
    const { put } = await newIcon();
    for (const type of ["multipart/form-data", "multipart/form-data; boundary=x"]) {
      const refused = await put("garbage", { "content-type": type });
      expect(refused.status).toBe(400);
      expect(refused.body.message).toBe("The request body is not a valid form.");
    }
  });

  test("too large without a Content-Length", async () => {
    const { put, shown } = await newIcon();
    const refused = await put(new Blob([padded(MAX_BYTES + 1)]).stream());
    expect(refused.status).toBe(413);
    expect((await shown()).icon).toBeNull();
  });
});

test("an icon that comes while its app is deleted leaves nothing behind", async () => {
  const { app, key, put } = await newIcon();
  const { FILES } = bindings;
  const real = FILES.put.bind(FILES);
  vi.spyOn(FILES, "put").mockImplementationOnce(async (...args: Parameters<typeof real>) => {
    await api("DELETE", `/api/v1/apps/${app.id}`, { token: key });
    return real(...args);
  });
  const refused = await put(png(8, 8));
  expect([refused.status, refused.body]).toEqual([404, { message: "App not found." }]);
  expect(await icons(app.id)).toEqual([]);
});

test("as many pixels as a builder decodes are taken, in any shape", async () => {
  const { put } = await newIcon();
  for (const bytes of [png(4096, 4096), png(16_384, 1024)]) {
    expect((await put(bytes)).status).toBe(200);
  }
});

test("exactly 5 MiB is taken", async () => {
  const { put } = await newIcon();
  expect((await put(padded(MAX_BYTES))).status).toBe(200);
});

function padded(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  bytes.set(png(64, 64));
  return bytes;
}
