// The builders' surface: the lease protocol of src/protocol/builder.ts. It is not in the OpenAPI document, since only
// our own builders use it.
import type { Surface } from "../../http/surface.ts";
import { accept } from "./accept.ts";
import { appendLog } from "./append-log.ts";
import { faultAnswer, refusalAnswer } from "./errors.ts";
import { complete, fail, release } from "./finish.ts";
import { heartbeat } from "./heartbeat.ts";
import { icon } from "./icon.ts";
import { lease } from "./lease.ts";
import { putArtifact } from "./put-artifact.ts";

export const builder: Surface = {
  prefix: "/builder/v1",
  operations: [lease, accept, heartbeat, icon, appendLog, putArtifact, complete, fail, release],
  refusal: refusalAnswer,
  fault: faultAnswer,
};
