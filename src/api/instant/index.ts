// Instant sending (docs/contracts.md, Instant-send), and the side of it that installed apps speak. Both have
// one form of errors.
import type { Surface } from "../../http/surface.ts";
import { bindPushes } from "./bind-pushes.ts";
import { createPush } from "./create-push.ts";
import { createSend } from "./create-send.ts";
import { deactivateInstance } from "./devices/deactivate-instance.ts";
import { registerInstance } from "./devices/register-instance.ts";
import { reportLifecycle } from "./devices/report-lifecycle.ts";
import { reportNotification } from "./devices/report-notification.ts";
import { updateInstance } from "./devices/update-instance.ts";
import { ErrorBody, faultAnswer, refusalAnswer } from "./errors.ts";
import { listApps } from "./list-apps.ts";
import { listEvents } from "./list-events.ts";
import { sendInstantly } from "./send-instantly.ts";

const forms = {
  refusal: refusalAnswer,
  fault: faultAnswer,
  errors: { error: ErrorBody, invalid: null },
};

export const instant: Surface = {
  prefix: "/api/b/v2",
  operations: [sendInstantly, createPush, createSend, bindPushes, listApps, listEvents],
  ...forms,
};

export const instances: Surface = {
  prefix: "/api/r/v2",
  operations: [
    registerInstance,
    updateInstance,
    reportNotification,
    reportLifecycle,
    deactivateInstance,
  ],
  ...forms,
};
