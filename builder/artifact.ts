// Makes the artifact of an accepted job: fetches the icon and its layers, packages the app, and checks the result.
import { createHash } from "node:crypto";
import { MAX_ARTIFACT_BYTES } from "../src/protocol/builder.ts";
import type { IconPicture, Job } from "../src/protocol/builder.ts";
import type { IconPictures } from "./android/icons/icon-set.ts";
import type { BuildLog } from "./build-log.ts";
import { BuildFailure } from "./faults.ts";
import type { JobClient } from "./job-client.ts";
import type { Packager } from "./packager.ts";
import type { Bounds } from "./retry.ts";

export interface Artifact {
  bytes: Uint8Array<ArrayBuffer>;
  /** Lower-case hex. */
  sha256: string;
}

export interface ArtifactInput {
  job: Job;
  api: JobClient;
  packager: Packager;
  log: BuildLog;
  /** For the downloads of pictures. */
  bounds: Bounds;
  /** Ends the job early; its reason is thrown at the next step. */
  signal: AbortSignal;
}

/** Throws BuildFailure, ApiFault, LeaseEnded, the signal's reason, or whatever a defect in the packager throws. */
export async function makeArtifact(input: ArtifactInput): Promise<Artifact> {
  const { job, packager, log, signal } = input;
  const { app } = job;
  log.write(
    `App: ${app.name} (${app.package_name}) ${app.version_name} (${app.version_code}), ` +
      `${job.build_type} ${job.build_format}`,
  );
  const pictures = await fetchPictures(input);
  const startedAt = performance.now();
  const packaging = packager(job, pictures, (line) => log.write(line), signal);
  const bytes = await untilAborted(packaging, signal);
  if (bytes.length === 0 || bytes.length > MAX_ARTIFACT_BYTES) {
    const message = `The app's file has ${bytes.length} bytes; 1 to ${MAX_ARTIFACT_BYTES} are possible.`;
    throw new BuildFailure("artifact_size", message, false);
  }
  const sha256 = sha256Hex(bytes);
  log.write(`Made and verified: ${kilobytes(bytes.length)} in ${msSince(startedAt)} ms`);
  log.write(`SHA-256: ${sha256}`);
  return { bytes, sha256 };
}

/** What the build log and failures call each picture. */
const CALLED: Readonly<Record<IconPicture, string>> = {
  icon: "icon",
  foreground: "icon's foreground layer",
  monochrome: "icon's monochrome layer",
};

/** Fetches the pictures that the job names, one after the other. */
async function fetchPictures(input: ArtifactInput): Promise<IconPictures> {
  if (input.job.icon === null) input.log.write("Icon: none given, drawn from the name");
  return {
    icon: await fetchPicture(input, "icon"),
    foreground: await fetchPicture(input, "foreground"),
    monochrome: await fetchPicture(input, "monochrome"),
  };
}

async function fetchPicture(
  { job, api, log, bounds }: ArtifactInput,
  picture: IconPicture,
): Promise<Uint8Array | null> {
  const announced = picture === "icon" ? job.icon : job[`icon_${picture}`];
  if (announced === null) return null;
  const startedAt = performance.now();
  const bytes = await api.picture(picture, bounds);
  const called = CALLED[picture];
  if (bytes === null) {
    throw new BuildFailure("icon_missing", `The app's ${called} is not there any more.`, false);
  }
  if (sha256Hex(bytes) !== announced.sha256) {
    throw new BuildFailure("icon_altered", `The app's ${called} did not arrive unaltered.`, true);
  }
  const name = `${called.charAt(0).toUpperCase()}${called.slice(1)}`;
  const size = kilobytes(bytes.length);
  log.write(`${name}: ${announced.media_type}, ${size}, fetched in ${msSince(startedAt)} ms`);
  return bytes;
}

/** Rejects when the signal aborts, even if a step of the packager ignores it, so that the job's slot becomes free. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function msSince(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
