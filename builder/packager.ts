// The interface between the service, which knows nothing of Android's formats, and the packager.
import type { Job } from "../src/protocol/builder.ts";
import type { IconPictures } from "./android/icons/icon-set.ts";

/**
 * Makes and verifies the artifact of a job.
 * @param pictures the owner's icon, or null to draw one, and the layers of it, or null to make them of it
 * @param log writes a line for the app's owner
 * @param signal asks to stop; checked between the steps
 * @throws BuildFailure if the app cannot be made; other errors count as defects of the builder
 */
export type Packager = (
  job: Job,
  pictures: IconPictures,
  log: (line: string) => void,
  signal: AbortSignal,
) => Promise<Uint8Array<ArrayBuffer>>;
