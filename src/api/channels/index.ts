// The channels API (docs/contracts.md, Channels), under both of its prefixes.
import type { Surface } from "../../http/surface.ts";
import { ErrorBody, faultAnswer, refusalAnswer } from "./errors.ts";
import { sendNotification } from "./notifications.ts";
import { getCode, getSubscription, listSubscriptions, makeLink } from "./subscriptions.ts";

export const channels: Surface = {
  prefix: "/channels",
  operations: [getCode, listSubscriptions, getSubscription, makeLink, sendNotification],
  refusal: refusalAnswer,
  fault: faultAnswer,
  errors: { error: ErrorBody, invalid: ErrorBody },
};

const { errors: _described, ...undescribed } = channels;

/** The same operations with the same limits; only one of the two surfaces is documented. */
export const channelsBelowApi: Surface = { ...undescribed, prefix: "/api/channels" };
