// The text of `--help`, of the whole program and of each command.
import { COMMON } from "./args.ts";
import type { Command, Option } from "./command.ts";

const EXIT_CODES = `Exit codes
  0    done
  1    refused by Slipway, or failed: the build, the send
  2    wrong use of the command line
  3    not signed in, or the key is refused
  4    no connection, or the service can't just now
  130  interrupted`;

const ENVIRONMENT = `Environment
  SLIPWAY_URL      the address of the deployment, in place of that of \`slipway login\`
  SLIPWAY_KEY      the API key, in place of that of \`slipway login\`
  SLIPWAY_WEBHOOK_SECRET
                   the secret of the webhook of \`webhooks listen\`; a new one where not set
  XDG_CONFIG_HOME  where the configuration is kept (APPDATA on Windows)
  NO_COLOR         no colours`;

/** Makes the help of the whole program. */
export function helpOfAll(commands: readonly Command[]): string {
  return [
    "slipway: builds apps of websites, sends pushes, and shows what webhooks deliver.",
    `Usage\n  slipway <command> [options]\n  slipway --version`,
    `Commands\n${columns(commands.map(({ name, summary }) => [name, summary]))}`,
    `Options of every command\n${columns(optionRows(COMMON))}`,
    `Examples\n${commands.flatMap(({ examples }) => examples.slice(0, 1).map(([call]) => `  ${call}`)).join("\n")}`,
    ENVIRONMENT,
    EXIT_CODES,
    "Help of a command: slipway <command> --help",
  ].join("\n\n");
}

/** Makes the help of one command. */
export function helpOf({ name, summary, words, options, more, examples }: Command): string {
  const shown = words.shown === "" ? "" : ` ${words.shown}`;
  return [
    `slipway ${name}: ${summary}`,
    `Usage\n  slipway ${name}${shown} [options]`,
    `Options\n${columns(optionRows({ ...options, ...COMMON }))}`,
    ...(more === "" ? [] : [more]),
    `Examples\n${examples.map(([call, does]) => `  # ${does}\n  ${call}`).join("\n")}`,
  ].join("\n\n");
}

function optionRows(options: Readonly<Record<string, Option>>): [string, string][] {
  return Object.entries(options).map(([name, { value, help }]) => [
    `--${name}${value === undefined ? "" : ` ${value}`}`,
    help,
  ]);
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([first]) => first.length)) + 2;
  return rows.map(([first, second]) => `  ${first.padEnd(width)}${second}`).join("\n");
}
