// The address of a channel's callback in a form: it is a webhook, which takes another right than the channel.
import type { Principal } from "../../domain/context.ts";
import type { Right } from "../../domain/people/roles.ts";
import { requireRight } from "../../http/authenticate.ts";
import type { Fields } from "../dashboard/fields.ts";

export const CALLBACK = "callback_url";
export const CALLBACK_RIGHT: Right = "webhooks:write";

/** What the form says of the callback, as verbs take it; nothing where it has no such field. Refuses `forbidden`. */
export function callbackOf(principal: Principal, fields: Fields): { callback_url?: string | null } {
  if (!fields.names.includes(CALLBACK)) return {};
  requireRight(principal, CALLBACK_RIGHT);
  const url = fields.text(CALLBACK).trim();
  return { callback_url: url === "" ? null : url };
}
