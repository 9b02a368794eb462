// Reads the command line: which command it calls, with which options. What nobody knows is refused with the nearest
// thing that there is.
import { parseArgs } from "node:util";
import type { Call, Command, Option } from "./command.ts";
import { Failure } from "./failure.ts";

/** The options that every command has. */
export const COMMON: Readonly<Record<string, Option>> = {
  json: { type: "boolean", help: "print JSON on stdout, and nothing else there" },
  help: { type: "boolean", help: "print this help" },
};
/** Farthest that a word may be from another for us to suggest it, in changed letters. */
const NEAR = 2;

/** What a command line asks for. */
export type Asked =
  | { of: "help"; command: Command | null }
  | { of: "version" }
  | { of: "run"; command: Command; call: Pick<Call, "values" | "words"> };

/** @throws Failure of the kind `usage` for whatever is no call of a command. */
export function readArgs(args: readonly string[], commands: readonly Command[]): Asked {
  const [first, ...rest] = args.filter((arg) => arg !== "--json");
  if (first === undefined || first === "--help" || first === "-h") {
    return { of: "help", command: null };
  }
  if (first === "--version" || first === "-v") return { of: "version" };
  if (first === "help") {
    return { of: "help", command: rest.length === 0 ? null : commandOf(rest, commands) };
  }
  const command = commandOf([first, ...rest], commands);
  const given = withoutName(args, command);
  const options = { ...command.options, ...COMMON };
  const { tokens } = parseArgs({
    args: [...given],
    options: typesOf(options),
    strict: false,
    tokens: true,
  });
  const named = tokens.filter((token) => token.kind === "option");
  // by its tokens, since a text may be "-h" too
  if (named.some(({ name }) => name === "help")) return { of: "help", command };
  refuseUnknown(named, options, command);
  const { values, positionals } = parsed(given, options, command);
  const { least, most, shown } = command.words;
  if (positionals.length < least || positionals.length > most) {
    const wanted = shown === "" ? "no arguments" : shown;
    throw usage(`It takes ${wanted}; not ${positionals.join(" ") || "nothing"}.`, command);
  }
  return { of: "run", command, call: { values, words: positionals } };
}

/** Whether the command line asks for JSON, which holds for its refusals too. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? undefined : end).includes("--json");
}

/** The failure of a command line, with the way to the help of its command. */
export function usage(message: string, command: Command | null = null): Failure {
  const name = command === null ? "" : `${command.name} `;
  return new Failure("usage", `${message} See: slipway ${name}--help`);
}

/** A command by its words, of which the longest name counts. */
function commandOf(words: readonly string[], commands: readonly Command[]): Command {
  const found = commands
    .toSorted((a, b) => b.name.length - a.name.length)
    .find(({ name }) => {
      const parts = name.split(" ");
      return parts.every((part, at) => words[at] === part);
    });
  if (found !== undefined) return found;
  const said = words.filter((word) => !word.startsWith("-")).slice(0, 2);
  const names = commands.map(({ name }) => name);
  const near = nearest(said.join(" "), names) ?? nearest(said[0] ?? "", names);
  const group = names.find((name) => name.startsWith(`${said[0]} `));
  const suggested = near ?? group;
  const hint = suggested === undefined ? "" : ` Did you mean: slipway ${suggested}?`;
  throw usage(`There is no command "${said.join(" ") || words.join(" ")}".${hint}`);
}

/** The arguments behind the command's own words, among which `--json` may stand. */
function withoutName(args: readonly string[], command: Command): string[] {
  const parts = command.name.split(" ");
  const given = [...args];
  for (const part of parts) given.splice(given.indexOf(part), 1);
  return given;
}

function refuseUnknown(
  named: readonly { name: string; rawName: string }[],
  options: Readonly<Record<string, Option>>,
  command: Command,
): void {
  for (const token of named) {
    if (Object.hasOwn(options, token.name)) continue;
    const near = nearest(token.name, Object.keys(options));
    const hint = near === null ? "" : ` Did you mean --${near}?`;
    throw usage(`There is no option ${token.rawName}.${hint}`, command);
  }
}

function parsed(
  given: readonly string[],
  options: Readonly<Record<string, Option>>,
  command: Command,
): { values: Call["values"]; positionals: string[] } {
  try {
    return parseArgs({ args: [...given], options: typesOf(options), allowPositionals: true });
  } catch (error) {
    const [sentence = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw usage(sentence.replace(/\.?$/, "."), command);
  }
}

function typesOf(options: Readonly<Record<string, Option>>) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple = false }]) => [
      name,
      { type, multiple, ...(name === "help" && { short: "h" }) },
    ]),
  );
}

/** The name that is nearest to what was written; null where none is near. */
export function nearest(written: string, names: readonly string[]): string | null {
  const [best] = names
    .map((name) => ({ name, far: distance(written, name) }))
    .toSorted((a, b) => a.far - b.far);
  return best !== undefined && best.far <= Math.min(NEAR, best.name.length - 1) ? best.name : null;
}

/** How many letters must be put in, left out or changed to make one word of the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [above, letter] of [...from].entries()) {
    const next = [above + 1];
    for (const [at, other] of [...to].entries()) {
      const changed = (row[at] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
