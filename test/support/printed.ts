// What a process prints, by whole lines: a line may come in pieces, and a piece of an address or an id looks like a whole one.
import type { Readable } from "node:stream";
import { PATIENCE_MS } from "./patience.ts";

/** The output of a process, as far as its lines are whole. When a stream ends, its last line does too. */
export class Printed {
  #text = "";
  #open: number;
  #changed = Promise.withResolvers<void>();

  /** `streams` are those of one process: stdout, stderr, or both. */
  constructor(...streams: readonly Readable[]) {
    this.#open = streams.length;
    for (const stream of streams) {
      let piece = "";
      stream.setEncoding("utf8").on("data", (more: string) => {
        const lines = piece + more;
        const end = lines.lastIndexOf("\n") + 1;
        piece = lines.slice(end);
        this.#add(lines.slice(0, end));
      });
      stream.once("end", () => {
        this.#open -= 1;
        this.#add(piece);
      });
    }
  }

  /** The lines so far, in the order in which they became whole. */
  get text(): string {
    return this.#text;
  }

  /** Resolves with the first match once whole lines hold one. @throws when nothing more comes, or not within PATIENCE_MS */
  async find(wanted: RegExp): Promise<RegExpExecArray> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#add("");
    }, PATIENCE_MS);
    try {
      for (;;) {
        const found = wanted.exec(this.#text);
        if (found !== null) return found;
        if (isLate || this.#open === 0) break;
        await this.#changed.promise;
      }
    } finally {
      clearTimeout(timer);
    }
    throw new Error(`${String(wanted)} is not in what was printed:\n${this.#text}`);
  }

  #add(lines: string): void {
    this.#text += lines;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
