// Runs the stand-in push providers for the supervisor, as a process that is kept running on the same ports, and makes
// the Worker's variables for it. Variables of the environment take precedence, so that a stack can use other
// providers.
import { join } from "node:path";
import { keepRunning, type Kept } from "./keep.ts";
import { choosePort, HOST } from "./port.ts";
import { GOOGLE } from "./providers/webpush/google.ts";
import { openLog } from "./state.ts";

/** How long the process may take to end, ms: it has nothing to finish. */
const GRACE_MS = 2_000;
/** The variables with the providers' URLs. */
const ADDRESSES = ["FCM_URL", "GOOGLE_TOKEN_URL", "APNS_URL"] as const;

export interface PushProviders {
  url: string;
  /** The variables for the Worker. */
  vars: Record<string, string>;
  /** Resolves once they answer. */
  answer: Promise<void>;
}

/**
 * Starts the stand-ins, and waits for no answer of theirs: the Worker starts meanwhile. `onPid` is called at each start and end,
 * and `started` before the first answer, for the clean-up.
 */
export async function startPushProviders(
  stateDir: string,
  onPid: (pid: number | null) => void,
  started: (kept: Kept) => void,
): Promise<PushProviders> {
  const [port, h2Port] = [await choosePort(0), await choosePort(0)];
  const up = Promise.withResolvers<void>();
  const kept = keepRunning({
    args: [join(import.meta.dirname, "providers", "main.ts")],
    env: {
      PROVIDERS_PORT: String(port),
      PROVIDERS_H2_PORT: String(h2Port),
      // A real Chrome that opens the demo page has its endpoint there, as a Firefox has its own at Mozilla.
      PROVIDERS_GOOGLE: GOOGLE,
    },
    log: openLog(stateDir, "providers").fd,
    graceMs: GRACE_MS,
    onStart: (child) => {
      onPid(child.pid ?? null);
      child.once("message", () => up.resolve());
    },
    onEnd: (how) => {
      onPid(null);
      up.reject(new Error(`The stand-in push providers ended (${how}); see logs/providers.log.`));
    },
  });
  started(kept);
  // Nobody waits for them where the stack does not get so far.
  up.promise.catch(() => {});
  const url = `http://${HOST}:${port}`;
  const standIns = {
    FCM_URL: `${url}/fcm`,
    GOOGLE_TOKEN_URL: `${url}/fcm/token`,
    APNS_URL: `${url}/apns`,
  };
  const given = ADDRESSES.flatMap((name) => {
    const value = process.env[name];
    return value ? [[name, value]] : [];
  });
  return { url, vars: { ...standIns, ...Object.fromEntries(given) }, answer: up.promise };
}
