// A builder under test: the real service with short times and a packager of the test's own, and its log to wait on.
import { EventEmitter, once } from "node:events";
import type { Capabilities } from "../../../src/protocol/builder.ts";
import type { Packager } from "../../../builder/packager.ts";
import { startService } from "../../../builder/service.ts";
import type { Timing } from "../../../builder/timing.ts";
import type { FakeApi } from "./fake-api.ts";

export const CAPABILITIES: Capabilities = { platforms: ["android-webview"], formats: ["apk"] };

/** Short enough that no test waits, long enough that none expires on a busy machine unless it should. */
export const QUICK: Timing = {
  leaseWait: 20_000,
  emptyTooSoon: 0,
  requestTimeout: 20_000,
  transferTimeout: 20_000,
  backoffBase: 2,
  backoffMax: 20,
  logFlush: 2,
  logRetry: 20_000,
  release: 5_000,
};

/** Makes a small file from the job, in the time it takes. */
export const plainPackager: Packager = async (job, pictures, log) => {
  log(`packaging ${job.app.package_name}`);
  const { icon, foreground, monochrome } = pictures;
  const layers = [foreground, monochrome].map((layer) => layer && `, layer ${layer.length}`);
  const made = `apk of ${job.app.package_name}, icon ${icon?.length ?? 0}${layers.join("")}`;
  return new Uint8Array(Buffer.from(made));
};

export interface TestBuilder {
  /** Every line written to the operator's log. */
  lines: string[];
  events(): Array<Record<string, unknown>>;
  /** The first event of this name, as soon as it is there. */
  event(name: string): Promise<Record<string, unknown>>;
  stop(why: string): void;
  ended: Promise<0 | 1>;
}

export interface BuilderOptions {
  packager?: Packager;
  concurrency?: number;
  drainMs?: number;
  token?: string;
  apiUrl?: string;
  timing?: Partial<Timing>;
}

export function startBuilder(api: FakeApi, options: BuilderOptions = {}): TestBuilder {
  const lines: string[] = [];
  const written = new EventEmitter();
  const events = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const service = startService({
    config: {
      apiUrl: options.apiUrl ?? api.url,
      token: options.token ?? api.token,
      name: "test-builder",
      concurrency: options.concurrency ?? 2,
      drainMs: options.drainMs ?? 20_000,
      healthFile: null,
    },
    capabilities: CAPABILITIES,
    packager: options.packager ?? plainPackager,
    timing: { ...QUICK, ...options.timing },
    write: (line) => {
      lines.push(line);
      written.emit("line");
    },
  });
  return {
    lines,
    events,
    async event(name) {
      for (;;) {
        const found = events().find((one) => one["event"] === name);
        if (found !== undefined) return found;
        await once(written, "line");
      }
    },
    stop: service.stop,
    ended: service.ended,
  };
}
