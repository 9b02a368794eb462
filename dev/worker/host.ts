// The process that runs the Worker in workerd, with D1, R2, Queues and Durable Objects kept on disk and
// cron triggers fired. Requests reach workerd's own socket: no proxy stands in front. A workerd that dies
// is started again at once, on the same port and state.
//
//   node dev/worker/host.ts CONFIG STATE_DIR BUNDLE PORT
import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { HOST } from "../port.ts";
import { loadSecrets } from "../state.ts";
import { readLocalWorker, type LocalWorker, type WranglerConfig } from "../wrangler-config.ts";
import { startCron } from "./cron.ts";
import { INSPECT, INSPECTOR_PORT, VARS, type HostMessage } from "./messages.ts";
import { applyMigrations, type Database } from "./migrate.ts";

/** The last started workerd. Miniflare does not expose its pid, but Node reports every child process. */
let workerd: ChildProcess | null = null;
subscribe("child_process", (message) => {
  workerd = (message as { process: ChildProcess }).process;
});

/** Writes a line of the host's own into the Worker's log, in the form of the Worker's. */
function note(
  level: "info" | "warn" | "error",
  event: string,
  facts: Record<string, string>,
): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), level, event, ...facts }));
}

/** Puts what Miniflare says, such as that workerd died, into the same form. */
class HostLog extends Log {
  override logWithLevel(level: LogLevel, message: string): void {
    if (level > this.level) return;
    note(level === LogLevel.ERROR ? "error" : "warn", "host_says", { message });
  }
}

function tell(message: HostMessage): void {
  if (process.connected) process.send?.(message);
}

function tellReady(): void {
  if (workerd?.pid !== undefined) tell({ type: "ready", pid: workerd.pid });
}

/** Miniflare with the bindings of the configuration, and the stack's own secrets. */
function host(worker: LocalWorker, stateDir: string, bundle: string, port: number): Miniflare {
  const { options } = worker;
  const vars = JSON.parse(process.env[VARS] ?? "{}") as Record<string, string>;
  const bindings = { ...(options.bindings as object), ...vars, ...loadSecrets(stateDir) };
  return new Miniflare(
    convertV4MiniflareOptions({
      host: HOST,
      port,
      cf: false,
      log: new HostLog(LogLevel.WARN),
      logRequests: false,
      telemetry: { enabled: false },
      ...(process.env[INSPECT] === "1"
        ? { inspectorHost: HOST, inspectorPort: INSPECTOR_PORT }
        : {}),
      // Where `wrangler ... --local --persist-to STATE_DIR/worker` looks.
      resourcePersistencePath: join(stateDir, "worker", "v3"),
      unsafeHandleRuntimeRestart: tellReady,
      workers: [
        {
          ...options,
          name: worker.config.name,
          bindings,
          modules: [{ type: "ESModule", path: bundle }],
          modulesRoot: dirname(bundle),
        },
      ],
    }),
  );
}

async function migrate(miniflare: Miniflare, config: WranglerConfig, root: string): Promise<void> {
  for (const { binding, migrations_dir: folder } of config.d1_databases) {
    const database = (await miniflare.getD1Database(binding)) as unknown as Database;
    const names = await applyMigrations(database, join(root, folder));
    for (const migration of names) note("info", "migration_applied", { migration, binding });
  }
}

async function fire(miniflare: Miniflare, cron: string, scheduledTime: Date): Promise<void> {
  try {
    const worker = await miniflare.getWorker();
    await worker.scheduled({ cron, scheduledTime });
  } catch (error) {
    note("error", "cron_failed", { cron, error: inspect(error) });
  }
}

async function main(): Promise<void> {
  const [configPath, stateDir, bundle, port] = process.argv.slice(2);
  if (!configPath || !stateDir || !bundle || !port) throw new Error("CONFIG STATE_DIR BUNDLE PORT");
  const worker = await readLocalWorker(configPath);
  const { config } = worker;
  const miniflare = host(worker, stateDir, bundle, Number(port));
  const end = async (): Promise<void> => {
    await miniflare.dispose();
    process.exit(0);
  };
  process.on("SIGTERM", () => void end());
  // The supervisor has ended.
  process.on("disconnect", () => void end());
  await miniflare.ready;
  await migrate(miniflare, config, dirname(configPath));
  startCron(config.triggers.crons, (cron, at) => void fire(miniflare, cron, at));
  tellReady();
}

try {
  await main();
} catch (error) {
  note("error", "host_failed", { error: inspect(error) });
  tell({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  // Closing the channel after the message ends this process.
  process.exitCode = 1;
  if (process.connected) process.disconnect();
}
