// The scripts of the browser SDK, for pages and workers of any site. They are no part of the API: the OpenAPI document has
// none of them, as it has no pages.
import { z } from "@hono/zod-openapi";
import { isKept } from "../../http/etag.ts";
import { publicOperation } from "../../http/operation.ts";
import type { Surface } from "../../http/surface.ts";
import { sha256Base64 } from "../../kit/crypto.ts";
import { refuse } from "../../kit/refusal.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../kit/time.ts";
import { faultAnswer, refusalAnswer } from "../qrcode/errors.ts";
import { SCRIPTS } from "./scripts.ts";

/** How long a page's script may be kept without a question, s, and for how much longer while it is asked for anew. */
const FRESH_S = (5 * MINUTE_MS) / SECOND_MS;
const STALE_S = DAY_MS / SECOND_MS;
const PAGE_CACHING = `public, max-age=${FRESH_S}, stale-while-revalidate=${STALE_S}`;
/** Of the worker's: browsers that look whether it is another one ask each time. */
const WORKER_CACHING = "no-cache";

const isScript = (name: string): name is keyof typeof SCRIPTS => Object.hasOwn(SCRIPTS, name);

const script = publicOperation({
  method: "get",
  path: "/{name}",
  operationId: "showScript",
  summary: "A script of the browser SDK",
  tag: "Devices",
  params: { schema: z.object({ name: z.string() }), thing: "route" },
  success: { status: 200, description: "The script.", also: ["text/javascript"] },
  run: async (_, { params: { name }, request }) => {
    if (!isScript(name)) return refuse({ code: "not_found", what: "route" });
    const text = SCRIPTS[name];
    const headers = {
      etag: `"${sha256Base64(text)}"`,
      "cache-control": name === "sw.js" ? WORKER_CACHING : PAGE_CACHING,
      // Pages that isolate themselves load it too (COEP).
      "cross-origin-resource-policy": "cross-origin",
    };
    if (isKept(request, headers.etag)) return new Response(null, { status: 304, headers });
    return new Response(text, {
      headers: { ...headers, "content-type": "text/javascript; charset=utf-8" },
    });
  },
});

export const sdkScripts: Surface = {
  prefix: "/sdk",
  operations: [script],
  refusal: refusalAnswer,
  fault: faultAnswer,
};
