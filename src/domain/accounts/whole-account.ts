// Some things belong to an account as a whole. Keys that are limited to some of its apps are refused there.
import { refuse } from "../../kit/refusal.ts";
import type { Principal } from "../context.ts";

/** Refuses `forbidden` to a key that is limited to certain apps. */
export function requireWholeAccount({ appIds }: Principal): void {
  if (appIds) refuse({ code: "forbidden", message: "This API key is limited to certain apps." });
}
