// What is below no other prefix: the front page, and for every unknown path a page that says so.
import type { Surface } from "../../http/surface.ts";
import { faultPage, refusalPage } from "../dashboard/errors.tsx";
import { frontPage } from "./front-page.tsx";

export const front: Surface = {
  prefix: "",
  operations: frontPage,
  refusal: refusalPage,
  fault: faultPage,
};

/** Whether who asks is shown a page: a browser that goes there. Programs and everything below /api get JSON. */
export function wantsPage(request: Request): boolean {
  if (/^\/api(?:\/|$)/.test(new URL(request.url).pathname)) return false;
  const accepted = (request.headers.get("accept") ?? "").split(",");
  return accepted.some((each) => /^\s*text\/html\s*(?:;(?!.*\bq=0(?:\.0*)?\s*$)|$)/i.test(each));
}
