// The mark in the browser's tab of pages without an app.
import { publicOperation } from "../../http/operation.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import { MARK_SVG } from "../marks.tsx";

/** Where it is. No token has this form. */
export const MARK_PATH = "/install/mark.svg";

export const mark = publicOperation({
  method: "get",
  path: "/mark.svg",
  operationId: "showMark",
  summary: "The mark",
  tag: "Builds",
  success: { status: 200, description: "The mark.", also: ["image/svg+xml"] },
  run: async () =>
    new Response(MARK_SVG, {
      headers: {
        "content-type": "image/svg+xml",
        "cache-control": `public, max-age=${DAY_MS / SECOND_MS}`,
      },
    }),
});
