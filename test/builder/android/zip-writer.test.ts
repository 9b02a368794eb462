// The zip writer, read back by the verifier's strict reader.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signApk } from "../../../builder/android/signing/sign-apk.ts";
import { openSigner } from "../../../builder/android/signing/signer-key.ts";
import { readArchive } from "../../../builder/android/verify/zip-archive.ts";
import { zip, zipParts } from "../../../builder/android/zip-writer.ts";
import { ecKey } from "./support/signing-keys.ts";

const signer = openSigner(ecKey());

const entries = fc.uniqueArray(
  fc.record({
    name: fc
      .array(fc.constantFrom("a", "bc", "d.png", "é", "世界", "🎉"), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join("/")),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(5000).map((length) => new Uint8Array(length).fill(7)),
    ),
    stored: fc.boolean(),
  }),
  { selector: ({ name }) => name, maxLength: 20 },
);

describe("zip writer", () => {
  test("every entry is read back as it was, and stored ones are aligned", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const { entries: found } = readArchive(signApk(zipParts(list), signer));
        expect([...found.keys()]).toEqual(list.map(({ name }) => name));
        for (const { name, bytes, stored } of list) {
          const entry = found.get(name);
          expect(Buffer.from(entry?.bytes ?? []).equals(bytes)).toBe(true);
          expect(!stored || entry?.stored).toBe(true);
          // only deflated entries may begin anywhere
          expect(entry?.stored === false || (entry?.dataOffset ?? 1) % 4 === 0).toBe(true);
        }
      }),
    );
  });

  test("bytes that deflate can't shrink are stored", () => {
    const bytes = Uint8Array.from([1, 2, 3]);
    const apk = signApk(zipParts([{ name: "a", bytes, stored: false }]), signer);
    expect(readArchive(apk).entries.get("a")?.stored).toBe(true);
  });

  test("the same entries give the same bytes, which hold no time", () => {
    const list = [{ name: "a", bytes: new Uint8Array(100), stored: false }];
    const archive = zip(list);
    expect(zip(list)).toEqual(archive);
    const view = new DataView(archive.buffer);
    expect([view.getUint16(10, true), view.getUint16(12, true)]).toEqual([0, 0x21]);
  });

  test("only names beyond ASCII are marked as UTF-8", () => {
    const flags = (name: string): number =>
      new DataView(zip([{ name, bytes: new Uint8Array(), stored: true }]).buffer).getUint16(
        6,
        true,
      );
    expect(flags("plain")).toBe(0);
    expect(flags("世界")).toBe(0x0800);
  });

  test("an entry that does not match its checksum is refused", () => {
    const parts = zipParts([{ name: "a", bytes: new Uint8Array(9), stored: true }]);
    expect(() => readArchive(signApk(parts, signer))).not.toThrow();
    // the CRC-32 in the local and in the central header
    parts.entries.fill(1, 14, 18);
    parts.centralDirectory.fill(1, 16, 20);
    expect(() => readArchive(signApk(parts, signer))).toThrow("contents are damaged");
  });

  test("a name that comes twice is refused", () => {
    const entry = { name: "a", bytes: new Uint8Array(), stored: true };
    expect(() => zip([entry, entry])).toThrow("two entries are named a");
  });
});
