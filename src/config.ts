// Configuration: the Worker's vars and secrets, checked once an isolate.
import { z } from "zod";
import { parseSealingKeys, type SealingKeys } from "./kit/seal.ts";

/** A secret short enough to guess is refused outright. */
const MIN_ADMIN_TOKEN = 16;

const Vars = z.object({
  ADMIN_TOKEN: z.string().min(MIN_ADMIN_TOKEN),
  SEALING_KEYS: z.string().transform(parseSealingKeys),
  LINK_SIGNING_KEY: z.string().min(32),
  PUBLIC_URL: z.union([z.literal(""), z.url().transform((url) => url.replace(/\/+$/, ""))]),
});

export interface Config {
  /** Bearer token of the operators. */
  adminToken: string;
  /** Keys that seal secrets at rest. */
  sealingKeys: SealingKeys;
  /** HMAC key of download links. */
  linkSigningKey: string;
  /** Origin of links given out; "" means the request's own. */
  publicUrl: string;
}

/** Reads the configuration; throws one Error that names every missing or wrong variable. */
export function readConfig(env: Record<string, unknown>): Config {
  const result = Vars.safeParse(env);
  if (!result.success) {
    const names = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`Configuration: ${names.join("; ")}`);
  }
  const vars = result.data;
  return {
    adminToken: vars.ADMIN_TOKEN,
    sealingKeys: vars.SEALING_KEYS,
    linkSigningKey: vars.LINK_SIGNING_KEY,
    publicUrl: vars.PUBLIC_URL,
  };
}
