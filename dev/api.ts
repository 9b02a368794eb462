// A client of the local stack's API, with JSON in and out. Refusals become errors.
import type { z } from "zod";

/** Longest wait for an answer of the local stack, ms. */
const TIMEOUT_MS = 30_000;

/** An answer with a status other than 2xx. */
export class Refused extends Error {
  readonly status: number;
  constructor(method: string, path: string, status: number, body: string) {
    super(`${method} ${path} was answered ${status}: ${body}`);
    this.status = status;
  }
}

export interface Api {
  get: <T>(path: string, answer: z.ZodType<T>) => Promise<T>;
  post: <T>(path: string, body: unknown, answer: z.ZodType<T>) => Promise<T>;
  put: <T>(path: string, body: unknown, answer: z.ZodType<T>) => Promise<T>;
  /** Opens an event stream. */
  stream: (path: string) => Promise<ReadableStream<Uint8Array>>;
}

/** Makes an API client that authenticates with `token`. */
export function connect(url: string, token: string): Api {
  const call = async (method: string, path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    if (!headers.has("accept")) headers.set("accept", "application/json");
    const response = await fetch(new URL(path, url), { ...init, method, headers });
    if (!response.ok) throw new Refused(method, path, response.status, await response.text());
    return response;
  };
  const timeout = () => AbortSignal.timeout(TIMEOUT_MS);
  const write =
    (method: "POST" | "PUT") =>
    async <T>(path: string, body: unknown, answer: z.ZodType<T>): Promise<T> => {
      const init = {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
        signal: timeout(),
      };
      return answer.parse(await (await call(method, path, init)).json());
    };
  return {
    get: async (path, answer) =>
      answer.parse(await (await call("GET", path, { signal: timeout() })).json()),
    post: write("POST"),
    put: write("PUT"),
    stream: async (path) => {
      const { body } = await call("GET", path, { headers: { accept: "text/event-stream" } });
      if (body === null) throw new Error(`GET ${path} was answered without a body.`);
      return body;
    },
  };
}
