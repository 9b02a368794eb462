// Why builds fail, as a closed list of words.
import { ICON_FAULT } from "../../protocol/builder.ts";

/** Why builds fail: our own words, and those of our builder. */
export const COUNTED_CODES: ReadonlySet<string> = new Set([
  "lost",
  "lease_lost",
  "no_builders",
  ICON_FAULT,
  "icon_missing",
  "icon_altered",
  "invalid_app",
  "invalid_key",
  "artifact_size",
  "verification_failed",
  "api_fault",
  "builder_defect",
  "job_not_understood",
]);
