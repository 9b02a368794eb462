// A fake internet for webhooks: a resolver that knows a few names, and receivers that note what they are sent
// and answer as the test wants. It replaces the global fetch, which the Worker's context calls.
import { afterEach, beforeEach, vi } from "vitest";

export interface Received {
  url: string;
  headers: Headers;
  body: string;
  redirect: string | undefined;
}

export interface Internet {
  /** What receivers were sent, in order. */
  received: Received[];
  /** How a receiver answers; may throw, as a connection that breaks does. */
  answer: (request: Received, signal: AbortSignal) => Promise<Response> | Response;
  /** Addresses by name; a name that is not here has none. "*" is any other's. */
  names: Record<string, string[]>;
}

/** Gives every test of a file an internet of its own. */
export function useInternet(): Internet {
  const internet: Internet = { received: [], answer: ok, names: {} };
  beforeEach(() => {
    internet.received = [];
    internet.answer = ok;
    internet.names = { "*": ["93.184.215.14"] };
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const request = new Request(input, init);
      const url = new URL(request.url);
      if (url.pathname === "/dns-query") return resolve(internet, url);
      const { headers } = request;
      const body = Buffer.from(await request.arrayBuffer()).toString();
      const received = { url: url.href, headers, body, redirect: init?.redirect };
      internet.received.push(received);
      return internet.answer(received, init?.signal ?? new AbortController().signal);
    });
  });
  afterEach(() => void vi.restoreAllMocks());
  return internet;
}

function ok(): Response {
  return new Response("thank you");
}

function resolve({ names }: Internet, url: URL): Response {
  const found = names[url.searchParams.get("name") ?? ""] ?? names["*"] ?? [];
  const isV6 = url.searchParams.get("type") === "AAAA";
  const data = found.filter((address) => address.includes(":") === isV6);
  const Answer = data.map((address) => ({ type: isV6 ? 28 : 1, data: address }));
  return Response.json({ Status: 0, ...(Answer.length > 0 ? { Answer } : {}) });
}
