// The API's public surface as a browser meets it, with one app: what it was asked, and answers that a test can change. It
// takes no more than the real one does.
export const API = "https://api.example";
export const APP = "0f8fad5b-d9cb-469f-a165-70867728950e";
export const KEY = "pk_0f8fad5bd9cb469fa16570867728950e";

/** What a registration may say. */
const REGISTRATION = new Set([
  "platform",
  "endpoint",
  "keys",
  "expirationTime",
  "tags",
  "language",
  "country",
  "timezone",
  "user_token",
]);

export interface Asked {
  method: string;
  path: string;
  headers: Headers;
  body: any;
}

interface Subscriber {
  id: string;
  token: string;
  endpoint: string;
  tags: string[];
  user: string | null;
  status: "active" | "unsubscribed";
}

const ok = (data: unknown, status = 200) => Response.json({ data }, { status });
const no = (status: number, message: string, details?: object) =>
  Response.json({ message, error: "error", details }, { status });
/** As the API refuses a user's token that has run out. */
const over = () =>
  no(422, "The request is not valid.", {
    user_token: ["must not have expired: it was good until"],
  });

export class FakeApi {
  readonly asked: Asked[] = [];
  readonly subscribers: Subscriber[] = [];
  publicKey = KEY;
  vapid: string | null = "BVapidOne";
  /** Users' tokens that have run out. */
  readonly overTokens = new Set<unknown>();
  /** Answers in place of the usual one, if it returns one; "offline" is no answer at all. */
  instead: (asked: Asked) => Response | "offline" | undefined = () => undefined;

  /** The requests but for those that browsers make by themselves, as "METHOD path". */
  get calls(): string[] {
    return this.asked.map(({ method, path }) => `${method} ${path}`);
  }

  /** The requests of that kind. */
  of(method: string, path: RegExp | string): Asked[] {
    return this.asked.filter(
      (each) =>
        each.method === method &&
        (typeof path === "string" ? each.path === path : path.test(each.path)),
    );
  }

  /** `fetch` as a page or a worker of another origin has it. */
  readonly fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const { origin, pathname, search } = new URL(url);
    if (origin !== API) throw new TypeError(`no such host: ${url}`);
    const { method = "GET", body = null } = init;
    const asked: Asked = {
      method,
      path: pathname + search,
      headers: new Headers(init.headers),
      body: body === null ? undefined : JSON.parse(body as string),
    };
    this.asked.push(asked);
    await new Promise((resolve) => setImmediate(resolve));
    const answer = this.instead(asked) ?? this.#answer(asked);
    if (answer === "offline") throw new TypeError("Failed to fetch");
    return answer;
  };

  #answer({ method, path, headers, body }: Asked): Response {
    const token = headers.get("authorization")?.replace("Bearer ", "");
    const own = this.subscribers.find((each) => each.token === token);
    if (/^\/public\/t\/[\w-]+\/(?:delivered|clicked)$/.test(path)) return ok({ ok: true });
    if (path === `/public/apps/${APP}/keys`) {
      return ok({ public_key: this.publicKey, vapid_public_key: this.vapid });
    }
    if (method === "POST" && path === `/public/apps/${APP}/subscribers`) {
      return this.#register(headers.get("x-app-key"), token, own, body);
    }
    if (!own) return no(401, "The app key or subscriber token is missing or not valid.");
    if (path === `/public/subscribers/${own.id}`) {
      if (this.overTokens.has(body?.user_token)) return over();
      if (method === "DELETE") own.status = "unsubscribed";
      if (method === "PATCH") Object.assign(own, body);
      if (body && "user_token" in body) own.user = body.user_token;
      return ok({ id: own.id, status: own.status, tags: own.tags });
    }
    return no(404, "Not found.");
  }

  #register(key: string | null, token: string | undefined, own: Subscriber | undefined, body: any) {
    if (key !== this.publicKey || (token && !own)) return no(401, "not valid");
    const unknown = Object.keys(body).filter((name) => !REGISTRATION.has(name));
    if (unknown.length > 0 || body.platform !== "web" || !body.keys?.p256dh) {
      return no(422, `unknown: ${unknown.join()}`);
    }
    const { endpoint, tags, user_token: user } = body;
    if (this.overTokens.has(user)) return over();
    if (own) {
      Object.assign(own, { endpoint, status: "active", ...(tags && { tags }) });
      if (user !== undefined) own.user = user;
      return ok({ id: own.id, token });
    }
    const number = this.subscribers.length + 1;
    const made: Subscriber = {
      id: `subscriber-${number}`,
      token: `sw_sub_${number}`,
      endpoint,
      tags: tags ?? [],
      user: user ?? null,
      status: "active",
    };
    this.subscribers.push(made);
    return ok({ id: made.id, token: made.token }, 201);
  }
}
