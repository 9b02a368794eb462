// The columns of a subscriber that a request's fields change.
import { sql } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";
import type { Subscriber } from "./find-subscriber.ts";
import {
  addressFor,
  type Destination,
  type PushAddress,
  type RegisterSubscriber,
} from "./subscriber-input.ts";

/** What is known about a person. */
type Known = Pick<RegisterSubscriber, "tags" | "language" | "country" | "timezone">;

/** The columns that the given fields change; null clears one. */
export function knownColumns({ tags, language, country, timezone }: Known) {
  return {
    ...(tags === undefined ? {} : { tags }),
    ...(language === undefined ? {} : { language }),
    ...(country === undefined ? {} : { country }),
    ...(timezone === undefined ? {} : { timezone }),
  };
}

/** Returns the new address that a change names, or null if it names none. Refuses `invalid`. */
export function newAddressOf(
  ctx: Ctx,
  { provider }: Subscriber,
  wanted: Pick<RegisterSubscriber, "token" | "endpoint" | "keys">,
): PushAddress | null {
  const { token, endpoint, keys } = wanted;
  if (token === undefined && endpoint === undefined && keys === undefined) return null;
  // A device that had none gets one by Web Push.
  const by = provider === "inbox" ? "webpush" : provider;
  const address = addressFor(by, wanted, ctx.allowPrivateTargets);
  return "field" in address ? refuse(invalidField([address.field], address.message)) : address;
}

/** What is known of a token that nobody has been sent to yet. */
const ALIVE = { retiredAs: null, retiredAt: null };

/**
 * The columns of a subscriber whose messages go to a destination from `now`, ms, on. `registeredAt` is when its device
 * registered it, if that is known.
 */
export function addressColumns(
  { provider, token, p256dh, auth }: Destination,
  now: number,
  registeredAt: number | null,
) {
  return {
    provider,
    token,
    lostToken: null,
    p256dh,
    auth,
    tokenSince: now,
    registeredAt,
    ...ALIVE,
  };
}

/** Those of a change of address, which makes an inactive subscriber active again. */
export function newAddressColumns(address: PushAddress, now: number, registeredAt: number | null) {
  const status = sql<
    Subscriber["status"]
  >`CASE ${subscribers.status} WHEN 'inactive' THEN 'active' ELSE ${subscribers.status} END`;
  return { ...addressColumns(address, now, registeredAt), status };
}
