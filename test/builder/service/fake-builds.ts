// The builds behind the fake API: a queue, leases with fencing tokens, logs and artifacts, as the protocol has them.
import { createHash, randomBytes } from "node:crypto";
import { ACCEPT_WITHIN_MS } from "../../../src/protocol/builder.ts";
import type {
  FailReport,
  IconPicture,
  Job,
  LeaseEnd,
  LeaseOffer,
} from "../../../src/protocol/builder.ts";

export type BuildState = "queued" | "offered" | "leased" | "completed" | "failed" | "cancelled";

/** One build as the API sees it. */
export interface FakeBuild {
  job: Job;
  /** Bytes served as the owner's pictures. */
  pictures: Record<IconPicture, Uint8Array | null>;
  state: BuildState;
  fencingToken: string;
  log: Buffer;
  artifact: Uint8Array | null;
  failure: FailReport | null;
  released: number;
}

export interface JobOptions extends Partial<Omit<Job, "build_id">> {
  /** The owner's pictures, which the job names. */
  iconBytes?: Uint8Array;
  foregroundBytes?: Uint8Array;
  monochromeBytes?: Uint8Array;
  /** Text that earlier attempts left in the log. */
  earlierLog?: string;
}

export function newBuild(buildId: number, options: JobOptions): FakeBuild {
  const { iconBytes, foregroundBytes, monochromeBytes, earlierLog = "", ...job } = options;
  return {
    job: {
      build_id: buildId,
      attempt: 1,
      lease_ms: 60_000,
      heartbeat_ms: 20_000,
      log_offset: Buffer.byteLength(earlierLog),
      platform: "android-webview",
      build_type: "debug",
      build_format: "apk",
      debuggable: true,
      app: {
        name: "Café 茶",
        url: "https://example.com/",
        package_name: "com.example.cafe",
        version_name: "1.0.0",
        version_code: 1,
        config: {},
      },
      icon: named(iconBytes),
      icon_foreground: named(foregroundBytes),
      icon_monochrome: named(monochromeBytes),
      signing: {
        algorithm: "ec",
        private_key: randomBytes(96).toString("base64"),
        certificates: [randomBytes(96).toString("base64")],
      },
      share: "",
      adi_token: null,
      push: null,
      ...job,
    },
    pictures: {
      icon: iconBytes ?? null,
      foreground: foregroundBytes ?? null,
      monochrome: monochromeBytes ?? null,
    },
    state: "queued",
    fencingToken: "",
    log: Buffer.from(earlierLog),
    artifact: null,
    failure: null,
    released: 0,
  };
}

/** A picture as a job names it. */
function named(bytes: Uint8Array | undefined): Job["icon"] {
  if (bytes === undefined) return null;
  return { media_type: "image/png", sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Leases a queued build under a new fencing token. */
export function offer(build: FakeBuild): LeaseOffer {
  build.state = "offered";
  build.fencingToken = `fence_${randomBytes(18).toString("base64url")}`;
  return {
    build_id: build.job.build_id,
    fencing_token: build.fencingToken,
    accept_within_ms: ACCEPT_WITHIN_MS,
  };
}

/** Why this token holds no lease on the build; null when it does. */
export function leaseEnd(build: FakeBuild, fencingToken: string): LeaseEnd | null {
  if (build.state === "cancelled") return "cancelled";
  if (build.fencingToken !== fencingToken || build.state === "queued") return "lost";
  return build.state === "completed" || build.state === "failed" ? "finished" : null;
}
