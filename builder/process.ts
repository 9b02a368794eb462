// Runs the builder as a process, with environment variables, signals, log lines and an exit code.
import type { Capabilities } from "../src/protocol/builder.ts";
import { readConfig } from "./config.ts";
import { errorFields } from "./log.ts";
import type { Packager } from "./packager.ts";
import { startService } from "./service.ts";
import type { Service } from "./service.ts";
import { DEFAULT_TIMING } from "./timing.ts";

/**
 * Runs the service until it is asked to stop, and then exits: with 0 after a drain, and with 1 for an invalid
 * configuration, a refusal by the API, or a defect.
 */
export async function runProcess(packager: Packager, capabilities: Capabilities): Promise<never> {
  const read = readConfig(process.env);
  if (!read.ok) {
    for (const problem of read.problems) process.stderr.write(`${problem}\n`);
    process.exit(1);
  }
  const service = startService({
    config: read.config,
    capabilities,
    packager,
    timing: DEFAULT_TIMING,
    write: (line) => process.stdout.write(line),
  });
  const crash = (error: unknown): never => {
    service.log("error", "crashed", errorFields(error));
    process.exit(1);
  };
  process.on("uncaughtException", crash);
  stopOnSignals(service);
  stopOnLostLog(service);
  process.exit(await service.ended.catch(crash));
}

function stopOnSignals(service: Service): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => service.stop(signal));
}

/** Drains when the reader of the log has ended, since the process that would stop this one has probably ended too. */
function stopOnLostLog(service: Service): void {
  let lost = false;
  process.stdout.on("error", () => {
    if (lost) return;
    lost = true;
    service.stop("the log's reader is gone");
  });
}
