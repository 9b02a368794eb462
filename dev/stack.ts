// The local stack: the Worker in workerd, an account with its tokens, and a builder. Owns the processes, and keeps
// stack.json up to date when they start and end.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { accountOf, ensureTokens } from "./accounts.ts";
import { DEMO_APP, ensureDemoApp } from "./demo.ts";
import { builderSeen, startBuilder } from "./builder.ts";
import type { Kept } from "./keep.ts";
import type { Options } from "./options.ts";
import { choosePort, HOST } from "./port.ts";
import { startPushProviders } from "./push-providers.ts";
import { line, seconds } from "./say.ts";
import {
  loadSecrets,
  lockState,
  removeNote,
  wipeState,
  writeNote,
  type StackNote,
  type Tokens,
} from "./state.ts";
import { bundleWorker, makeBundle } from "./worker/bundle.ts";
import { INSPECTOR_PORT } from "./worker/messages.ts";
import { endLeftoverWorker, startWorker } from "./worker/start.ts";

/** Bytes of the token by which the dashboard is opened. */
const LOCAL_SIGN_IN_BYTES = 16;

const ROOT = join(import.meta.dirname, "..");

export interface Stack {
  url: string;
  tokens: Tokens;
  providersUrl: string;
  /** The address that opens the dashboard, signed in. */
  dashboardUrl: string;
}

/** The steps to undo when the stack ends, in reverse order. */
export class CleanUp {
  #steps: (() => Promise<void> | void)[] = [];
  #running = false;

  /** Whether the end has begun. */
  get hasBegun(): boolean {
    return this.#running;
  }

  /** Steps added after the end has begun are undone at once. */
  add(step: () => Promise<void> | void): void {
    if (this.#running) void step();
    else this.#steps.push(step);
  }

  async run(): Promise<void> {
    this.#running = true;
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) await step();
  }
}

/** The Worker's variables that whoever starts the stack has set; the others are as in wrangler.toml. */
function wantedVars({ signUp }: Options): Record<string, string> {
  const batchSize = process.env["BATCH_SIZE"];
  return {
    ...(signUp && { SIGN_UP: signUp }),
    ...(batchSize && { BATCH_SIZE: batchSize }),
  };
}

/**
 * Starts everything and writes stack.json.
 * @param cleanUp takes what stops it again, also when the start fails half-way
 */
export async function startStack(options: Options, cleanUp: CleanUp): Promise<Stack> {
  const { stateDir } = options;
  cleanUp.add(lockState(stateDir));
  endLeftoverWorker(stateDir);
  removeNote(stateDir);
  if (options.fresh) wipeState(stateDir);

  const begin = performance.now();
  const port = await choosePort(options.port);
  const url = `http://${options.host ?? HOST}:${port}`;
  const { ADMIN_TOKEN } = loadSecrets(stateDir);
  const bundleDir = join(stateDir, "bundle");
  const { entry } = options;
  const pids: StackNote["pids"] = { worker: null, builder: null, providers: null };
  let tokens: Tokens | null = null;
  let providersUrl = "";
  let dashboardUrl = "";
  const note = (): void => {
    if (tokens === null) return;
    const known = { url, admin_token: ADMIN_TOKEN, ...tokens, providers_url: providersUrl };
    writeNote(stateDir, { ...known, dashboard_url: dashboardUrl, pids });
  };
  const onPid = (name: keyof typeof pids) => (pid: number | null) => {
    pids[name] = pid;
    note();
  };
  const stopAtEnd = (kept: Kept) => cleanUp.add(kept.stop);

  const providers = await startPushProviders(stateDir, onPid("providers"), stopAtEnd);
  providersUrl = providers.url;
  const bundle = await (entry === undefined
    ? bundleWorker(bundleDir)
    : makeBundle(bundleDir, entry));

  const config = join(ROOT, "wrangler.toml");
  // Another one at each start: an address that was left somewhere ends with its stack.
  const signIn = randomBytes(LOCAL_SIGN_IN_BYTES).toString("hex");
  const local = { ALLOW_PRIVATE_TARGETS: "1", DEMO_APP, LOCAL_SIGN_IN: signIn };
  const { inspect } = options;
  const vars = { ...providers.vars, PUBLIC_URL: url, ...local, ...wantedVars(options) };
  const worker = { config, stateDir, bundle, port, vars, inspect, onPid: onPid("worker") };
  await startWorker(worker, stopAtEnd);
  await providers.answer;
  line(
    "Worker",
    `${url}  (workerd, process ${pids.worker}; ${seconds(performance.now() - begin)})`,
  );

  if (inspect) line("Debugger", `attach to ${HOST}:${INSPECTOR_PORT}`);

  const made = await ensureTokens(url, ADMIN_TOKEN, stateDir);
  const startedAt = new Date();
  const token = made.builder_token;
  const builder = startBuilder({ url, token, stateDir, onPid: onPid("builder") });
  stopAtEnd(builder);
  await builderSeen(url, ADMIN_TOKEN, startedAt, builder);
  line("Builder", `process ${pids.builder}`);
  await ensureDemoApp(url, made.api_token);
  dashboardUrl = `${url}/local/${signIn}/${await accountOf(url, made.api_token)}/owner`;
  line("Demo", `${url}/demo  (a page on which this browser gets a push)`);
  line("Push", `stand-in providers at ${providersUrl}  (process ${pids.providers})`);

  tokens = made;
  note();
  cleanUp.add(() => {
    tokens = null;
    removeNote(stateDir);
  });
  return { url, tokens, providersUrl, dashboardUrl };
}
