// An API in this process that speaks the builder protocol over real HTTP, checks that the builder keeps to it,
// and can be told to misbehave: answer otherwise, reset, lose an answer, wait.
import { createHash, randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CompleteReport,
  FENCING_HEADER,
  FailReport,
  LeaseRequest,
  MAX_LOG_CHUNK_BYTES,
  SHA256_HEADER,
} from "../../../src/protocol/builder.ts";
import type { IconPicture, Job, ProtocolError } from "../../../src/protocol/builder.ts";
import { leaseEnd, newBuild, offer } from "./fake-builds.ts";
import type { FakeBuild, JobOptions } from "./fake-builds.ts";

export type Verb =
  | "lease"
  | "accept"
  | "heartbeat"
  | "icon"
  | "icon/foreground"
  | "icon/monochrome"
  | "log"
  | "artifact"
  | "complete"
  | "fail"
  | "release";

/** One request that arrived. */
export interface Call {
  verb: Verb;
  buildId: number | null;
  url: URL;
  body: Buffer;
  /** Milliseconds on performance.now(). */
  at: number;
}

/** What the fake does instead of answering at once; each planned reaction serves one call. */
export type Reaction =
  | { kind: "answer"; status: number; headers?: Record<string, string>; body?: unknown }
  /** Cuts the connection before anything is done. */
  | { kind: "reset" }
  /** Does what was asked, then cuts the connection. */
  | { kind: "lose" }
  /** Does and answers once the promise resolves. */
  | { kind: "wait"; until: Promise<unknown> }
  /** Does what was asked, and answers with another body, as text. */
  | { kind: "garble"; change: (body: string) => string };

interface Answer {
  status: number;
  body?: unknown;
  bytes?: Uint8Array;
}

const ROUTE = /^\/builder\/v1\/(?:(lease)|jobs\/(\d+)\/([a-z]+(?:\/[a-z]+)?))$/;

export class FakeApi {
  readonly token = `sw_bld_${randomBytes(32).toString("base64url")}`;
  readonly builds = new Map<number, FakeBuild>();
  readonly calls: Call[] = [];
  /** Ways in which the builder broke the protocol. */
  readonly violations: string[] = [];
  url = "";
  /** Connections opened so far. */
  connections = 0;
  readonly #plans = new Map<Verb, Reaction[]>();
  readonly #changed = new EventEmitter().setMaxListeners(0);
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #openLeases = 0;

