// What a command prints. Results go to stdout, as text or as JSON; prose and progress go to stderr, so that a program
// that reads stdout never meets them.
import type { WriteStream } from "node:tty";

const ESCAPE = "\u001B[";
const COLORS = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;
type Color = keyof typeof COLORS;
/** What returns to the beginning of a terminal's line and empties it. */
const FRESH_LINE = `\r${ESCAPE}2K`;
/** Width of a terminal that does not say its own. */
const USUAL_WIDTH = 80;

/** What a terminal must not be sent from elsewhere: it could move the cursor, or change what was printed. */
const CONTROL = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Text from elsewhere as one line that a terminal prints as it is. */
export function printable(text: string): string {
  return text.replaceAll(CONTROL, " ");
}

/** Text of several lines without what moves the cursor; whatever others wrote may stand in it. */
function plain(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** JSON whose strings have such characters escaped. */
function plainJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(CONTROL, (text) =>
    Array.from(
      { length: text.length },
      (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** Prints for one run of a command. */
export class Output {
  readonly isJson: boolean;
  readonly #colors: boolean;
  readonly #isLive: boolean;
  #lastProgress = "";
  #hasLine = false;
  #unknown: string | null = null;

  constructor(isJson: boolean, env: NodeJS.ProcessEnv) {
    this.isJson = isJson;
    this.#isLive = process.stderr.isTTY && env["TERM"] !== "dumb";
    this.#colors = this.#isLive && !env["NO_COLOR"];
  }

  /** Whether stderr is a terminal on which a line can be written again and again. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /** What nobody would know if the program ended now; null where nothing is underway. */
  get unknown(): string | null {
    return this.#unknown;
  }

  /** Runs what a first Ctrl-C does not end; `unknown` is what a second one leaves unknown. */
  async uninterrupted<T>(unknown: string, run: () => Promise<T>): Promise<T> {
    this.#unknown = unknown;
    try {
      return await run();
    } finally {
      this.#unknown = null;
    }
  }

  /** The result: one line of JSON, or text for people, whose first word may have a colour. */
  result(value: unknown, text: string, color?: Color): void {
    this.#endLine();
    process.stdout.write(`${this.isJson ? plainJson(value) : this.#painted(plain(text), color)}\n`);
  }

  /** A sentence to whoever is looking, whose first word may have a colour. */
  say(text: string, color?: Color): void {
    this.#endLine();
    process.stderr.write(`${this.#painted(plain(text), color)}\n`);
  }

  /** Where things stand: the one line of a terminal, or a plain line whenever it changes. */
  progress(text: string): void {
    if (!this.#isLive) {
      if (text !== this.#lastProgress) process.stderr.write(`${plain(text)}\n`);
      this.#lastProgress = text;
      return;
    }
    const width = ((process.stderr as WriteStream).columns || USUAL_WIDTH) - 1;
    const shown = [...printable(text)].slice(0, width).join("");
    process.stderr.write(`${FRESH_LINE}${this.#paint("dim", shown)}`);
    this.#hasLine = true;
  }

  #painted(text: string, color?: Color): string {
    return color === undefined ? text : text.replace(/^\S+/, (word) => this.#paint(color, word));
  }

  /** Text in a colour, where colours are wanted. */
  #paint(color: Color, text: string): string {
    return this.#colors ? `${ESCAPE}${COLORS[color]}m${text}${ESCAPE}0m` : text;
  }

  #endLine(): void {
    if (this.#hasLine) process.stderr.write(FRESH_LINE);
    this.#hasLine = false;
  }
}
