// Finds where a text stops being JSON (RFC 8259), which JSON.parse tells only now and then, and then with a piece of the
// text: that may be a secret, and so is never told.

/** Where a text goes wrong: both count from 1, the column in characters. */
interface Place {
  line: number;
  column: number;
}

/**
 * Returns in words what is wrong with a body that is not JSON, and where: `... an unexpected character at line 2, column 7`.
 * The place is that of the first character, or of the end, with which the text can't become JSON any more.
 */
export function jsonFault(bytes: Uint8Array): string {
  const wellFormed = utf8Length(bytes);
  if (wellFormed < bytes.byteLength) {
    const before = new TextDecoder().decode(bytes.subarray(0, wellFormed));
    return `it is not UTF-8 at ${told(placeOf(before, before.length))}`;
  }
  const text = new TextDecoder().decode(bytes);
  const at = faultAt(text);
  const place = told(placeOf(text, at));
  return at < text.length
    ? `an unexpected character at ${place}`
    : `it ends too early, at ${place}`;
}

/** Returns how many bytes are UTF-8, from the beginning. */
function utf8Length(bytes: Uint8Array): number {
  let [known, least] = [0, bytes.byteLength + 1];
  // The greatest length whose bytes are UTF-8, or begin it, is at least `known` and less than `least`.
  while (least - known > 1) {
    const middle = Math.floor((known + least) / 2);
    if (isUtf8(bytes.subarray(0, middle))) known = middle;
    else least = middle;
  }
  // What only begins a character at the end of all bytes is not one.
  while (known > 0 && !isUtf8(bytes.subarray(0, known), false)) known -= 1;
  return known;
}

function isUtf8(bytes: Uint8Array, mayGoOn = true): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes, { stream: mayGoOn });
    return true;
  } catch {
    return false;
  }
}

function placeOf(text: string, at: number): Place {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf("\n") + 1;
  return {
    line: before.split("\n").length,
    column: Array.from(before.slice(lineStart)).length + 1,
  };
}

function told({ line, column }: Place): string {
  return `line ${line}, column ${column}`;
}

/** What may come next; `after` is what follows a value. */
type Expected = "value" | "item or end" | "name" | "name or end" | "colon" | "after";

/** What may come after a bracket that opens. */
const OPENS = new Map<string, Expected>([
  ["[", "item or end"],
  ["{", "name or end"],
]);
const BLANK = /[\t\n\r ]*/y;
/** Characters of a string that stand for themselves. */
const PLAIN = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const ESCAPE_BEGUN = /\\(?:u[0-9a-fA-F]{0,3})?/y;
const SCALAR_BEGUN =
  /t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|n(?:u(?:ll?)?)?|-?(?:(?:0|[1-9]\d*)(?:\.\d*)?(?:(?<=\d)[eE][+-]?\d*)?)?/y;
const SCALAR = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** Returns the index of the first character that can't belong to JSON; the length of the text where it ends too early. */
function faultAt(text: string): number {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = after(BLANK, text, 0);
  while (at < text.length) {
    const sign = text.charAt(at);
    const inside = open.at(-1);
    const opened: Expected | undefined = isValue(expected) ? OPENS.get(sign) : undefined;
    if (opened !== undefined) {
      open.push(sign);
      expected = opened;
      at += 1;
    } else if (mayEnd(expected) && sign === { "[": "]", "{": "}" }[inside ?? ""]) {
      open.pop();
      expected = "after";
      at += 1;
    } else if (expected === "after" && sign === "," && inside !== undefined) {
      expected = inside === "[" ? "value" : "name";
      at += 1;
    } else if (expected === "colon" && sign === ":") {
      expected = "value";
      at += 1;
    } else {
      const isName: boolean = expected === "name" || expected === "name or end";
      if (!isName && !isValue(expected)) return at;
      if (isName && sign !== '"') return at;
      const { end, isWhole } = sign === '"' ? stringAt(text, at) : scalarAt(text, at);
      if (!isWhole) return end;
      expected = isName ? "colon" : "after";
      at = end;
    }
    at = after(BLANK, text, at);
  }
  return text.length;
}

function isValue(expected: Expected): boolean {
  return expected === "value" || expected === "item or end";
}

function mayEnd(expected: Expected): boolean {
  return expected === "after" || expected === "item or end" || expected === "name or end";
}

/** Where a string ends that begins at `from` or, if it is not whole, where it goes wrong. */
function stringAt(text: string, from: number): { end: number; isWhole: boolean } {
  let at = from + 1;
  for (;;) {
    at = after(PLAIN, text, at);
    if (text.charAt(at) === '"') return { end: at + 1, isWhole: true };
    const escaped = after(ESCAPE, text, at);
    if (escaped === at) return { end: after(ESCAPE_BEGUN, text, at), isWhole: false };
    at = escaped;
  }
}

/** The same for a number, true, false or null. */
function scalarAt(text: string, from: number): { end: number; isWhole: boolean } {
  const end = after(SCALAR_BEGUN, text, from);
  return { end, isWhole: SCALAR.test(text.slice(from, end)) };
}

/** Returns the index after what the sticky `pattern` finds at `at`; `at` where it finds nothing. */
function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
