// The command line as its users have it: a process of its own, with a configuration of its own.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { Printed } from "../support/printed.ts";

/** What is done after the file's last test. */
const cleanUps: (() => void)[] = [];
afterAll(() => {
  for (const cleanUp of cleanUps) cleanUp();
});

export const MAIN = join(import.meta.dirname, "../../clients/cli/main.ts");

/** How a call of the program ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A call of the program that may still run. */
export interface Running {
  child: ChildProcess;
  /** What it has written to stdout and stderr. */
  printed: Printed;
  ended: Promise<Ended>;
}

/** Somebody with a configuration and a working folder of their own. */
export class Person {
  readonly folder = mkdtempSync(join(tmpdir(), "slipway-cli-"));
  readonly config = join(this.folder, "config");
  readonly #env: Record<string, string>;
  readonly #running = new Set<ChildProcess>();

  constructor(env: Record<string, string> = {}) {
    this.#env = env;
    mkdirSync(this.config);
    cleanUps.push(() => {
      for (const child of this.#running) child.kill("SIGKILL");
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** Starts the program. */
  start(
    args: string[],
    // without input, stdin stays open
    { env = {}, input = "" }: { env?: Record<string, string>; input?: string | null } = {},
  ): Running {
    const { SLIPWAY_KEY: _key, SLIPWAY_URL: _url, ...rest } = process.env;
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: this.folder,
      env: { ...rest, XDG_CONFIG_HOME: this.config, ...this.#env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#running.add(child);
    child.stdin.on("error", () => {});
    if (input !== null) child.stdin.end(input);
    let stdout = "";
    let stderr = "";
    const printed = new Printed(child.stdout, child.stderr);
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = once(child, "close").then(([code]) => {
      this.#running.delete(child);
      return { code: code as number | null, stdout, stderr };
    });
    return { child, printed, ended };
  }

  /** Runs the program to its end. */
  async run(args: string[], given: Parameters<Person["start"]>[1] = {}): Promise<Ended> {
    return this.start(args, given).ended;
  }

  /** Runs the program with --json, and parses the one line that it may print on stdout. */
  async json(
    args: string[],
    given: Parameters<Person["start"]>[1] = {},
  ): Promise<Ended & { value: any }> {
    const ended = await this.run([...args, "--json"], given);
    return { ...ended, value: oneLine(ended.stdout) };
  }
}

/** The JSON of a text that is one line. */
export function oneLine(stdout: string): any {
  const lines = stdout.split("\n");
  if (lines.length !== 2 || lines[1] !== "") throw new Error(`not one line: ${stdout}`);
  return JSON.parse(lines[0] ?? "");
}

/** A way to a service that can be made to break: answers pass through, and streams of events are cut. */
export interface BreakingWay {
  url: string;
  /** The ids that streams were asked to go on from. */
  asked: string[];
}

/** Leads to `url`. The first stream of events is cut where the first of `at` ends in it, the second where the second does. */
export async function breakingWay(url: string, at: readonly RegExp[]): Promise<BreakingWay> {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    const out = request(url + (incoming.url ?? ""), {
      method: incoming.method ?? "GET",
      headers: { ...incoming.headers, host: new URL(url).host },
    });
    out.on("error", () => response.destroy());
    out.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      const isStream = answer.headers["content-type"] === "text/event-stream";
      const cut = isStream ? at[asked.length] : undefined;
      if (isStream) asked.push(String(incoming.headers["last-event-id"] ?? ""));
      if (cut === undefined) return answer.pipe(response);
      answer.on("error", () => response.destroy());
      return cutAt(answer.setEncoding("latin1"), response, cut);
    });
    incoming.pipe(out);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function cutAt(answer: NodeJS.ReadableStream, response: ServerResponse, cut: RegExp): void {
  let text = "";
  answer.on("data", (more: string) => {
    const written = text.length;
    text += more;
    const found = cut.exec(text);
    if (found === null) return response.write(more, "latin1");
    const end = found.index + found[0].length;
    // what is written goes out before the connection breaks
    return response.write(text.slice(written, end), "latin1", () => response.destroy());
  });
  answer.on("end", () => response.end());
}
