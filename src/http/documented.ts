// What an operation says of itself: its place, its input and its answers. The OpenAPI document is made of it
// (openapi.ts), and operation.ts works by it.
import type { z } from "@hono/zod-openapi";
import type { Thing } from "../kit/refusal.ts";
import type { PlanRate, Rate } from "./authenticate.ts";

export interface Documented<Params extends z.ZodObject, Output extends z.ZodType> {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** In the notation of OpenAPI: /apps/{id}. */
  path: string;
  operationId: string;
  summary: string;
  description?: string;
  tag: string;
  /** A path whose parameters are malformed is refused as if `thing` were missing. */
  params?: { schema: Params; thing: Thing };
  /** Documentation of the query and the JSON body; what is valid is decided by the verb's own schemas. */
  query?: z.ZodObject;
  body?: z.ZodType;
  /** An example of the body, where those of its fields make none. */
  example?: unknown;
  /** Documentation of request headers other than those that follow from the other fields. */
  headers?: z.ZodObject;
  /** Media types of a body that is not JSON, and that the verb reads itself. */
  rawBody?: readonly string[];
  success: {
    status: 200 | 201 | 204;
    description: string;
    /** The meaning of a 200, if `status` is 201 and the operation may also change an existing resource. */
    changed?: string;
    /** The form of the JSON answer, if there is one. */
    schema?: Output;
    /** Other media types that the operation can answer with. */
    also?: readonly string[];
    /** Documentation of headers of the answer. */
    headers?: z.ZodObject;
    /** Answers of other statuses that are no refusals either. */
    others?: Partial<Record<200 | 204 | 206 | 302 | 304 | 416, OtherAnswer>>;
  };
  /** Refusals other than those that follow from the other fields. */
  refusals?: Partial<Record<400 | 402 | 403 | 404 | 409 | 422 | 503, string>>;
  /** Bodies of refusals by status, each under a name, where one status has several. */
  refusalExamples?: Partial<Record<409, Record<string, { value: unknown }>>>;
  /**
   * The operation's own rate limit. It is counted by account or channel, for devices by app and network address, and
   * where nothing is known of the caller by network address alone.
   */
  rate?: Rate;
  /** The limit of an operation with a key that is counted by account and that the account's plan decides. */
  planRate?: PlanRate;
  /**
   * A further limit, for those requests whose unparsed body `applies`; it is counted by account, beside the first. For
   * operations with a key.
   */
  alsoLimited?: { rate: Rate; applies: (body: unknown) => boolean };
  /** Accepts an Idempotency-Key; `secrets` are the fields of `data` that a replay leaves out. */
  idempotent?: { secrets: readonly string[] };
}

/** Documentation of an answer that has another status than the usual one. */
interface OtherAnswer {
  description: string;
  headers?: z.ZodObject;
  schema?: z.ZodType;
  also?: readonly string[];
}
