// The builder as a process of its own, with the tests' packager. Started by process.test.ts.
import type { Packager } from "../../../builder/packager.ts";
import { runProcess } from "../../../builder/process.ts";
import { CAPABILITIES, plainPackager } from "./harness.ts";

/** As plainPackager, but an app of the name "crash" brings the process down with a secret on its lips. */
const packager: Packager = async (job, pictures, log, signal) => {
  if (job.app.name === "crash") {
    setImmediate(() => {
      throw new Error(`defect near ${job.signing.private_key}`);
    });
  }
  return plainPackager(job, pictures, log, signal);
};

await runProcess(packager, CAPABILITIES);
