// Refusals: each surface of the API has a form of its own, and a program gets one error for all of them.
import { retryAfter } from "./retry.js";
import type { components } from "./schema.js";

type Schemas = components["schemas"];

/** The bodies of refusals, by surface: the push API's, API v1's, channels', instant sends', and the public surface's. */
export type ErrorBody =
  | Schemas["PushError"]
  | Schemas["PushValidationError"]
  | Schemas["Error"]
  | Schemas["ValidationError"]
  | Schemas["ChannelError"]
  | Schemas["InstantError"]
  | Schemas["PublicError"]
  | Schemas["PublicValidationError"];

/** What a call of the client resolves with, whether it was taken or refused. */
export interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** Codes of refusals whose body has none. */
const CODES: Readonly<Record<number, string>> = {
  400: "bad_request",
  401: "unauthenticated",
  402: "payment_required",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  413: "too_large",
  422: "invalid",
  429: "too_many_requests",
  503: "unavailable",
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A request that the API refused, or could not answer. */
export class SlipwayError extends Error {
  override readonly name = "SlipwayError";
  /** The status of the answer. */
  readonly status: number;
  /** The API's code of the refusal, such as `signing_key_changed`; where it has none, one by the status, such as `not_found`. */
  readonly code: string;
  /** The id of the request, for the operators of the installation; null when something before the API answered. */
  readonly requestId: string | null;
  /** After how many ms the API wants to be asked again, of a 429 or 503 that says so; else null. */
  readonly retryAfterMs: number | null;
  /** What is wrong with each field, by its dotted name; empty unless the fields are what is wrong. */
  readonly details: Readonly<Record<string, readonly string[]>>;
  /** The body as the surface has it; its further fields are described there. Null when it is not one of the API's. */
  readonly body: ErrorBody | null;

  constructor(response: Response, body: unknown) {
    const fields = isRecord(body) ? body : {};
    super(
      sentence(fields) ?? redirected(response) ?? `The request was answered ${response.status}.`,
    );
    this.status = response.status;
    this.code = codeOf(fields) ?? CODES[response.status] ?? `http_${response.status}`;
    this.requestId = response.headers.get("x-request-id");
    this.retryAfterMs = retryAfter(response);
    this.details = (fields["details"] ?? fields["errors"] ?? {}) as typeof this.details;
    this.body = isErrorBody(body) ? body : null;
  }
}

/** The sentence of a refusal: most surfaces call it `message`, the push API and instant sends `error`. */
function sentence({ message, error }: Record<string, unknown>): string | null {
  const said = message ?? error;
  if (Array.isArray(said)) return said.join("; ");
  return typeof said === "string" ? said : null;
}

/** What is to be said of a redirect, which a browser shows without its status and where it leads; null when it is none. */
function redirected({ status, type, headers }: Response): string | null {
  if (type !== "opaqueredirect" && (status < 300 || status > 399)) return null;
  const location = headers.get("location");
  return `The request was redirected${location === null ? "" : ` to ${location}`}, which is not followed, since the key would go along. Is \`url\` the installation's own address?`;
}

/** Whether it is a refusal of the API's: all of them have a sentence. */
function isErrorBody(body: unknown): body is ErrorBody {
  return isRecord(body) && sentence(body) !== null;
}

/** The code beside the sentence. A channel's `error` is the name of the status, and no code. */
function codeOf({ message, error, statusCode }: Record<string, unknown>): string | null {
  if (message === undefined || statusCode !== undefined) return null;
  return typeof error === "string" ? error : null;
}

/**
 * Returns the data of an answer: `const { data: app } = unwrap(await client.GET(...))`.
 * @throws SlipwayError when the request was refused
 */
export function unwrap<Data>({ data, error, response }: Answer<Data>): Data {
  if (!response.ok) throw new SlipwayError(response, error);
  // an answer without a body has no data, and its type says so
  return data as Data;
}
