// Somebody who comes to the pages of the door by HTTP, at a deployment as a test wants it: who may sign up, by whom else people
// come in. Mail is kept. The browser keeps its cookies, and follows nowhere by itself.
import { expect } from "vitest";
import { createApp } from "../../src/api/app.ts";
import { connect } from "../../src/runtime.ts";
import { Browser, newUser, PASSWORD, world, type World } from "./identity.ts";
import { bindings } from "./worker.ts";

const app = createApp();

export interface Shown {
  status: number;
  headers: Headers;
  /** Where the answer leads; null for nowhere. */
  to: string | null;
  html: string;
  /** What the answer sets, by name: the value alone. */
  set: Map<string, string>;
}

export class Visitor extends Browser {
  readonly world: World;

  constructor(here: World) {
    super();
    this.world = here;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Shown> {
    return this.ask(new Request(this.at(path, { accept: "text/html", ...headers }).request));
  }

  /** Posts a form, as a page of ours would unless `headers` say otherwise. */
  async post(
    path: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Shown> {
    const own = { "sec-fetch-site": "same-origin", origin: this.origin, accept: "text/html" };
    const { request } = this.at(path, { ...own, ...headers });
    return this.ask(new Request(request, { method: "POST", body: new URLSearchParams(fields) }));
  }

  /** Comes in by the form, as whoever has the address. */
  async signIn(email: string, password = PASSWORD, next = ""): Promise<Shown> {
    const fields = { email, password, remember: "on", next };
    return this.post("/dashboard/sign-in", fields);
  }

  private async ask(request: Request): Promise<Shown> {
    const { ctx } = this.world;
    const execution = { waitUntil: () => undefined } as unknown as ExecutionContext;
    const answer = await app(request, { ...connect(bindings, execution), open: () => ctx });
    const html = await answer.text();
    expect(answer.status, html).not.toBe(500);
    const cookies = answer.headers.getSetCookie();
    this.keep({ cookies });
    const set = cookies.map((cookie) => /^([^=]*)=([^;]*)/.exec(cookie) ?? []);
    return {
      status: answer.status,
      headers: answer.headers,
      to: answer.headers.get("location"),
      html,
      set: new Map(set.map(([, name = "", value = ""]) => [name, value])),
    };
  }
}

/** A deployment where anybody may sign up, and somebody who comes to it. */
export function visitor(over: Parameters<typeof world>[0] = {}, now?: () => number): Visitor {
  return new Visitor(world(over, now));
}

/** Somebody who signed up, confirmed and came in, and so has an account. */
export async function cameIn(here = world()): Promise<{ visitor: Visitor; email: string }> {
  const email = await newUser(here);
  const came = new Visitor(here);
  expect((await came.signIn(email)).status).toBe(303);
  return { visitor: came, email };
}

/** The page without what differs each time it is made. */
export const sameText = (html: string) =>
  html.replaceAll(/[0-9a-f]{8}@example\.com/g, "<address>").replaceAll(/[0-9a-f-]{36}/g, "<id>");

/** What stands at a field as its error; null for nothing. */
export function errorAt(html: string, id: string): string | null {
  const [, text] = new RegExp(`id="${id}-error">([^<]*)<`).exec(html) ?? [];
  const isMarked = new RegExp(`<input[^>]*id="${id}"[^>]*aria-invalid="true"`).test(html);
  expect(isMarked, `${id} is marked as wrong`).toBe(text !== undefined);
  return text ?? null;
}

/** What a notice on top of the page says; null for none. */
export function noticeOf(html: string): string | null {
  const [, text] =
    /<div class="notice"[^>]*role="alert">.*?<strong>(.*?)<\/strong>/.exec(html) ?? [];
  return text ?? null;
}
