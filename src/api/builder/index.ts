// The builders' surface: the lease protocol of src/protocol/builder.ts. It is not in the OpenAPI document, since only
// our own builders use it.
import type { Surface } from "../../http/surface.ts";
import { faultAnswer, refusalAnswer } from "./errors.ts";
import {
  accept,
  appendLog,
  complete,
  fail,
  foreground,
  heartbeat,
  icon,
  monochrome,
  putArtifact,
  release,
} from "./jobs.ts";
import { lease } from "./leases.ts";

export const builder: Surface = {
  prefix: "/builder/v1",
  operations: [
    lease,
    accept,
    heartbeat,
    icon,
    foreground,
    monochrome,
    appendLog,
    putArtifact,
    complete,
    fail,
    release,
  ],
  refusal: refusalAnswer,
  fault: faultAnswer,
};
