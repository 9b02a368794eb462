// An app's icon: uploaded raw or in a form, kept in R2, replaced by another, and what is refused.
import { describe, expect, test, vi } from "vitest";
import { jpeg, joined, png, pngChunk, svg, webp } from "../../../support/images.ts";
import { api, bindings } from "../../../support/worker.ts";
import { triggered } from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { newAccount, newApp, newOwner } from "../../../support/scenario.ts";

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

function form(bytes: Uint8Array<ArrayBuffer>): FormData {
  const data = new FormData();
  data.set("icon", new File([bytes], "icon", { type: "application/octet-stream" }));
  return data;
}

const FORMATS: [string, Uint8Array<ArrayBuffer>][] = [
  ["image/png", png(512, 512)],
  ["image/jpeg", jpeg(512, 512)],
  ["image/webp", webp("VP8X", 512, 512)],
  ["image/svg+xml", svg('<?xml version="1.0"?>')],
];

describe.each(FORMATS)("an icon of the type %s", (mediaType, bytes) => {
  test.each(["raw", "form"])("is kept byte for byte when sent as a %s body", async (way) => {
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

test("an icon's type is read from its bytes, not from the Content-Type", async () => {
  const { put } = await newIcon();
  const answer = await put(png(8, 8), { "content-type": "image/jpeg" });
  expect(answer.body.data.icon.media_type).toBe("image/png");
});

test("a new icon replaces the old one, whose file is deleted", async () => {
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

test("icons uploaded at once leave one file, which is the one the app names", async () => {
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

describe("uploading an icon", () => {
  test.each<[string, () => BodyInit, number, string]>([
    ["plain text", () => "no image", 422, "must be a PNG, JPEG, WebP or SVG image."],
    ["an empty body", () => "", 422, "must be a PNG, JPEG, WebP or SVG image."],
    ["a GIF", () => "GIF89a", 422, "must be a PNG, JPEG, WebP or SVG image."],
    [
      "a truncated PNG",
      () => png(8, 8).slice(0, 20),
      422,
      "must be a PNG, JPEG, WebP or SVG image.",
    ],
    [
      "an image of too many pixels",
      () => png(4097, 4096),
      422,
      "must not have more than 16777216 pixels.",
    ],
    ["a form without an icon field", () => new FormData(), 422, "The icon field is required."],
    ["a body over 5 MiB", () => padded(MAX_BYTES + 1), 413, "larger than 5242880 bytes."],
    [
      "a form with a file over 5 MiB",
      () => form(padded(MAX_BYTES + 1)),
      413,
      "larger than 5242880 bytes.",
    ],
  ])("refuses %s and keeps the icon as it was", async (_name, body, status, end) => {
    const { app, put, shown } = await newIcon();
    const before = await put(png(8, 8));
    const refused = await put(body());
    expect(refused.status).toBe(status);
    expect(refused.body.message.endsWith(end), refused.body.message).toBe(true);
    if (status === 422) expect(refused.body.errors).toEqual({ icon: [refused.body.message] });
    expect((await shown()).icon).toEqual(before.body.data.icon);
    expect(await icons(app.id)).toHaveLength(1);
  });

  test("refuses a form whose icon field is text, or given twice, or not alone, and keeps no icon", async () => {
    const { app, put } = await newIcon();
    const text = new FormData();
    text.set("icon", "text");
    const twice = form(png(8, 8));
    twice.append("icon", new Blob([png(8, 8)]));
    const other = form(png(8, 8));
    other.set("background", "#ffffff");
    for (const [data, errors] of [
      [text, { icon: ["The icon field must be a file."] }],
      [twice, { icon: ["The icon field must be given once."] }],
      [
        other,
        { background: ["The background field is not a known setting. The known ones are icon."] },
      ],
    ] as const) {
      const refused = await put(data);
      expect([refused.status, refused.body.errors]).toEqual([422, errors]);
    }
    expect(await icons(app.id)).toHaveLength(0);
  });

  test("says what is wrong with a form of 10 fields, and parses none that costs more than the icon in it", async () => {
    const { put } = await newIcon();
    const withFields = (count: number) => {
      const data = form(png(8, 8));
      for (let left = count - 1; left > 0; left--) data.append("other", "x");
      return data;
    };
    const few = await put(withFields(10));
    expect(few.body.errors).toEqual({
      other: ["The other field is not a known setting. The known ones are icon."],
    });
    const type = { "content-type": 'multipart/form-data; charset=utf-8; boundary="x y"' };
    const long = `--x y\r\n${"a: b\r\n".repeat(3000)}\r\n\r\n--x y--\r\n`;
    const endless = `--x y\r\n${"a: b\r\n".repeat(3000)}`;
    for (const refused of [
      await put(withFields(11)),
      await put(long, type),
      await put(endless, type),
    ]) {
      expect(refused.status).toBe(422);
      expect(refused.body.message).toBe(
        "The body field must be a form of at most 10 fields, whose headers have 16384 bytes at most.",
      );
    }
  });

  test("answers 400 for a body that is not the form its type announces", async () => {
    const { put } = await newIcon();
    for (const type of ["multipart/form-data", "multipart/form-data; boundary=x"]) {
      const refused = await put("garbage", { "content-type": type });
      expect(refused.status).toBe(400);
      expect(refused.body.message).toBe("The request body is not a valid form.");
    }
  });

  test("refuses a body over 5 MiB that has no Content-Length", async () => {
    const { put, shown } = await newIcon();
    const refused = await put(new Blob([padded(MAX_BYTES + 1)]).stream());
    expect(refused.status).toBe(413);
    expect((await shown()).icon).toBeNull();
  });
});

describe("a picture that can't be an icon", () => {
  const moves = pngChunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0]);
  const rgba = (rows: Uint8Array) => png(9, 9, { depth: 8, colourType: 6, rows });
  test.each<[string, () => Uint8Array<ArrayBuffer>, string]>([
    [
      "of nothing",
      () => rgba(new Uint8Array(9 * 37)),
      "must not be empty: nothing of it is visible.",
    ],
    ["that is truncated", () => png(99, 99).slice(0, 60), "must be whole: it is truncated."],
    ["of a JPEG cut short", () => jpeg(9, 9).slice(0, -2), "must be whole: it is truncated."],
    [
      "of a WebP cut short",
      () => webp("VP8L", 9, 9).slice(0, -2),
      "must be whole: it is truncated.",
    ],
    ["that moves", () => webp("VP8X", 9, 9, { flags: 2 }), "must not be animated."],
    ["of 30,000 x 30,000", () => png(30_000, 30_000), "must not have more than 16777216 pixels."],
    [
      "that is a bomb",
      () => rgba(new Uint8Array(20_000_000)),
      "must not be damaged: it has more pixels than its header says.",
    ],
    [
      "with entities",
      () => svg('<!DOCTYPE svg [<!ENTITY a "b">]>'),
      "must not declare entities or other document types of its own.",
    ],
    [
      "with an outside link",
      () => svg("", '<image href="https://example.com/a.png"/>'),
      "must not refer to anything outside itself: only to its own parts, and to PNG and JPEG pictures in it (data:).",
    ],
    ["with a script", () => svg("", "<script/>"), "must not have scripts or foreign content."],
    ["that draws nothing", () => svg("", "<g/>"), "must not be empty: nothing of it is visible."],
    ["that moves as a PNG", () => png(9, 9, { before: [moves] }), "must not be animated."],
    [
      "of very many parts",
      () => png(9, 9, { before: [Buffer.alloc(12 * 9000, pngChunk("IDAT", []))] }),
      "must not have more than 8192 parts.",
    ],
    [
      "in UTF-16",
      () => new Uint8Array(Buffer.from(`\ufeff${Buffer.from(svg()).toString()}`, "utf16le")),
      "must not be damaged: its text is not UTF-8.",
    ],
    [
      "in UTF-16 of the other order",
      () => new Uint8Array(Buffer.from("\ufeff<svg>", "utf16le").swap16()),
      "must not be damaged: its text is not UTF-8.",
    ],
    [
      "that is no XML",
      () => svg("", "<g>"),
      "must not be damaged: it is not well-formed XML, at line 1.",
    ],
  ])(
    "%s is refused with the reason, in a form as well, and nothing is kept",
    async (_name, bytes, end) => {
      const { app, put, key } = await newIcon();
      const message = `The icon field ${end}`;
      for (const refused of [
        await put(bytes()),
        await put(form(bytes())),
        await api("PUT", `/api/v1/apps/${app.id}/icon/foreground`, { token: key, body: bytes() }),
      ]) {
        expect([refused.status, refused.body]).toEqual([
          422,
          { message, errors: { icon: [message] } },
        ]);
      }
      expect(await icons(app.id)).toEqual([]);
    },
  );

  test("with bombs where nobody looks is taken", async () => {
    const { put } = await newIcon();
    expect((await put(joined([png(9, 9), new Uint8Array(1000)]))).status).toBe(200);
  });
});

describe.each(["foreground", "monochrome"] as const)("the %s layer of an icon", (layer) => {
  const other = layer === "foreground" ? "monochrome" : "foreground";
  const withLayer = async () => {
    const { key, app, put, shown } = await newIcon();
    const path = `/api/v1/apps/${app.id}/icon/${layer}`;
    return {
      key,
      app,
      put,
      shown,
      set: (body: BodyInit, token = key) => api("PUT", path, { token, body }),
      remove: (token = key) => api("DELETE", path, { token }),
    };
  };

  test("is set beside the icon, raw or in a form, replaced, and removed with its file", async () => {
    const { app, put, shown, set, remove } = await withLayer();
    const icon = { media_type: "image/png", sha256: await sha256(png(8, 8)) };
    await put(png(8, 8));
    expect(await shown()).toMatchObject({ icon, icon_foreground: null, icon_monochrome: null });
    for (const [body, bytes, type] of [
      [png(16, 16), png(16, 16), "image/png"],
      [form(svg()), svg(), "image/svg+xml"],
    ] as const) {
      const answer = await set(body);
      expect(answer.status).toBe(200);
      const picture = { media_type: type, sha256: await sha256(bytes) };
      const expected = { icon, [`icon_${layer}`]: picture, [`icon_${other}`]: null };
      expect(answer.body.data).toMatchObject(expected);
      expect(await shown()).toMatchObject(expected);
      expect(await icons(app.id)).toHaveLength(2);
    }
    for (let n = 0; n < 2; n += 1) {
      const removed = await remove();
      expect([removed.status, removed.body.data[`icon_${layer}`]]).toEqual([200, null]);
      expect(removed.headers.get("x-slipway-bookmark")).toBeTruthy();
      expect(await icons(app.id)).toHaveLength(1);
    }
    expect(await shown()).toMatchObject({ icon, [`icon_${layer}`]: null });
  });

  test("is bounded as an icon is", async () => {
    const { set } = await withLayer();
    expect((await set(padded(MAX_BYTES))).status).toBe(200);
    expect((await set(padded(MAX_BYTES + 1))).status).toBe(413);
    expect((await set(png(4097, 4096))).body.errors).toEqual({
      icon: ["The icon field must not have more than 16777216 pixels."],
    });
    expect((await set(new FormData())).body.errors).toEqual({
      icon: ["The icon field is required."],
    });
  });

  test("is nobody else's: another account gets 404, and a key that only reads 403", async () => {
    const { app, key, shown, set, remove } = await withLayer();
    await set(png(8, 8));
    const before = await shown();
    const { key: stranger } = await newAccount();
    const reads = await api("POST", "/api/v1/api-keys", {
      token: key,
      json: { name: "reads", scopes: ["apps:read"] },
    });
    for (const [token, status] of [
      [stranger, 404],
      [reads.body.data.key, 403],
      ["nothing", 401],
    ] as const) {
      expect((await set(png(9, 9), token)).status).toBe(status);
      expect((await remove(token)).status).toBe(status);
    }
    expect(await shown()).toEqual(before);
    expect(await icons(app.id)).toHaveLength(1);
    expect((await api("DELETE", `/api/v1/apps/${app.id}`, { token: key })).status).toBe(200);
    expect(await icons(app.id)).toEqual([]);
  });
});

test("an icon is removed with its file, and a build that has it still finds it", async () => {
  const { app, put, shown, key } = await newIcon();
  await put(png(8, 8));
  const removed = await api("DELETE", `/api/v1/apps/${app.id}/icon`, { token: key });
  expect([removed.status, removed.body.data.icon]).toEqual([200, null]);
  expect((await shown()).icon).toBeNull();
  expect(await icons(app.id)).toEqual([]);
});

test("a builder finds the pictures that its build was triggered with, whatever is set or removed since", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const pictures = [
    ["", png(8, 8)],
    ["/foreground", png(9, 9)],
    ["/monochrome", svg()],
  ] as const;
  const at = (layer: string) => `/api/v1/apps/${owner.app.id}/icon${layer}`;
  const token = owner.account.key;
  for (const [layer, body] of pictures) {
    expect((await api("PUT", at(layer), { token, body })).status).toBe(200);
  }
  await triggered(owner);
  await api("DELETE", at("/foreground"), { token });
  await api("PUT", at("/monochrome"), { token, body: png(7, 7) });
  const { lease, job } = await builder.take();
  const named = {
    "": job.icon,
    "/foreground": job.icon_foreground,
    "/monochrome": job.icon_monochrome,
  };
  for (const [layer, bytes] of pictures) {
    const type = layer === "/monochrome" ? "image/svg+xml" : "image/png";
    expect(named[layer]).toEqual({
      media_type: type,
      sha256: await sha256(bytes),
    });
    const fetched = await builder.icon(lease, layer);
    expect([fetched.status, fetched.headers.get("content-type")]).toEqual([200, type]);
    expect(new Uint8Array(await fetched.arrayBuffer())).toEqual(bytes);
  }
  const stale = { ...lease, fencing_token: "another" };
  for (const [layer] of pictures) {
    expect((await builder.icon(stale, layer)).status).toBe(409);
  }
  await builder.finish(lease);
  await triggered(owner);
  const next = await builder.take();
  expect(next.job).toMatchObject({
    icon_foreground: null,
    icon_monochrome: { media_type: "image/png" },
  });
  expect((await builder.icon(next.lease, "/foreground")).status).toBe(404);
});

test("an icon uploaded while its app is deleted answers 404 and leaves no file", async () => {
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

test("an image of 16,777,216 pixels is accepted in any shape", async () => {
  const { put } = await newIcon();
  for (const bytes of [png(4096, 4096), png(16_384, 1024)]) {
    expect((await put(bytes)).status).toBe(200);
  }
});

test("an image of exactly 5 MiB is accepted", async () => {
  const { put } = await newIcon();
  expect((await put(padded(MAX_BYTES))).status).toBe(200);
});

function padded(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  bytes.set(png(64, 64));
  return bytes;
}
