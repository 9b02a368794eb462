// Reads the options of `npm start` from the command line and the environment.
import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** The default of STATE_DIR, where a stack keeps its state. */
export const DEFAULT_STATE_DIR = ".local";
const MAX_PORT = 65_535;

export interface Options {
  /** Run the tour, then stop. */
  once: boolean;
  tour: boolean;
  /** Delete the old state first. */
  fresh: boolean;
  /** Let a debugger attach to the Worker. */
  inspect: boolean;
  /** Absolute path. */
  stateDir: string;
  /** null for the usual port, or a free one if that is taken. */
  port: number | null;
  /** The name in the stack's address; null for an address of numbers, to which no passkey can belong. */
  host: string | null;
  /** Who may sign up, as a deployment's variable SIGN_UP says it; null for what wrangler.toml says. */
  signUp?: string | null;
  /** The source of the Worker, where a benchmark has another one than that which is deployed. */
  entry?: string;
}

/** The command line is invalid. The message is printed. */
export class UsageError extends Error {}

/**
 * Reads `--once --no-tour --fresh --inspect` and PORT, PUBLIC_HOST, SIGN_UP, STATE_DIR.
 * @throws UsageError for anything else.
 */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): Options {
  return {
    ...readFlags(args),
    stateDir: resolve(env["STATE_DIR"] || DEFAULT_STATE_DIR),
    port: env["PORT"] ? readPort(env["PORT"]) : null,
    host: env["PUBLIC_HOST"] || null,
    signUp: env["SIGN_UP"] || null,
  };
}

function readFlags(args: string[]): Pick<Options, "once" | "tour" | "fresh" | "inspect"> {
  try {
    const { values } = parseArgs({
      args,
      allowNegative: true,
      options: {
        once: { type: "boolean", default: false },
        tour: { type: "boolean", default: true },
        fresh: { type: "boolean", default: false },
        inspect: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? error.message : String(error)}\nKnown are --once, --no-tour, --fresh and --inspect.`,
    );
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
    throw new UsageError(`PORT must be a number from 0 to ${MAX_PORT}; not "${text}".`);
  }
  return port;
}
