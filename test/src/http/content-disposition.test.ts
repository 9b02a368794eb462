// The Content-Disposition header takes file names in any script, and no name can break out of it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { contentDisposition } from "../../../src/http/content-disposition.ts";

test.each([
  ["My App.apk", `attachment; filename="My App.apk"; filename*=UTF-8''My%20App.apk`],
  ["日本.apk", `attachment; filename="__.apk"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.apk`],
  ['a"b\\c.apk', `attachment; filename="a_b_c.apk"; filename*=UTF-8''a%22b%5Cc.apk`],
  [
    "it's (1)*.apk",
    `attachment; filename="it's (1)*.apk"; filename*=UTF-8''it%27s%20%281%29%2A.apk`,
  ],
])("writes the header for the file name %s", (name, header) => {
  expect(contentDisposition(name)).toBe(header);
});

test("makes a valid header of any name, which can be read back whole", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const header = contentDisposition(name);
      expect(header).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.!~%-]*$/);
      expect(header.split('"')).toHaveLength(3);
      expect(new Headers({ "content-disposition": header }).get("content-disposition")).toBe(
        header,
      );
      const full = header.slice(header.indexOf("''") + 2);
      expect(decodeURIComponent(full)).toBe(name.toWellFormed());
    }),
  );
});
