// How Cloudflare's API answers: an envelope with a result or with coded errors, as the real one words them.
import type { Context } from "hono";

/** A request that the API refuses, with its status, its code and its words. */
export class Refused extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The envelope of a result; `info` says which page of a list it is. */
export function succeed(c: Context, result: unknown, info?: Record<string, unknown>): Response {
  const envelope = { success: true, errors: [], messages: [], result };
  return c.json(info === undefined ? envelope : { ...envelope, result_info: info });
}

/** A page of a list, which has 20 items at first, and no more than `most`. */
export function succeedWithList(c: Context, all: readonly unknown[], most = 100): Response {
  const page = Number(c.req.query("page") ?? 1);
  const perPage = Number(c.req.query("per_page") ?? 20);
  if (!(page >= 1 && perPage >= 1 && perPage <= most)) {
    // Its code is documented nowhere.
    throw new Refused(400, 0, `per_page must be 1 to ${most}`);
  }
  const result = all.slice((page - 1) * perPage, page * perPage);
  const pages = Math.ceil(all.length / perPage);
  return succeed(c, result, {
    page,
    per_page: perPage,
    count: result.length,
    total_count: all.length,
    total_pages: pages,
  });
}

/** The envelope of a refusal. */
export function fail({ status, code, message }: Refused): Response {
  return Response.json(
    { success: false, errors: [{ code, message }], messages: [], result: null },
    { status },
  );
}
