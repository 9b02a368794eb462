// Runs the programs of examples/ against a local stack, each in a folder of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { providersClient } from "../../dev/providers/client.ts";
import { isThere } from "../../dev/python.ts";
import type { StackNote } from "../../dev/state.ts";
import { Printed } from "../support/printed.ts";

export const EXAMPLES = join(import.meta.dirname, "../../examples");
/** The password for copies of keystores: with what shells and JSON write in another way. */
export const PASSWORD = 'a "long" \\ $one';

export interface Language {
  /** Its folder. */
  name: string;
  interpreter: string;
  ending: string;
  /** The program that must be there. */
  needs: string;
}

export const CURL: Language = { name: "curl", interpreter: "sh", ending: "sh", needs: "curl" };
export const PYTHON: Language = {
  name: "python",
  interpreter: "python3",
  ending: "py",
  needs: "python3",
};
export const PHP: Language = { name: "php", interpreter: "php", ending: "php", needs: "php" };

/** Whether tests of a language must be skipped; says so. */
export function missing({ name, needs }: Language): boolean {
  if (isThere(needs) || process.env["REQUIRE_ALL"] === "1") return false;
  console.warn(`SKIPPED: the examples in ${name} need ${needs}`);
  return true;
}

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  /** What it printed so far, to stdout and stderr. */
  printed: Printed;
  ended: Promise<Ended>;
  /** Ends it, and waits until it has. */
  stop: () => Promise<Ended>;
}

const folders: string[] = [];
const stops: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  await Promise.all(stops.map(async (stop) => stop()));
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

/** The programs of one stack. */
export class Programs {
  /** Where they leave what they save. */
  readonly folder = mkdtempSync(join(tmpdir(), "slipway-examples-"));
  readonly #note: StackNote;

  constructor(note: StackNote) {
    this.#note = note;
    folders.push(this.folder);
  }

  /** Starts a program of `examples/`; `flags` stand before its file. */
  start(
    { name: language, interpreter, ending }: Language,
    name: string,
    args: string[],
    env: NodeJS.ProcessEnv = {},
    flags: string[] = [],
  ): Running {
    const file = join(EXAMPLES, language, `${name}.${ending}`);
    const child = spawn(interpreter, [...flags, file, ...args], {
      cwd: this.folder,
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: "1",
        SLIPWAY_URL: this.#note.url,
        SLIPWAY_KEY: this.#note.api_token,
        SLIPWAY_KEYSTORE_PASSWORD: PASSWORD,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    const printed = new Printed(child.stdout, child.stderr);
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    const ended = once(child, "close").then(([status]): Ended => ({ status, ...output }));
    const stop = async () => {
      child.kill();
      return ended;
    };
    stops.push(stop);
    return { printed, ended, stop };
  }

  /** Runs a program to its end, which must be a good one, and returns what it printed. */
  async run(
    language: Language,
    name: string,
    args: string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<string> {
    const ended = await this.start(language, name, args, env).ended;
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    return ended.stdout;
  }

  async call(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await fetch(this.#note.url + path, {
      method,
      headers: { authorization: `Bearer ${this.#note.api_token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true);
    return JSON.parse(text);
  }

  /** Registers a browser for each list of tags; where `dead` is said, its subscription has ended. */
  async subscribe(
    app: string,
    tags: string[][],
    { dead = false, country = null }: { dead?: boolean; country?: string | null } = {},
  ): Promise<void> {
    const { makeSubscriptions } = providersClient(this.#note.providers_url);
    const made = await makeSubscriptions({ count: tags.length, dead_share: dead ? 1 : 0 });
    for (const [at, { endpoint, p256dh, auth }] of made.entries()) {
      const subscriber = {
        platform: "web",
        endpoint,
        keys: { p256dh, auth },
        country,
        tags: tags[at],
      };
      await this.call("POST", `/api/v1/push/apps/${app}/subscribers`, subscriber);
    }
  }

  /** Registers a browser as its page does, and returns its token. */
  async registerDevice(app: string): Promise<string> {
    const [made] = await providersClient(this.#note.providers_url).makeSubscriptions({ count: 1 });
    const { data } = await this.call("GET", `/api/v1/push/apps/${app}`);
    const keys = { p256dh: made?.p256dh, auth: made?.auth };
    const answer = await fetch(`${this.#note.url}/public/apps/${app}/subscribers`, {
      method: "POST",
      headers: { "x-app-key": data.public_key },
      body: JSON.stringify({ platform: "web", endpoint: made?.endpoint, keys }),
    });
    const registered = (await answer.json()) as { data: { token: string } };
    return registered.data.token;
  }
}

/** What follows a word in what a program printed. */
export function told(stdout: string, word: string): string {
  const [, value] = new RegExp(`^${word} ([^\\s,:]+)`, "m").exec(stdout) ?? [];
  if (value === undefined) throw new Error(`no ${word} in: ${stdout}`);
  return value;
}
