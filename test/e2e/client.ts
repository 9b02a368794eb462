// A client of a running stack for the tests that kill its processes: an account of its own, builds that
// take long enough to be caught in the middle, more builder hosts.
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StackNote } from "../../dev/state.ts";
import type { RunningStack } from "./stack.ts";

const BUILDER = join(import.meta.dirname, "../../builder/main.ts");
/**
 * How often a condition without an event of its own is looked at, ms: ten times a second, since a key has
 * 1,200 requests a minute.
 */
const LOOK_EVERY_MS = 100;

export interface Answer {
  status: number;
  body: any;
}

export class StackClient {
  readonly #stack: RunningStack;
  readonly #builders: ChildProcess[] = [];
  #key = "";

  constructor(stack: RunningStack) {
    this.#stack = stack;
  }

  /** stack.json as it is now. */
  get note(): StackNote {
    const note = this.#stack.note();
    if (note === null) throw new Error("there is no stack.json");
    return note;
  }

  async call(method: string, path: string, json?: unknown, token = this.#key): Promise<Answer> {
    const response = await fetch(this.note.url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    // a refusal for haste must not look like an answer that is long in coming
    if (response.status === 429) throw new TooManyRequests(`${method} ${path}`);
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  }

  /** What the processes wrote, for whoever has to find out why a test failed. */
  logs(): string {
    const worker = this.linesOf("worker").filter(isNews);
    return ["builder:", ...this.linesOf("builder"), "worker:", ...worker].join("\n");
  }

  /** The lines of a process's log, as far as they are whole: it may be writing one. */
  linesOf(name: "worker" | "builder"): string[] {
    const path = join(this.#stack.stateDir, "logs", `${name}.log`);
    return readFileSync(path, "utf8")
      .split("\n")
      .slice(0, -1)
      .filter((line) => line !== "");
  }

  /** Opens an account that pays for its builds; later calls use its key. */
  async openAccount(): Promise<void> {
    const { admin_token } = this.note;
    const wanted = { name: "Tester", email: "tester@example.com", plan: "Pro" };
    const { body } = await this.call("POST", "/api/v1/admin/accounts", wanted, admin_token);
    const keys = `/api/v1/admin/accounts/${body.data.id}/api-keys`;
    const key = await this.call("POST", keys, { name: "test" }, admin_token);
    this.#key = key.body.data.key as string;
  }

  /** An app, with this icon if any: a large one takes a builder a while. */
  async newApp(icon?: Uint8Array): Promise<number> {
    const site = { name: "Slow", url: "https://example.com" };
    const made = await this.call("POST", "/api/v1/apps", site);
    if (icon === undefined) return made.body.data.id as number;
    await this.putPicture(made.body.data.id, "icon", icon);
    return made.body.data.id as number;
  }

  /** Sets the app's icon, or a layer of it. */
  async putPicture(appId: number, path: string, picture: Uint8Array): Promise<void> {
    const put = await fetch(`${this.note.url}/api/v1/apps/${appId}/${path}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${this.#key}` },
      body: new Uint8Array(picture),
    });
    if (put.status !== 200) throw new Error(`${path}: ${put.status} ${await put.text()}`);
  }

  async trigger(appId: number, wanted: Record<string, unknown> = {}): Promise<number> {
    const answer = await this.call("POST", `/api/v1/apps/${appId}/builds`, wanted);
    if (answer.status !== 201) throw new Error(`trigger: ${JSON.stringify(answer)}`);
    return answer.body.data.id as number;
  }

  /** Waits until the build has one of `statuses`; a Worker that is down in between is asked again. */
  async reaches(buildId: number, statuses: string[], withinMs: number): Promise<any> {
    let build: any;
    await until(`build ${buildId} to be ${statuses.join(" or ")}`, withinMs, async () => {
      const answer = await this.call("GET", `/api/v1/builds/${buildId}`).catch(unlessRefused);
      build = answer?.body?.data;
      return statuses.includes(build?.status);
    });
    return build;
  }

  /** The artifact of a completed build, by its signed link. */
  async download(buildId: number): Promise<Uint8Array> {
    const { body } = await this.call("GET", `/api/v1/builds/${buildId}/download`);
    const response = await fetch(body.download_url);
    if (response.status !== 200) throw new Error(`download: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  async credits(): Promise<number> {
    const { body } = await this.call("GET", "/api/v1/account");
    return body.data.build_credits as number;
  }

  /** Starts one more builder host with a token of its own; resolves with its pid once it has called. */
  async addBuilder(name: string): Promise<number> {
    const { url, admin_token } = this.note;
    const made = await this.call("POST", "/api/v1/admin/builders", { name }, admin_token);
    const env = { API_URL: url, BUILDER_TOKEN: made.body.data.token, BUILDER_NAME: name };
    const child = spawn(process.execPath, [BUILDER], {
      env: { ...process.env, ...env },
      stdio: "ignore",
    });
    this.#builders.push(child);
    await until(`${name} to call`, 20_000, async () => {
      const { body } = await this.call("GET", "/api/v1/admin/builders", undefined, admin_token);
      return body.data.some((builder: any) => builder.name === name && builder.state !== "offline");
    });
    if (child.pid === undefined) throw new Error(`${name} has no process`);
    return child.pid;
  }

  /** Every builder process there is. */
  builderPids(): number[] {
    const running = this.#builders.filter(isRunning);
    const pids = [this.note.pids.builder, ...running.map((child) => child.pid)];
    return pids.filter((pid): pid is number => typeof pid === "number");
  }

  async stop(): Promise<void> {
    for (const child of this.#builders.filter(isRunning)) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    }
  }
}

/** Resolves once `holds`; throws after `withinMs`. */
export async function until(
  what: string,
  withinMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(LOOK_EVERY_MS)) {
    if (await holds()) return;
  }
  throw new Error(`waited ${withinMs} ms for ${what}`);
}

class TooManyRequests extends Error {
  override readonly name = "TooManyRequests";
}

/** Takes a failed call for a Worker that is down, unless it answered that it is asked too often. */
export function unlessRefused(error: unknown): null {
  if (error instanceof TooManyRequests) throw error;
  return null;
}

/** Requests that went well tell nothing. */
function isNews(line: string): boolean {
  return !/^\{.*"event":"request".*"status":2/.test(line);
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
