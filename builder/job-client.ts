// The calls of the protocol about one job, each with the job's fencing token. Every call retries transient faults
// within its bounds, and throws LeaseEnded if the API reports that the lease has ended.
import {
  HeartbeatAnswer,
  Job,
  LogAnswer,
  MAX_ICON_BYTES,
  SHA256_HEADER,
} from "../src/protocol/builder.ts";
import type { CompleteReport, FailReport, IconPicture } from "../src/protocol/builder.ts";
import { readBody } from "./answers.ts";
import { jsonBody } from "./api.ts";
import type { Api, ApiCall } from "./api.ts";
import { ApiFault } from "./faults.ts";
import type { Bounds } from "./retry.ts";
import type { Timing } from "./timing.ts";

/** Attempts at an upload whose bytes arrive altered: more of them would fail too. */
const MAX_MISMATCHES = 3;

/** Where each picture is, below the job. */
const PICTURE_PATHS: Readonly<Record<IconPicture, string>> = {
  icon: "icon",
  foreground: "icon/foreground",
  monochrome: "icon/monochrome",
};

/** With `accepted: false`, the append must start at `offset` instead. */
export interface AppendAnswer {
  accepted: boolean;
  offset: number;
}

export interface JobClient {
  accept(bounds: Bounds): Promise<Job>;
  heartbeat(bounds: Bounds): Promise<HeartbeatAnswer>;
  /** Returns the bytes of a picture of the icon, or null if the app has none. */
  picture(picture: IconPicture, bounds: Bounds): Promise<Uint8Array | null>;
  appendLog(offset: number, text: Uint8Array<ArrayBuffer>, bounds: Bounds): Promise<AppendAnswer>;
  uploadArtifact(artifact: Uint8Array<ArrayBuffer>, sha256: string, bounds: Bounds): Promise<void>;
  complete(report: CompleteReport, bounds: Bounds): Promise<void>;
  fail(report: FailReport, bounds: Bounds): Promise<void>;
  /** Hands the job back, without counting the attempt. */
  release(bounds: Bounds): Promise<void>;
}

export interface JobAddress {
  /** Path of the job below /builder/v1. */
  path: string;
  /** Names the lease. */
  headers: Readonly<Record<string, string>>;
  timing: Timing;
}

export function createJobClient(api: Api, { path, headers, timing }: JobAddress): JobClient {
  const post = (verb: string, extra: Partial<ApiCall> = {}): ApiCall => ({
    method: "POST",
    path: `${path}/${verb}`,
    expect: [200],
    timeoutMs: timing.requestTimeout,
    ...extra,
    headers: { ...headers, ...extra.headers },
  });
  const report = async (verb: string, body: CompleteReport | FailReport, bounds: Bounds) => {
    await api.retried(post(verb, jsonBody(body)), bounds);
  };

  return {
    async accept(bounds) {
      return readBody(Job, await api.retried(post("accept"), bounds));
    },
    async heartbeat(bounds) {
      return readBody(HeartbeatAnswer, await api.retried(post("heartbeat"), bounds));
    },
    async picture(picture, bounds) {
      const call: ApiCall = {
        method: "GET",
        path: `${path}/${PICTURE_PATHS[picture]}`,
        headers,
        expect: [200, 404],
        timeoutMs: timing.transferTimeout,
        maxAnswerBytes: MAX_ICON_BYTES,
      };
      const answer = await api.retried(call, bounds);
      return answer.status === 404 ? null : answer.body;
    },
    async appendLog(offset, text, bounds) {
      const call = post(`log?offset=${offset}`, {
        headers: { "content-type": "text/plain; charset=utf-8" },
        body: text,
        expect: [200, 416],
      });
      const answer = await api.retried(call, bounds);
      return { accepted: answer.status === 200, offset: readBody(LogAnswer, answer).offset };
    },
    async uploadArtifact(artifact, sha256, bounds) {
      const call: ApiCall = {
        method: "PUT",
        path: `${path}/artifact`,
        headers: {
          ...headers,
          "content-type": "application/octet-stream",
          // fetch adds Content-Length, since the body is whole.
          [SHA256_HEADER]: sha256,
        },
        body: artifact,
        expect: [200],
        timeoutMs: timing.transferTimeout,
      };
      await untilUnaltered(() => api.retried(call, bounds));
    },
    complete: (body, bounds) => report("complete", body, bounds),
    fail: (body, bounds) => report("fail", body, bounds),
    async release(bounds) {
      await api.retried(post("release"), bounds);
    },
  };
}

/** Repeats `upload` if the bytes were altered on their way. */
async function untilUnaltered(upload: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await upload();
      return;
    } catch (error) {
      const altered = error instanceof ApiFault && error.code === "artifact_mismatch";
      if (!altered || attempt === MAX_MISMATCHES) throw error;
    }
  }
}
