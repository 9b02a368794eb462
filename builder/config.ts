// Reads the builder's configuration from the environment at start. Messages name the variable and what is wrong with
// it, but never its value, since one of them is a secret.
import { hostname } from "node:os";
import { isAbsolute } from "node:path";
import { z } from "zod";

/** Default number of concurrent jobs: one waits for the network while the other computes. */
const DEFAULT_CONCURRENCY = 2;
/** Most concurrent jobs: packaging uses one core, so more jobs would only wait inside the process. */
const MAX_CONCURRENCY = 16;
/** Default time for running jobs to finish after SIGTERM, ms: container hosts commonly kill after 30 s. */
const DEFAULT_DRAIN_MS = 25_000;
/** Longest drain, ms: the longest duration of an attempt. */
const MAX_DRAIN_MS = 600_000;

const API_URL_FORM =
  "must be the API's address, http:// or https://, without user, query or fragment";
const TOKEN_FORM =
  "must be a builder token: sw_bld_ and 43 characters, as shown when it was created";
const NAME_FORM = "must be 1 to 100 letters, digits, dots, dashes or underscores";

const wholeNumber = (fallback: number, min: number, max: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);

const Environment = z.object({
  API_URL: z
    .string({ error: `is missing: it ${API_URL_FORM}` })
    .refine(isApiUrl, { error: API_URL_FORM })
    .transform((text) => text.replace(/\/+$/, "")),
  BUILDER_TOKEN: z
    .string({ error: `is missing: it ${TOKEN_FORM}` })
    .regex(/^sw_bld_[A-Za-z0-9_-]{43}$/, { error: TOKEN_FORM }),
  BUILDER_NAME: z
    .string()
    .default(hostname)
    .refine((text) => /^[A-Za-z0-9._-]{1,100}$/.test(text), { error: NAME_FORM }),
  CONCURRENCY: wholeNumber(DEFAULT_CONCURRENCY, 1, MAX_CONCURRENCY),
  DRAIN_MS: wholeNumber(DEFAULT_DRAIN_MS, 0, MAX_DRAIN_MS),
  HEALTH_FILE: z.string().refine(isAbsolute, { error: "must be an absolute path" }).optional(),
});

export interface Config {
  /** Origin and path prefix of the API, without a trailing slash. */
  apiUrl: string;
  token: string;
  /** Shown in build logs and in the operator's log. */
  name: string;
  /** Number of concurrent jobs. */
  concurrency: number;
  /** Time for running jobs to finish when the process must stop, ms. */
  drainMs: number;
  /** The file that is touched whenever the Worker has answered (health.ts); null for none. */
  healthFile: string | null;
}

export type ConfigResult = { ok: true; config: Config } | { ok: false; problems: string[] };

/** Reads the configuration. An empty variable counts as unset. Each problem is described in one line. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ConfigResult {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
    return { ok: false, problems };
  }
  const { API_URL, BUILDER_TOKEN, BUILDER_NAME, CONCURRENCY, DRAIN_MS, HEALTH_FILE } = parsed.data;
  return {
    ok: true,
    config: {
      apiUrl: API_URL,
      token: BUILDER_TOKEN,
      name: BUILDER_NAME,
      concurrency: CONCURRENCY,
      drainMs: DRAIN_MS,
      healthFile: HEALTH_FILE ?? null,
    },
  };
}

function isApiUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const plain = url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  return (url.protocol === "https:" || url.protocol === "http:") && plain;
}
