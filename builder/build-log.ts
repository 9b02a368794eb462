// The log the app's owner reads while the build runs: lines are gathered for a moment, then sent in order,
// each append naming its offset, so that a repeated one changes nothing. A log that cannot be delivered is
// given up, since the build is worth more.
import { MAX_LOG_BYTES, MAX_LOG_CHUNK_BYTES } from "../src/protocol/builder.ts";
import type { AppendAnswer } from "./job-client.ts";

/** Corrections of the offset without any append between them: more means that the two sides will not agree. */
const MAX_CORRECTIONS = 3;
/** Control characters (Unicode category Cc): a line must stay one line, and never drive a terminal. */
const CONTROL_CHARACTERS = /\p{Cc}/gu;

export interface BuildLogOptions {
  /** Where this attempt's text begins in the build's log, bytes. */
  offset: number;
  /** How long lines are gathered, ms. */
  flushMs: number;
  append: (offset: number, text: Uint8Array<ArrayBuffer>) => Promise<AppendAnswer>;
  /** Cuts secrets out of a line. */
  redact: (line: string) => string;
  /** Called once when an append failed for good; nothing is sent after it. */
  onFault: (error: unknown) => void;
}

export interface BuildLog {
  write(line: string): void;
  /** Sends what waits, at once. Resolves when all of it has arrived or was given up; never rejects. */
  flush(): Promise<void>;
}

export function createBuildLog(options: BuildLogOptions): BuildLog {
  const { flushMs, append, redact, onFault } = options;
  /** This attempt's whole text, kept because the API may ask for any part again. */
  let text = Buffer.alloc(0);
  /** Offset of the text's first byte in the build's log. */
  let base = options.offset;
  /** How much of the text has arrived, bytes. */
  let sent = 0;
  let corrections = 0;
  let givenUp = false;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | null = null;

  /** Takes the API's word for where the next append belongs. */
  function correct(expected: number): void {
    if (++corrections > MAX_CORRECTIONS) throw new Error("log offsets do not converge");
    const wanted = expected - base;
    if (wanted >= 0 && wanted <= text.length) sent = wanted;
    // Outside what this attempt wrote: nothing to resend, so what is left simply continues there.
    else base = expected - sent;
  }

  async function sendAll(): Promise<void> {
    try {
      while (sent < text.length) {
        const chunk = text.subarray(sent, sent + MAX_LOG_CHUNK_BYTES);
        const answer = await append(base + sent, chunk);
        if (answer.accepted) {
          sent += chunk.length;
          corrections = 0;
        } else {
          correct(answer.offset);
        }
      }
    } catch (error) {
      givenUp = true;
      onFault(error);
    }
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    // Appends never overlap. A line written just as the last append ends needs another round.
    while (!givenUp && sent < text.length) {
      sending ??= sendAll().finally(() => {
        sending = null;
      });
      await sending;
    }
  }

  return {
    write(line) {
      const bytes = Buffer.from(`${redact(line).replaceAll(CONTROL_CHARACTERS, " ")}\n`);
      if (givenUp || base + text.length + bytes.length > MAX_LOG_BYTES) return;
      text = Buffer.concat([text, bytes]);
      timer ??= setTimeout(() => void flush(), flushMs);
    },
    flush,
  };
}
