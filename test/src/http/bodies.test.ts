// Request bodies that are not JSON, not an object or too large, and which refusal comes first when several apply.
import { describe, expect, test, vi } from "vitest";
import { emptyPool, trigger, triggered } from "../../support/builds.ts";
import { FakeBuilder } from "../../support/fake-builder.ts";
import { admin, api, bindings, send } from "../../support/worker.ts";
import { newAccount, newApp, newKey, newOwner } from "../../support/scenario.ts";

const MIB = 1024 * 1024;
const NOT_AN_OBJECT = {
  message: "The body must be a JSON object.",
  errors: { body: ["The body must be a JSON object."] },
};

const { key } = await newAccount();
const create = async (body: BodyInit) => api("POST", "/api/v1/apps", { token: key, body });

test.each<[string, BodyInit, string]>([
  ["an object cut off", '{"name":', "it ends too early, at line 1, column 9"],
  ["a form", "name=My+App", "an unexpected character at line 1, column 2"],
  ["two values", "{}{}", "an unexpected character at line 1, column 3"],
  ["a comment", "{/**/}", "an unexpected character at line 1, column 2"],
  ["NaN", '{"version_code":NaN}', "an unexpected character at line 1, column 17"],
  ["a raw control character", '{"name":"a\u0001"}', "an unexpected character at line 1, column 11"],
  [
    "invalid UTF-8",
    new Uint8Array([0x22, 0xff, 0xfe, 0x22]),
    "it is not UTF-8 at line 1, column 2",
  ],
  [
    "a UTF-8 surrogate",
    new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]),
    "it is not UTF-8 at line 1, column 2",
  ],
  [
    "UTF-16",
    new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
    "it is not UTF-8 at line 1, column 1",
  ],
  ["blanks only", "  ", "it ends too early, at line 1, column 3"],
  ["a NUL character", "\u0000", "an unexpected character at line 1, column 1"],
  [
    "a fault in a later line",
    '{\n  "name": "Ä💥",\r\n  "url": \'x\'\n}',
    "an unexpected character at line 3, column 10",
  ],
  ["an escape that is none", '{"💥": "\\u12x"}', "an unexpected character at line 1, column 12"],
  ["a comma too many", '{"name":"A",}', "an unexpected character at line 1, column 13"],
  [
    "a number that begins with 0",
    '{"version_code":01}',
    "an unexpected character at line 1, column 18",
  ],
])("answers 400 to a body that is not JSON, and says where: %s", async (_name, body, place) => {
  const refused = await create(body);
  expect(refused.status).toBe(400);
  expect(refused.body).toEqual({ message: `The request body is not valid JSON: ${place}.` });
});

test.each(["[]", "null", '"x"', "5", "true", "[{}]"])(
  "answers 422 to JSON that is not an object: %s",
  async (body) => {
    const refused = await create(body);
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual(NOT_AN_OBJECT);
  },
);

test("accepts a byte order mark and any Content-Type", async () => {
  const body = '\uFEFF{"name":"A","url":"https://example.com"}';
  const headers = { "content-type": "text/plain" };
  const made = await api("POST", "/api/v1/apps", { token: key, body, headers });
  expect(made.status).toBe(201);
});

test("treats a missing body as an empty object", async () => {
  const refused = await api("POST", "/api/v1/apps", { token: key });
  expect(refused.status).toBe(422);
  expect(Object.keys(refused.body.errors)).toEqual(["name", "url"]);
});

test.each([
  ["arrays nested very deeply", `{"name":${"[".repeat(200_000)}${"]".repeat(200_000)}}`],
  ["objects nested very deeply", `${'{"config":'.repeat(50_000)}1${"}".repeat(50_000)}`],
  ["a number beyond all limits", '{"name":"A","url":"https://example.com","version_code":1e999}'],
  [
    "a number of a thousand digits",
    `{"name":"A","url":"https://example.com","version_code":${"9".repeat(1000)}}`,
  ],
  ["minus zero", '{"name":"A","url":"https://example.com","version_code":-0}'],
  [
    "fields hidden in prototypes",
    '{"__proto__":{"name":"A"},"constructor":{"prototype":{"url":"https://e.com"}}}',
  ],
])("answers 422 to an object with %s", async (_name, body) => {
  expect((await create(body)).status).toBe(422);
});

test("treats __proto__ as a field like any other, which it does not know", async () => {
  const body = '{"name":"A","url":"https://example.com","__proto__":{"admin":true}}';
  const refused = await create(body);
  expect(refused.status).toBe(422);
  expect(Object.keys(refused.body.errors)).toEqual(["__proto__"]);
  expect(({} as Record<string, unknown>).admin).toBeUndefined();
});

describe("size of a body", () => {
  const of = (bytes: number) => `{"name":"${"x".repeat(bytes - 11)}"}`;

  test("reads 1 MiB, and answers 413 to one byte more", async () => {
    expect(of(MIB)).toHaveLength(MIB);
    expect((await create(of(MIB))).status).toBe(422);
    const refused = await create(of(MIB + 1));
    expect(refused.status).toBe(413);
    expect(refused.body).toEqual({ message: "The request body is larger than 1048576 bytes." });
  });

  test("answers 413 also without a Content-Length", async () => {
    const body = new Blob([of(3 * MIB)]).stream().pipeThrough(new TransformStream());
    const refused = await create(body);
    expect(refused.status).toBe(413);
  });

  test("stops reading a body that never ends soon after 1 MiB", async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 64 * 1024;
        controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
      },
    });
    expect((await create(endless)).status).toBe(413);
    expect(sent).toBeLessThan(4 * MIB);
  });
});

