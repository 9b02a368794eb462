// A builder host as the API sees one: it calls /builder/v1 of the Worker, has a method for each call, and its
// artifacts are random bytes.
import { exports } from "cloudflare:workers";
import { expect } from "vitest";
import {
  FENCING_HEADER,
  HeartbeatAnswer,
  Job,
  LeaseOffer,
  ProtocolError,
  SHA256_HEADER,
  type LeaseRequest,
} from "../../src/protocol/builder.ts";
import { api, bindings, ORIGIN, send, type Reply } from "./worker.ts";

const worker = exports as unknown as { default: Fetcher };

/** The lease a report speaks for. */
export interface Lease {
  build_id: number;
  fencing_token: string;
}

export interface Upload {
  bytes: Uint8Array<ArrayBuffer>;
  sha256: string;
}

export class FakeBuilder {
  readonly id: number;
  readonly token: string;
  /** The formats that it says it can make. */
  formats: LeaseRequest["capabilities"]["formats"] = ["apk"];

  constructor(id: number, token: string) {
    this.id = id;
    this.token = token;
  }

  /** Registers a builder and shows it to the pool once, so that it counts as available. */
  static async start(formats?: FakeBuilder["formats"]): Promise<FakeBuilder> {
    const builder = await FakeBuilder.register();
    if (formats) builder.formats = formats;
    const idle = await builder.ask(0);
    if (idle.status === 200) await builder.release(LeaseOffer.parse(await idle.json()));
    return builder;
  }

  /** Registers a builder that has not called the pool yet. */
  static async register(): Promise<FakeBuilder> {
    const made = await api("POST", "/api/v1/admin/builders", {
      token: bindings.ADMIN_TOKEN,
      json: { name: `builder-${crypto.randomUUID().slice(0, 8)}` },
    });
    return new FakeBuilder(made.body.data.id, made.body.data.token);
  }

  /** What the operators' list shows of it. */
  async state(): Promise<any> {
    const list = await api("GET", "/api/v1/admin/builders", { token: bindings.ADMIN_TOKEN });
    return list.body.data.find((builder: { id: number }) => builder.id === this.id);
  }

  /** Asks for work once, unread. Unless it says how many slots it has, no account's share is bounded. */
  async ask(
    waitMs: number,
    currentJobs: number[] = [],
    signal?: AbortSignal,
    slots?: number,
  ): Promise<Response> {
    return worker.default.fetch(
      new Request(`${ORIGIN}/builder/v1/lease`, {
        method: "POST",
        headers: { authorization: `Bearer ${this.token}` },
        body: JSON.stringify({
          capabilities: { platforms: ["android-webview"], formats: this.formats },
          wait_ms: waitMs,
          current_jobs: currentJobs,
          ...(slots === undefined ? {} : { slots }),
        } satisfies LeaseRequest),
        ...(signal ? { signal } : {}),
      }),
    );
  }

  /** The next job offered; null when none came in time. */
  async lease(waitMs = 0): Promise<Lease | null> {
    const response = await this.ask(waitMs);
    if (response.status === 204) return null;
    expect(response.status).toBe(200);
    return LeaseOffer.parse(await response.json());
  }

  /** Takes a job that must be waiting: leases and accepts it. */
  async take(): Promise<{ lease: Lease; job: Job }> {
    const lease = await this.lease(5000);
    if (!lease) throw new Error("no job was offered");
    const accepted = await this.accept(lease);
    expect(accepted.status).toBe(200);
    return { lease, job: Job.parse(accepted.body) };
  }

  accept(lease: Lease): Promise<Reply> {
    return this.report(lease, "POST", "accept");
  }

  async heartbeat(lease: Lease): Promise<HeartbeatAnswer> {
    const answer = await this.report(lease, "POST", "heartbeat");
    expect(answer.status).toBe(200);
    return HeartbeatAnswer.parse(answer.body);
  }

  log(
    lease: Lease,
    offset: number | string,
    bytes: string | Uint8Array<ArrayBuffer>,
  ): Promise<Reply> {
    return this.report(lease, "POST", `log?offset=${offset}`, { body: bytes });
  }

  /** The icon of a job, or a layer of it. */
  icon(lease: Lease, layer: "" | "/foreground" | "/monochrome" = ""): Promise<Response> {
    return this.send(lease, "GET", `icon${layer}`);
  }

  /** Uploads `bytes`, saying of them what `claims` does not override; null leaves a header out. */
  upload(
    lease: Lease,
    { bytes, sha256 }: Upload,
    claims: { length?: string | null; sha256?: string | null; body?: BodyInit | null } = {},
  ): Promise<Reply> {
    const length = claims.length === undefined ? String(bytes.length) : claims.length;
    const digest = claims.sha256 === undefined ? sha256 : claims.sha256;
    return this.report(lease, "PUT", "artifact", {
      body: claims.body === undefined ? bytes : claims.body,
      headers: {
        ...(length === null ? {} : { "content-length": length }),
        ...(digest === null ? {} : { [SHA256_HEADER]: digest }),
      },
    });
  }

  complete(lease: Lease, { bytes, sha256 }: Upload): Promise<Reply> {
    const json = { artifact_sha256: sha256, artifact_size: bytes.length };
    return this.report(lease, "POST", "complete", { body: JSON.stringify(json) });
  }

  fail(lease: Lease, retryable: boolean, message = "It broke."): Promise<Reply> {
    const json = { code: "it_broke", message, retryable };
    return this.report(lease, "POST", "fail", { body: JSON.stringify(json) });
  }

  release(lease: Lease): Promise<Reply> {
    return this.report(lease, "POST", "release");
  }

  /** Uploads and completes. */
  async finish(lease: Lease, wanted?: Upload): Promise<Upload> {
    const made = wanted ?? (await artifact());
    expect((await this.upload(lease, made)).status).toBe(200);
    expect((await this.complete(lease, made)).status).toBe(200);
    return made;
  }

  /** Any call about a job, its JSON read; errors must be the protocol's. */
  async report(lease: Lease, method: string, verb: string, call: Call = {}): Promise<Reply> {
    const response = await this.send(lease, method, verb, call);
    const body: unknown = await response.json();
    if (response.status >= 400 && response.status !== 416) ProtocolError.parse(body);
    return { status: response.status, headers: response.headers, body };
  }

  send(lease: Lease, method: string, verb: string, call: Call = {}): Promise<Response> {
    const { body } = call;
    return send(method, `/builder/v1/jobs/${lease.build_id}/${verb}`, {
      token: this.token,
      headers: { [FENCING_HEADER]: lease.fencing_token, ...call.headers },
      ...(body === undefined || body === null ? {} : { body }),
    });
  }
}

interface Call {
  body?: BodyInit | null;
  headers?: Record<string, string>;
}

/** `size` bytes, no two artifacts alike, with their digest. */
export async function artifact(size = 1000): Promise<Upload> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return { bytes, sha256: await sha256Of(bytes) };
}

/** SHA-256, lower-case hex. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
}
