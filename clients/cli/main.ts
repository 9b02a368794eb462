#!/usr/bin/env node
// The program `slipway`: finds the command, runs it, and ends with the exit code that it has.
import { readArgs, wantsJson } from "./args.ts";
import { build } from "./build.ts";
import type { Command } from "./command.ts";
import { EXIT, failureOf, Interrupted } from "./failure.ts";
import { helpOf, helpOfAll } from "./help.ts";
import { listen } from "./listen.ts";
import { login, logout, whoami } from "./login.ts";
import { Output } from "./output.ts";
import about from "./package.json" with { type: "json" };
import { push } from "./push.ts";

const COMMANDS: readonly Command[] = [login, logout, whoami, build, push, listen];

/** Within this time of the first, ms, a signal is the same Ctrl-C: npm and the terminal both send one. */
const SAME_MS = 500;

/** Runs what the command line asks for, and returns the exit code. */
async function main(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const out = new Output(wantsJson(args), env);
  try {
    const asked = readArgs(args, COMMANDS);
    if (asked.of === "version") {
      out.result({ version: about.version }, about.version);
    } else if (asked.of === "help") {
      const text = asked.command === null ? helpOfAll(COMMANDS) : helpOf(asked.command);
      out.result({ help: text }, text);
    } else {
      await asked.command.run({ ...asked.call, out, env, signal: interruption(out) });
    }
    return EXIT.done;
  } catch (error) {
    const { kind, message, facts } = failureOf(error);
    const exitCode = EXIT[kind];
    if (out.isJson) out.result({ error: { kind, message, exit_code: exitCode, ...facts } }, "");
    else if (kind === "interrupted") out.say(message);
    else out.say(`slipway: ${message}`, "red");
    return exitCode;
  }
}

/**
 * A signal that Ctrl-C aborts, and whatever else asks the process to end, a closed pipe included. A second Ctrl-C ends the
 * process at once, and says what is unknown then.
 */
function interruption(out: Output): AbortSignal {
  const controller = new AbortController();
  const end = () => controller.abort(new Interrupted());
  let firstAt: number | null = null;
  const asked = () => {
    firstAt ??= Date.now();
    if (Date.now() - firstAt > SAME_MS) leave(out);
    end();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, asked);
  process.stdout.on("error", end);
  process.stderr.on("error", end);
  return controller.signal;
}

/** Ends the process though something is underway. */
function leave(out: Output): never {
  const message = `Interrupted. ${out.unknown ?? "Not all was put in order."}`;
  const error = { kind: "interrupted", message, exit_code: EXIT.interrupted };
  if (out.isJson) out.result({ error }, "");
  else out.say(message);
  process.exit(EXIT.interrupted);
}

process.exitCode = await main(process.argv.slice(2), process.env);
// what is still written goes out first; connections that are kept open must not hold us
process.stdout.write("", () => process.exit());