describe("lists, objects and fields in a body", () => {
  const MOST = 40_000;
  const withLists = (count: number, name = "A") =>
    `{"name":${JSON.stringify(name)},"x":[${"[],".repeat(count - 5)}[]]}`;
  const withFields = (count: number) =>
    `{${Array.from({ length: count - 1 }, (_, at) => `"k${at}":1`).join()}}`;

  test("are 40,000 at most, and more are not even parsed", async () => {
    expect((await create(withLists(MOST))).body.errors).toHaveProperty("url");
    expect((await create(withFields(MOST))).body.errors).toHaveProperty("url");
    const deep = "[".repeat(MIB / 2) + "]".repeat(MIB / 2);
    for (const body of [withLists(MOST + 1), withFields(MOST + 1), deep]) {
      const parsed = vi.spyOn(JSON, "parse");
      const refused = await create(body);
      expect(refused.status).toBe(422);
      const message = "The body field must not hold more than 40000 lists, objects and fields.";
      expect(refused.body).toEqual({ message, errors: { body: [message] } });
      expect(parsed.mock.calls.filter(([text]) => text === body)).toEqual([]);
      parsed.mockRestore();
    }
  });

  test("are not the brackets and colons in its texts", async () => {
    const name = `\\"[:${"[{:".repeat(MOST)}\\`;
    const [few, more] = [await create(withLists(5, name)), await create(withLists(MOST + 1, name))];
    expect(Object.keys(few.body.errors)).toEqual(["name", "url", "x"]);
    expect(Object.keys(more.body.errors)).toEqual(["body"]);
  });
});

describe("order of refusals", () => {
  const large = "x".repeat(MIB + 1);

  test("answers 401 before 403 before 404, and only then judges the body", async () => {
    const owner = await newAccount();
    const app = await newApp(owner.key);
    const path = `/api/v1/apps/${app.id}`;
    const narrow = await newKey(owner.id, { scopes: ["apps:read"] });
    for (const body of ["{", "[]", large, '{"name":""}']) {
      const put = async (at: string, token?: string) =>
        (await api("PUT", at, { body, ...(token ? { token } : {}) })).status;
      expect(await put(path)).toBe(401);
      expect(await put("/api/v1/apps/x", narrow)).toBe(403);
      expect(await put("/api/v1/apps/x", owner.key)).toBe(404);
      expect(await put(path, key)).toBe(404);
    }
    expect((await api("PUT", path, { token: owner.key, body: "{" })).status).toBe(400);
    expect((await api("PUT", path, { token: owner.key, body: large })).status).toBe(413);
    expect((await api("PUT", path, { token: owner.key, body: "[]" })).status).toBe(422);
  });

  test("answers 404 for a list of a missing app before it judges the paging", async () => {
    const app = await newApp(key);
    const stranger = await newAccount();
    const path = `/api/v1/apps/${app.id}/builds?page=0`;
    expect((await api("GET", path, { token: stranger.key })).status).toBe(404);
    expect((await api("GET", path, { token: key })).status).toBe(422);
  });

  test("answers 404 for a missing account before it judges the body", async () => {
    expect((await admin("PATCH", "/accounts/999999", { plan: 5 })).status).toBe(404);
    expect((await admin("POST", "/accounts/999999/api-keys", {})).status).toBe(404);
    const { id } = await newAccount();
    const body = "{";
    const refused = await api("PATCH", `/api/v1/admin/accounts/${id}`, {
      token: bindings.ADMIN_TOKEN,
      body,
    });
    expect(refused.status).toBe(400);
  });

  test("answers 422 to an invalid build request before 409, 402 and 503", async () => {
    await FakeBuilder.start();
    const busy = await newOwner();
    await triggered(busy);
    await emptyPool();
    const owners = [busy, await newOwner({ build_credits: 0 }), await newOwner()];
    const answers = async (json: unknown) =>
      Promise.all(owners.map(async (owner) => (await trigger(owner, json)).status));
    expect(await answers({})).toEqual([409, 402, 503]);
    expect(await answers({ build_format: "exe" })).toEqual([422, 422, 422]);
  });
});

describe("routes", () => {
  test.each(["/api", "/api/v1", "/api/v1/", "/api/v1/apps/", "/api/v1/nope", "/api/v2/apps", "/x"])(
    "answers 404 at %s, without a key and for any method",
    async (path) => {
      for (const method of ["GET", "POST", "DELETE", "PATCH"]) {
        const missing = await api(method, path);
        expect(missing.status).toBe(404);
        expect(missing.body).toEqual({ message: "Not found." });
      }
    },
  );

  test.each(["/", "/healthz", "/openapi.json", "/docs/postman.json"])(
    "answers GET at %s and refuses other methods with 405",
    async (path) => {
      const found = await send("GET", path);
      expect(found.status).toBe(200);
      await found.text();
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const refused = await api(method, path);
        expect(refused.status).toBe(405);
        expect(refused.headers.get("allow")).toBe("GET, HEAD");
        expect(refused.body).toEqual({ message: "Method not allowed." });
      }
    },
  );
});
