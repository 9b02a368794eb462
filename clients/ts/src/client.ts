// The client: openapi-fetch by the types of the OpenAPI document, with the key in its header, an Idempotency-Key where the
// API takes one, one's own writes in what is read, and refusals repeated that ask for it.
import createFetchClient, { type Client } from "openapi-fetch";
import { REPEATABLE } from "./repeatable.js";
import { retrying } from "./retry.js";
import type { paths } from "./schema.js";

/** A client of all operations of the OpenAPI document. */
export type SlipwayClient = Client<paths>;

/** Whom a client speaks to, and as whom. */
export interface ClientSettings {
  /** The origin of the installation, such as `https://push.example.com`. */
  url: string;
  /**
   * What the operations to be called want: an API key (`sw_live_...`), a channel's key (`sw_chn_...`), an app's public key
   * (`pk_...`), a device's token (`sw_sub_...`), or the operators' token. Left out for operations that want none.
   */
  key?: string;
  /** How often a request is sent again at most that was refused with 429 or 503. 2 if not given; 0 for never. */
  retries?: number;
  /** Sends the requests; the platform's `fetch` if not given. */
  fetch?: (request: Request) => Promise<Response>;
}

/** How often a refused request is sent again, unless the settings say otherwise. */
const DEFAULT_RETRIES = 2;
/** What the API gives with an answer, to be shown what one wrote wherever one reads. */
const BOOKMARK = "x-slipway-bookmark";
const IDEMPOTENCY_KEY = "idempotency-key";

/** The header that this kind of key belongs in, and its value. */
function keyHeader(key: string): [name: string, value: string] {
  if (key.startsWith("sw_chn_")) return ["x-channel-api-key", key];
  if (key.startsWith("pk_")) return ["x-app-key", key];
  return ["authorization", `Bearer ${key}`];
}

/**
 * Makes a client of an installation.
 *
 * GET requests, and those that carry an `Idempotency-Key`, are sent again after a 429 or 503, when `Retry-After` says. Such a
 * key is made for each POST that takes one, unless the caller gives it, so that no repetition makes or sends anything twice.
 * Redirects are not followed: `unwrap` says where they lead.
 */
export function createClient({ url, key, retries, fetch }: ClientSettings): SlipwayClient {
  const send = fetch ?? ((request: Request) => globalThis.fetch(request));
  const client = createFetchClient<paths>({
    baseUrl: url,
    // the key would go along, to wherever a redirect leads
    redirect: "manual",
    fetch: retrying(send, retries ?? DEFAULT_RETRIES),
  });
  let bookmark: string | null = null;
  client.use({
    onRequest({ request, schemaPath }) {
      if (key !== undefined) request.headers.set(...keyHeader(key));
      if (
        REPEATABLE.has(`${request.method} ${schemaPath}`) &&
        !request.headers.has(IDEMPOTENCY_KEY)
      ) {
        request.headers.set(IDEMPOTENCY_KEY, crypto.randomUUID());
      }
      if (request.method === "GET" && bookmark !== null && !request.headers.has(BOOKMARK)) {
        request.headers.set(BOOKMARK, bookmark);
      }
    },
    onResponse({ response }) {
      bookmark = response.headers.get(BOOKMARK) ?? bookmark;
    },
  });
  return client;
}
