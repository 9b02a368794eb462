// The port between the service and what makes the app: the service knows nothing of APKs.
import type { Job } from "../src/protocol/builder.ts";

/**
 * Makes and verifies the artifact of a job.
 * @param icon the owner's icon, or null to draw one
 * @param log writes a line for the app's owner
 * @param signal asks to stop; checked between the steps
 * @throws BuildFailure when the app cannot be made; anything else is taken for a defect of the builder
 */
export type Packager = (
  job: Job,
  icon: Uint8Array | null,
  log: (line: string) => void,
  signal: AbortSignal,
) => Promise<Uint8Array<ArrayBuffer>>;
