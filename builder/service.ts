// Assembles the builder service from its parts. main.ts runs it in a process, and tests with their own API.
import type { Capabilities } from "../src/protocol/builder.ts";
import { createClient } from "./client.ts";
import type { Config } from "./config.ts";
import { createHealth } from "./health.ts";
import { runJob } from "./job.ts";
import type { JobContext } from "./job.ts";
import { createLog } from "./log.ts";
import type { Log } from "./log.ts";
import { Refused, runLoop } from "./loop.ts";
import type { Packager } from "./packager.ts";
import { createSecrets } from "./secrets.ts";
import { createShutdown } from "./shutdown.ts";
import type { Timing } from "./timing.ts";

export interface ServiceOptions {
  config: Config;
  capabilities: Capabilities;
  packager: Packager;
  timing: Timing;
  /** Receives each line of the operator's log, newline included. */
  write: (line: string) => void;
}

export interface Service {
  log: Log;
  /** Asks the service to stop: the first call drains, the second one hands the running jobs back. */
  stop: (why: string) => void;
  /** Settles when the service has ended, with the exit code of the process: 1 if the API refused the builder. */
  ended: Promise<0 | 1>;
}

export function startService(options: ServiceOptions): Service {
  const { config, capabilities, packager, timing, write } = options;
  const secrets = createSecrets();
  secrets.add(config.token);
  const log = createLog({ write, builder: config.name, secrets });
  const { apiUrl, token, healthFile } = config;
  const client = createClient({ apiUrl, token, timing, log, heard: createHealth(healthFile, log) });
  const shutdown = createShutdown(config.drainMs, log);
  const context: JobContext = { client, packager, name: config.name, log, secrets, timing };
  const { concurrency } = config;

  const run = async (): Promise<0 | 1> => {
    log("info", "started", { api_url: apiUrl, concurrency, formats: capabilities.formats });
    try {
      await runLoop({
        client,
        capabilities,
        concurrency,
        runJob: (offer) => runJob(offer, context, shutdown.releasing),
        shutdown,
        timing,
        log,
      });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      log("error", "refused", { error: error.message });
      return 1;
    }
    log("info", "stopped");
    return 0;
  };
  return { log, stop: shutdown.request, ended: run() };
}
