// Texts that recipients share but for what is each one's own, such as the token in its links: they are made once, with gaps,
// instead of once a recipient. Nobody looks for the gaps, since the words around them can be anything: the text is made
// twice with unlike texts in a gap, and where the two differ, there it is.
import type { Edition, Own } from "./types.ts";

/** Where texts that try a gap begin in ASCII: those of one kind are digits, those of the other letters. */
const DIGITS = 0x30;
const LETTERS = 0x61;
/** Random bits of each character of such a text, so that no owner can write one into a notification. */
const RANDOM_BITS = 0b111;

/** A text with gaps. */
export class Stencil {
  /** What stands before each gap, and after the last. */
  readonly #parts: readonly string[];
  /** Which text goes into each gap. */
  readonly #gaps: readonly number[];

  /**
   * The stencil of `make`, which puts texts of these lengths, in ASCII that JSON does not escape, into one text, each as it
   * is, and does not look at them. A length of 0 is that of a text which is not used.
   */
  constructor(lengths: readonly number[], make: (own: Own) => string) {
    const some = lengths.map((length) => random(length, DIGITS));
    const text = make(some);
    const found = lengths.flatMap((length, gap) => {
      if (length === 0) return [];
      const other = make(some.with(gap, random(length, LETTERS)));
      return differences(text, other, length).map((at) => ({ at, gap, end: at + length }));
    });
    const inOrder = found.toSorted((one, other) => one.at - other.at);
    const starts = [0, ...inOrder.map(({ end }) => end)];
    this.#parts = starts.map((start, place) => text.slice(start, inOrder[place]?.at));
    this.#gaps = inOrder.map(({ gap }) => gap);
  }

  /** Returns the text with these texts in its gaps. */
  textWith(own: Own): string {
    let text = this.#parts[0] ?? "";
    for (const [place, gap] of this.#gaps.entries()) {
      text += `${own[gap] ?? ""}${this.#parts[place + 1] ?? ""}`;
    }
    return text;
  }
}

/** The stencils of a batch's messages to one provider. */
export class Stencils {
  readonly #known = new Map<Edition, Map<string, Stencil>>();

  /** Returns the stencil of an edition in one variant, which `make` makes of the filled edition at the first time. */
  of(
    edition: Edition,
    variant: string,
    make: (filled: ReturnType<Edition["filled"]>) => string,
  ): Stencil {
    const variants = this.#known.get(edition) ?? new Map<string, Stencil>();
    this.#known.set(edition, variants);
    const known = variants.get(variant);
    if (known) return known;
    const made = new Stencil(edition.ownLengths, (own) => make(edition.filled(own)));
    variants.set(variant, made);
    return made;
  }
}

/** Where two texts begin to differ for `length` characters. */
function differences(one: string, other: string, length: number): number[] {
  const starts: number[] = [];
  for (let at = 0; at < one.length; at += 1) {
    if (one.charCodeAt(at) === other.charCodeAt(at)) continue;
    starts.push(at);
    at += length - 1;
  }
  return starts;
}

/** A text of eight different characters of ASCII, from `first` on. */
function random(length: number, first: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return String.fromCharCode(...bytes.map((byte) => first + (byte & RANDOM_BITS)));
}
