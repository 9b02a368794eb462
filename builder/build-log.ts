// Sends the build log, which the app's owner can read while the build runs. Lines are collected briefly and then
// appended in order, with their offset, so that a repeated append has no effect. If the log can't be sent, the build
// continues without it.
import { MAX_LOG_BYTES, MAX_LOG_CHUNK_BYTES } from "../src/protocol/builder.ts";
import type { AppendAnswer } from "./job-client.ts";

/** Most consecutive corrections of the offset without an append: after more, both sides will not agree. */
const MAX_CORRECTIONS = 3;
/** Control characters (Unicode category Cc): a line must stay one line, and never drive a terminal. */
const CONTROL_CHARACTERS = /\p{Cc}/gu;

export interface BuildLogOptions {
  /** The offset of this attempt's text in the build log, bytes. */
  offset: number;
  /** How long lines are collected, ms. */
  flushMs: number;
  append: (offset: number, text: Uint8Array<ArrayBuffer>) => Promise<AppendAnswer>;
  /** Removes secrets from a line. */
  redact: (line: string) => string;
  /** Called once when an append has failed for good. Nothing is sent afterwards. */
  onFault: (error: unknown) => void;
}

export interface BuildLog {
  write(line: string): void;
  /** Sends the remaining lines at once. Resolves when they have arrived or were given up; never rejects. */
  flush(): Promise<void>;
}

export function createBuildLog(options: BuildLogOptions): BuildLog {
  const { flushMs, append, redact, onFault } = options;
  /** This attempt's whole text, which is kept since the API may need any part again. */
  let text = Buffer.alloc(0);
  /** Offset of the text's first byte in the build's log. */
  let base = options.offset;
  /** How many bytes of the text have arrived. */
  let sent = 0;
  let corrections = 0;
  let givenUp = false;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | null = null;

  /** Continues at the offset that the API expects. */
  function correct(expected: number): void {
    if (++corrections > MAX_CORRECTIONS) throw new Error("log offsets do not converge");
    const wanted = expected - base;
    if (wanted >= 0 && wanted <= text.length) sent = wanted;
    // The offset is outside this attempt's text, so nothing can be sent again, and the rest continues there.
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
    // Appends never overlap. A line that is written while the last append ends needs another one.
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
