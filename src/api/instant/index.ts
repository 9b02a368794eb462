// The instant-send API (docs/contracts.md, Instant-send): the surface that owners call, and the one that installations
// call. Both have one form of errors. The contract's words stay in this folder; docs/glossary.md says which of ours they
// stand for.
import type { Surface } from "../../http/surface.ts";
import { listApps } from "./apps.ts";
import { ErrorBody, faultAnswer, refusalAnswer } from "./errors.ts";
import { deleteEvent, listEvents } from "./events.ts";
import {
  deactivateInstance,
  registerInstance,
  reportLifecycle,
  reportNotification,
  updateInstance,
} from "./instances.ts";
import { followSend } from "./follow.ts";
import { bindPushes, createPush } from "./pushes.ts";
import { createSend, sendInstantly } from "./sendings.ts";

const forms = {
  refusal: refusalAnswer,
  fault: faultAnswer,
  errors: { error: ErrorBody, invalid: null },
};

export const instant: Surface = {
  prefix: "/api/b/v2",
  operations: [
    sendInstantly,
    createPush,
    createSend,
    followSend,
    bindPushes,
    listApps,
    listEvents,
    deleteEvent,
  ],
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