  async listen(): Promise<this> {
    this.#server.on("connection", () => this.connections++);
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  /** Queues a build. */
  enqueue(options: JobOptions = {}): FakeBuild {
    const build = newBuild(this.builds.size + 1, options);
    this.builds.set(build.job.build_id, build);
    this.#changed.emit("change");
    return build;
  }

  /** Plans what the next calls of a verb meet, one reaction each; then the fake behaves again. */
  plan(verb: Verb, ...reactions: Reaction[]): void {
    this.#plans.set(verb, [...(this.#plans.get(verb) ?? []), ...reactions]);
  }

  /** The calls of a verb so far. */
  of(verb: Verb): Call[] {
    return this.calls.filter((call) => call.verb === verb);
  }

  /** Resolves as soon as the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.#changed, "change");
  }

  cancel(build: FakeBuild): void {
    build.state = "cancelled";
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const [, lease, id, jobVerb] = ROUTE.exec(url.pathname) ?? [];
    const verb = (lease ?? jobVerb) as Verb | undefined;
    if (verb === undefined) {
      this.violations.push(`unknown route ${request.method} ${url.pathname}`);
      return reply(response, refuse(404, "not_found"));
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const buildId = id === undefined ? null : Number(id);
    this.calls.push({ verb, buildId, url, body, at: performance.now() });
    const reaction = this.#plans.get(verb)?.shift();
    this.#changed.emit("change");

    if (reaction?.kind === "reset") return void response.destroy();
    if (reaction?.kind === "answer") {
      response.writeHead(reaction.status, reaction.headers);
      return void response.end(reaction.body === undefined ? "" : JSON.stringify(reaction.body));
    }
    if (reaction?.kind === "wait") await reaction.until;
    const answer = await this.#perform(verb, buildId, url, body, request, response);
    this.#changed.emit("change");
    if (reaction?.kind === "lose") return void response.destroy();
    if (reaction?.kind === "garble") {
      response.writeHead(answer.status);
      return void response.end(reaction.change(JSON.stringify(answer.body)));
    }
    reply(response, answer);
  }

  async #perform(
    verb: Verb,
    buildId: number | null,
    url: URL,
    body: Buffer,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Answer> {
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      return refuse(401, "unauthenticated");
    }
    if (buildId === null)
      return this.#lease(LeaseRequest.parse(JSON.parse(body.toString())), response);
    const build = this.builds.get(buildId);
    if (build === undefined) return refuse(404, "not_found");
    const token = String(request.headers[FENCING_HEADER]);
    const ended = leaseEnd(build, token);
    if (ended !== null) {
      if (verb === "heartbeat") return { status: 200, body: { cancel: true, reason: ended } };
      return { status: 409, body: { error: "lease_lost", message: "lease lost", reason: ended } };
    }
    return this.#jobCall(verb, build, url, body, request);
  }

  #jobCall(verb: Verb, build: FakeBuild, url: URL, body: Buffer, request: IncomingMessage): Answer {
    if (verb !== "accept" && build.state !== "leased")
      this.violations.push(`${verb} before accept`);
    switch (verb) {
      case "accept":
        build.state = "leased";
        return { status: 200, body: build.job satisfies Job };
      case "heartbeat":
        return { status: 200, body: { cancel: false } };
      case "icon":
      case "icon/foreground":
      case "icon/monochrome": {
        const bytes = build.pictures[(verb.split("/")[1] ?? "icon") as IconPicture];
        return bytes === null ? refuse(404, "not_found") : { status: 200, bytes };
      }
      case "log": {
        if (body.length > MAX_LOG_CHUNK_BYTES) this.violations.push("log chunk too large");
        const offset = Number(url.searchParams.get("offset"));
        if (offset > build.log.length) return { status: 416, body: { offset: build.log.length } };
        build.log = Buffer.concat([build.log.subarray(0, offset), body]);
        return { status: 200, body: { offset: build.log.length } };
      }
      case "artifact": {
        if (Number(request.headers["content-length"]) !== body.length) {
          this.violations.push("artifact without Content-Length");
        }
        const sha256 = createHash("sha256").update(body).digest("hex");
        if (request.headers[SHA256_HEADER] !== sha256) return refuse(422, "artifact_mismatch");
        build.artifact = body;
        return { status: 200 };
      }
      case "complete": {
        const report = CompleteReport.parse(JSON.parse(body.toString()));
        if (report.artifact_size !== build.artifact?.length) return refuse(422, "artifact_missing");
        build.state = "completed";
        return { status: 200 };
      }
      case "fail":
        build.failure = FailReport.parse(JSON.parse(body.toString()));
        build.state = "failed";
        return { status: 200 };
      case "release":
        build.released++;
        build.state = "queued";
        return { status: 200 };
      case "lease":
        return refuse(404, "not_found");
    }
  }

  async #lease(request: LeaseRequest, response: ServerResponse): Promise<Answer> {
    if (++this.#openLeases > 1) this.violations.push("two lease requests at once");
    const gone = new Promise<"gone">((resolve) => response.on("close", () => resolve("gone")));
    const expired = AbortSignal.timeout(request.wait_ms);
    const waited = new Promise<"over">((resolve) =>
      expired.addEventListener("abort", () => resolve("over")),
    );
    try {
      for (;;) {
        const build = [...this.builds.values()].find(({ state }) => state === "queued");
        if (build !== undefined) return { status: 200, body: offer(build) };
        const end = await Promise.race([gone, waited, once(this.#changed, "change")]);
        if (end === "gone" || end === "over") return { status: 204 };
      }
    } finally {
      this.#openLeases--;
    }
  }
}

function refuse(status: number, error: ProtocolError["error"]): Answer {
  return { status, body: { error, message: `fake: ${error}` } };
}

function reply(response: ServerResponse, { status, body, bytes }: Answer): void {
  if (bytes !== undefined) {
    response.writeHead(status, { "content-type": "application/octet-stream" }).end(bytes);
  } else if (status === 204) {
    response.writeHead(status).end();
  } else {
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify(body ?? {}));
  }
}
