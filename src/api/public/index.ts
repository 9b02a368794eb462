// What needs no key: links that carry their own right.
import type { Surface } from "../../http/surface.ts";
import { leaveSubscription } from "./channels/leave-subscription.ts";
import { listReceived } from "./channels/list-received.ts";
import { markRead } from "./channels/mark-read.ts";
import { muteSubscription, unmuteSubscription } from "./channels/mute-subscription.ts";
import { redeemCode } from "./channels/redeem-code.ts";
import { ErrorBody, faultAnswer, InvalidBody, refusalAnswer } from "./errors.ts";
import { download } from "./download.ts";
import { confirmDelivery } from "./tracking/confirm-delivery.ts";
import { followClick } from "./tracking/follow-click.ts";
import { reportClick } from "./tracking/report-click.ts";
import { registerDevice } from "./subscribers/register-device.ts";
import { unsubscribeDevice } from "./subscribers/unsubscribe-device.ts";
import { updateDevice } from "./subscribers/update-device.ts";

export const publicSurface: Surface = {
  prefix: "/public",
  operations: [
    download,
    confirmDelivery,
    reportClick,
    followClick,
    registerDevice,
    updateDevice,
    unsubscribeDevice,
    redeemCode,
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
