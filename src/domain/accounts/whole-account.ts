// What belongs to an account as a whole is not for keys limited to some of its apps.
import { refuse } from "../../kit/refusal.ts";
import type { Principal } from "../context.ts";

/** Refuses `forbidden` to a key limited to certain apps. */
export function requireWholeAccount({ appIds }: Principal): void {
  if (appIds) refuse({ code: "forbidden", message: "This API key is limited to certain apps." });
}
