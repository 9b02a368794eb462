// A whole local stack for one test file, in a folder of its own: started as a user starts it, talked to
// over HTTP, killed process by process.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = join(import.meta.dirname, "..", "..");
/** How often a condition without an event of its own is looked at, ms. */
const LOOK_EVERY_MS = 25;

export interface Note {
  url: string;
  admin_token: string;
  api_token: string;
  builder_token: string;
  pids: { worker: number | null; builder: number | null; providers: number | null };
}

export interface Answer {
  status: number;
  body: any;
}

export class TestStack {
  readonly stateDir = mkdtempSync(join(tmpdir(), "slipway-e2e-"));
  readonly #children: ChildProcess[] = [];
  readonly #builders: ChildProcess[] = [];
  #key = "";

  /** Starts `npm start -- --no-tour` without npm in between; resolves when stack.json is there. */
  async start(): Promise<void> {
    const supervisor = this.#spawn(["dev/start.ts", "--no-tour"], {
      STATE_DIR: this.stateDir,
      PORT: "0",
    });
    await until("the stack to be ready", 60_000, () => {
      if (supervisor.exitCode !== null) throw new Error(`the stack ended: ${supervisor.exitCode}`);
      return this.tryNote() !== null;
    });
  }

  /** stack.json as it is now. */
  note(): Note {
    const note = this.tryNote();
    if (note === null) throw new Error("there is no stack.json");
    return note;
  }

  tryNote(): Note | null {
    try {
      return JSON.parse(readFileSync(join(this.stateDir, "stack.json"), "utf8")) as Note;
    } catch {
      return null;
    }
  }

  async call(method: string, path: string, json?: unknown, token?: string): Promise<Answer> {
    const response = await fetch(this.note().url + path, {
      method,
      headers: { authorization: `Bearer ${token ?? this.#key}` },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  }

  /** Opens an account that pays for its builds; later calls use its key. */
  async openAccount(): Promise<void> {
    const { admin_token } = this.note();
    const wanted = { name: "Tester", email: "tester@example.com", plan: "Pro" };
    const { body } = await this.call("POST", "/api/v1/admin/accounts", wanted, admin_token);
    const keys = `/api/v1/admin/accounts/${body.data.id}/api-keys`;
    const key = await this.call("POST", keys, { name: "test" }, admin_token);
    this.#key = key.body.data.key as string;
  }

  /** An app whose icon takes a builder a while: a build of it can be caught in the middle. */
  async slowApp(icon: Uint8Array): Promise<number> {
    const made = await this.call("POST", "/api/v1/apps", {
      name: "Slow",
      url: "https://example.com",
    });
    const put = await fetch(`${this.note().url}/api/v1/apps/${made.body.data.id}/icon`, {
      method: "PUT",
      headers: { authorization: `Bearer ${this.#key}` },
      body: Buffer.from(icon),
    });
    if (put.status !== 200) throw new Error(`icon: ${put.status} ${await put.text()}`);
    return made.body.data.id as number;
  }

  async trigger(appId: number): Promise<number> {
    const answer = await this.call("POST", `/api/v1/apps/${appId}/builds`, {});
    if (answer.status !== 201) throw new Error(`trigger: ${JSON.stringify(answer)}`);
    return answer.body.data.id as number;
  }

  /** Waits until the build has one of `statuses`; a Worker that is down in between is asked again. */
  async reaches(buildId: number, statuses: string[], withinMs: number): Promise<any> {
    let build: any;
    await until(`build ${buildId} to be ${statuses.join(" or ")}`, withinMs, async () => {
      const answer = await this.call("GET", `/api/v1/builds/${buildId}`).catch(() => null);
      build = answer?.body?.data;
      return statuses.includes(build?.status);
    });
    return build;
  }

  async credits(): Promise<number> {
    const { body } = await this.call("GET", "/api/v1/account");
    return body.data.build_credits as number;
  }

  /** Starts one more builder host with a token of its own; resolves once it has called. */
  async addBuilder(name: string): Promise<void> {
    const { url, admin_token } = this.note();
    const made = await this.call("POST", "/api/v1/admin/builders", { name }, admin_token);
    const child = this.#spawn(["builder/main.ts"], {
      API_URL: url,
      BUILDER_TOKEN: made.body.data.token as string,
      BUILDER_NAME: name,
    });
    await until(`${name} to call`, 20_000, async () => {
      const { body } = await this.call("GET", "/api/v1/admin/builders", undefined, admin_token);
      return body.data.some((builder: any) => builder.name === name && builder.state !== "offline");
    });
    this.#builders.push(child);
  }

  /** Every builder process there is. */
  builderPids(): number[] {
    const added = this.#builders.filter((child) => child.exitCode === null && !child.killed);
    const pids = [this.note().pids.builder, ...added.map((child) => child.pid)];
    return pids.filter((pid): pid is number => typeof pid === "number");
  }

  async stop(): Promise<void> {
    for (const child of this.#children.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    }
    rmSync(this.stateDir, { recursive: true, force: true });
  }

  #spawn(args: string[], env: Record<string, string>): ChildProcess {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    this.#children.push(child);
    return child;
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
