// Takes out of a class file what runs without it: which class stands in which, generic types, what is thrown (JVM
// Specification, 4.7). The dex compiler makes annotations of them, 7 KB of the shell's, which only reflection would read.

const DROPPED = new Set(["EnclosingMethod", "Exceptions", "InnerClasses", "Signature"]);
/** How many bytes entries of the constant pool take, by tag (4.4); of texts, what comes before them. */
const ENTRY_BYTES = new Map([
  [1, 3],
  [3, 5],
  [4, 5],
  [5, 9],
  [6, 9],
  [7, 3],
  [8, 3],
  [9, 5],
  [10, 5],
  [11, 5],
  [12, 5],
  [15, 4],
  [16, 3],
  [18, 5],
]);

/**
 * Returns the class file without those attributes.
 * @throws for one that holds what Java 8's compiler does not write
 */
export function stripClass(file: Buffer): Buffer {
  const texts = new Map<number, string>();
  const kept: Buffer[] = [];
  let at = 10;
  const poolSize = file.readUInt16BE(8);
  for (let index = 1; index < poolSize; index++) {
    const tag = file.readUInt8(at);
    const bytes = ENTRY_BYTES.get(tag);
    if (bytes === undefined) throw new Error(`a class file has a constant of the kind ${tag}`);
    const length = tag === 1 ? file.readUInt16BE(at + 1) : 0;
    if (tag === 1) texts.set(index, file.toString("latin1", at + bytes, at + bytes + length));
    at += bytes + length;
    if (tag === 5 || tag === 6) index++; // a long or a double takes two numbers
  }
  kept.push(file.subarray(0, at));
  keep(6);
  keep(2 + 2 * file.readUInt16BE(at));
  keepMembers(); // fields
  keepMembers(); // methods
  keepAttributes();
  if (at !== file.length) throw new Error("a class file has more than a class");
  return Buffer.concat(kept);

  function keep(bytes: number): void {
    kept.push(file.subarray(at, at + bytes));
    at += bytes;
  }

  function keepMembers(): void {
    const count = file.readUInt16BE(at);
    keep(2);
    for (let member = 0; member < count; member++) {
      keep(6);
      keepAttributes();
    }
  }

  function keepAttributes(): void {
    const all: Buffer[] = [];
    const count = file.readUInt16BE(at);
    at += 2;
    for (let attribute = 0; attribute < count; attribute++) {
      const end = at + 6 + file.readUInt32BE(at + 2);
      if (!DROPPED.has(texts.get(file.readUInt16BE(at)) ?? "")) all.push(file.subarray(at, end));
      at = end;
    }
    const written = Buffer.alloc(2);
    written.writeUInt16BE(all.length);
    kept.push(written, ...all);
  }
}
