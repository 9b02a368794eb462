// Reads and changes a Cloudflare account through wrangler's commands.
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { makeSecret, type SecretName } from "../secrets.ts";
import type { Found, Wanted } from "./plan.ts";

/** The program and its first arguments. */
export type Wrangler = readonly [string, ...string[]];

/** A command failed; `output` is everything that it printed. */
class CommandFailed extends Error {
  readonly output: string;
  constructor(args: string[], output: string) {
    super(`wrangler ${args.join(" ")} failed:\n${output}`);
    this.output = output;
  }
}

/** Runs one command; `input` is its standard input. @returns its standard output */
async function run(
  wrangler: Wrangler,
  config: string,
  args: string[],
  input = "",
): Promise<string> {
  const [program, ...first] = wrangler;
  const child = spawn(program, [...first, ...args, "--config", config], {
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", FORCE_COLOR: "0", NO_COLOR: "1" },
    stdio: "pipe",
  });
  const status = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if ((await status) !== 0) throw new CommandFailed(args, out + err);
  return out;
}

/** Parses the JSON in the output of a command, which may begin with a banner. */
function parseJson<T>(output: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(output.slice(output.search(/^[[{]/m))));
}

const Databases = z.array(z.object({ name: z.string(), uuid: z.string() }));
const Secrets = z.array(z.object({ name: z.string() }));

export interface CloudAccount {
  find: (wanted: Wanted) => Promise<Found>;
  /** @returns the id of the new database */
  createDatabase: (name: string) => Promise<string>;
  createBucket: (name: string) => Promise<void>;
  createQueue: (name: string) => Promise<void>;
  /** Sets each to a new random value, which is not shown. */
  setSecrets: (names: SecretName[]) => Promise<void>;
}

/** Opens the account that the given wrangler is logged in to, for the Worker of the given wrangler.toml. */
export function openCloudAccount(wrangler: Wrangler, config: string): CloudAccount {
  const call = (args: string[], input?: string) => run(wrangler, config, args, input);

  /** Returns the result of `ask`, or `otherwise` if the command failed because the thing does not exist. */
  const unless = async <T>(absent: RegExp, otherwise: T, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      // All other failures must stop everything: a secret that is mistaken for missing would be overwritten.
      if (error instanceof CommandFailed && absent.test(error.output)) return otherwise;
      throw error;
    }
  };

  const listDatabases = async () =>
    parseJson(await call(["d1", "list", "--json"]), Databases).map(({ name, uuid }) => ({
      name,
      id: uuid,
    }));

  return {
    find: async (wanted) => {
      const buckets = await call(["r2", "bucket", "list"]);
      const queues: string[] = [];
      for (const name of new Set(wanted.queues)) {
        const there = async () => (await call(["queues", "info", name])) !== null;
        if (await unless(/Queue ".*" does not exist/, false, there)) queues.push(name);
      }
      const secrets = await unless(/Worker ".*" not found/, [], async () =>
        parseJson(await call(["secret", "list"]), Secrets),
      );
      return {
        databases: await listDatabases(),
        buckets: [...buckets.matchAll(/^name:\s+(\S+)/gm)].map((match) => match[1] ?? ""),
        queues,
        secrets: secrets.map(({ name }) => name),
      };
    },
    createDatabase: async (name) => {
      await call(["d1", "create", name]);
      const made = (await listDatabases()).find((each) => each.name === name);
      if (!made) throw new Error(`The database ${name} was made, but is not listed.`);
      return made.id;
    },
    createBucket: async (name) => void (await call(["r2", "bucket", "create", name])),
    createQueue: async (name) => void (await call(["queues", "create", name])),
    setSecrets: async (names) => {
      const values = Object.fromEntries(names.map((name) => [name, makeSecret(name)]));
      await call(["secret", "bulk"], JSON.stringify(values));
    },
  };
}
