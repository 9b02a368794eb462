// Takes out of a class file what runs without it: which class stands in which, generic types, what is thrown (JVM
// Specification, 4.7), of which the dex compiler makes annotations that only reflection would read; and the fields of constants,
// whose values the Java compiler has put where they are used. Together they are a tenth of the shell's code.

const DROPPED = new Set(["EnclosingMethod", "Exceptions", "InnerClasses", "Signature"]);
/** Of a member that is its class's (4.5). */
const STATIC = 0x0008;
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
 * Returns the class file without those.
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
  kept.push(take(6), take(2 + 2 * file.readUInt16BE(at))); // what it is, and its interfaces
  keepMembers(); // fields
  keepMembers(); // methods
  kept.push(attributes().left);
  if (at !== file.length) throw new Error("a class file has more than a class");
  return Buffer.concat(kept);

  function take(bytes: number): Buffer {
    at += bytes;
    return file.subarray(at - bytes, at);
  }

  /** Fields or methods, but for constants: whoever names one has its value instead. */
  function keepMembers(): void {
    const members: Buffer[] = [];
    const count = take(2).readUInt16BE();
    for (let member = 0; member < count; member++) {
      const head = take(6);
      const { left, names } = attributes();
      // An object's own field has that too, and is written all the same when it is made.
      const isConstant = names.includes("ConstantValue") && (head.readUInt16BE() & STATIC) !== 0;
      if (!isConstant) members.push(Buffer.concat([head, left]));
    }
    kept.push(counted(members));
  }

  /** The names of the attributes that come next, and those that are left, with their count. */
  function attributes(): { names: string[]; left: Buffer } {
    const names: string[] = [];
    const all: Buffer[] = [];
    const count = take(2).readUInt16BE();
    for (let attribute = 0; attribute < count; attribute++) {
      const name = texts.get(file.readUInt16BE(at)) ?? "";
      const bytes = take(6 + file.readUInt32BE(at + 2));
      names.push(name);
      if (!DROPPED.has(name)) all.push(bytes);
    }
    return { names, left: counted(all) };
  }
}

/** These, after how many they are. */
function counted(parts: readonly Buffer[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeUInt16BE(parts.length);
  return Buffer.concat([count, ...parts]);
}
