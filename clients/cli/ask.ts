// Questions to a person at a terminal, asked on stderr, since stdout is for results.
import { createInterface } from "node:readline/promises";
import { aborted, Failure, Interrupted } from "./failure.ts";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const BACKSPACE = /[\b\u007F]/;
const ENTER = /[\r\n]/;
/** Longest text that is read from a pipe, characters. */
const MAX_PIPED = 10_000;

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks for something that must not be seen. Nothing that is typed is shown. */
export async function askHidden(question: string, signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process;
  // before the question, since whoever sees it may type at once
  stdin.setRawMode(true).setEncoding("utf8");
  stderr.write(question);
  try {
    return await Promise.race([typedLine(), aborted(signal)]);
  } finally {
    stdin.setRawMode(false).pause();
    stderr.write("\n");
  }
}

/** What is typed until Enter. */
async function typedLine(): Promise<string> {
  let typed = "";
  for await (const chunk of process.stdin.iterator({ destroyOnReturn: false })) {
    for (const letter of chunk as string) {
      if (letter === CTRL_C) throw new Interrupted();
      if (ENTER.test(letter) || letter === CTRL_D) return typed;
      typed = BACKSPACE.test(letter) ? typed.slice(0, -1) : typed + letter;
    }
  }
  return typed;
}

/** Asks a question that yes or no answers; only a yes is one. */
export async function askYes(question: string, signal: AbortSignal): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const interrupted = new AbortController();
  // the terminal's Ctrl-C comes here instead of to the process while it reads
  asking.once("SIGINT", () => interrupted.abort());
  try {
    const ends = AbortSignal.any([signal, interrupted.signal]);
    const answer = await asking.question(`${question} [y/N] `, { signal: ends });
    return /^y(?:es)?$/i.test(answer.trim());
  } catch (error) {
    signal.throwIfAborted();
    if (interrupted.signal.aborted) throw new Interrupted();
    throw error;
  } finally {
    asking.close();
  }
}

/** Reads all of stdin, where a key comes from a pipe or a file. */
export async function readPiped(signal: AbortSignal): Promise<string> {
  return Promise.race([allOfStdin(), aborted(signal)]);
}

async function allOfStdin(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) {
    text += chunk as string;
    if (text.length > MAX_PIPED) throw new Failure("usage", "That is too long for a key.");
  }
  return text;
}
