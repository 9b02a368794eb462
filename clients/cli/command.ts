// What a command is: its words, its options, its help, and the function that runs it.
import type { Output } from "./output.ts";

/** An option of a command. */
export interface Option {
  type: "string" | "boolean";
  /** Whether it may be given several times. */
  multiple?: true;
  /** What stands for its value in the help. */
  value?: string;
  /** What it is for, in a few words. */
  help: string;
}

/** What a command is called with. */
export interface Call {
  values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  /** The arguments that are no options. */
  words: readonly string[];
  out: Output;
  env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C and by signals that end the process; its reason is an `Interrupted`. */
  signal: AbortSignal;
}

/** A command of the program. */
export interface Command {
  /** The words that call it, such as `webhooks listen`. */
  name: string;
  /** What it does, in a line. */
  summary: string;
  /** Its arguments, as the help shows them. */
  words: { shown: string; least: number; most: number };
  options: Readonly<Record<string, Option>>;
  /** What there is to know besides, in sentences. */
  more: string;
  /** Calls of it, each with what it does. */
  examples: readonly (readonly [call: string, does: string])[];
  run: (call: Call) => Promise<void>;
}

/** The value of an option that takes one, or null where it was not given. */
export function textOf({ values }: Pick<Call, "values">, name: string): string | null {
  const value = values[name];
  return typeof value === "string" ? value : null;
}

/** The values of an option that may be given several times. */
export function textsOf({ values }: Pick<Call, "values">, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** Whether a flag was given. */
export function isSet({ values }: Pick<Call, "values">, name: string): boolean {
  return values[name] === true;
}
