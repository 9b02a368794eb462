// The public surface, which needs no API key: signed links, and the operations that browsers and devices call.
import type { Surface } from "../../http/surface.ts";
import {
  leaveSubscription,
  listDeviceSubscriptions,
  listReceived,
  markRead,
  muteSubscription,
  redeemCode,
  unmuteSubscription,
} from "./channels.ts";
import { download } from "./downloads.ts";
import { ErrorBody, faultAnswer, InvalidBody, refusalAnswer } from "./errors.ts";
import { readNotifications } from "./inbox.ts";
import { getAppKeys } from "./keys.ts";
import { registerDevice, unsubscribeDevice, updateDevice } from "./subscribers.ts";
import { confirmDelivery, followClick, reportClick } from "./tracking.ts";

export const publicSurface: Surface = {
  prefix: "/public",
  operations: [
    download,
    confirmDelivery,
    reportClick,
    followClick,
    getAppKeys,
    registerDevice,
    updateDevice,
    unsubscribeDevice,
    readNotifications,
    redeemCode,
    listDeviceSubscriptions,
    muteSubscription,
    unmuteSubscription,
    leaveSubscription,
    listReceived,
    markRead,
  ],
  refusal: refusalAnswer,
  fault: faultAnswer,
  errors: { error: ErrorBody, invalid: InvalidBody },
};
