// Five kinds of tests, each a project:
//   unit    pure code of the Worker, in plain Node: no binding, no request;
//   worker  the Worker in workerd, with the real bindings of wrangler.toml;
//   node    the builder, the packager, the local stack, and the sources themselves;
//   e2e     the whole stack as processes, which tests kill;
//   browser websites in Firefox and in Chromium, with the whole stack.
// They run one after the other, the quick ones first, but for node and e2e, which run side by side. groupOrder counts from 1,
// since Vitest moves projects of group 0 that have one worker to the end. `--mode=quick` leaves out what takes long.
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { tmpdir } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { makeSecrets } from "./dev/secrets.ts";
import { memoryFolder } from "./dev/state.ts";
import { PATIENCE_MS } from "./test/support/patience.ts";

/** Longest a stack may take to start, build and stop in one end-to-end test, ms: lost leases take 60 s. */
const E2E_TIMEOUT_MS = 180_000;
/** Longest for one test outside workerd, ms: hundreds of builds of a property take half a minute, on a busy machine four times that. */
const NODE_TIMEOUT_MS = 180_000;
/** Longest for one test in workerd, ms: a thousand requests take ten seconds, on a busy machine six times that. */
const WORKER_TIMEOUT_MS = 120_000;
/** Processes that run test files side by side: one a core. */
const EVERY_CORE = "100%";
/**
 * Files of node and e2e side by side: those that kill processes mostly wait for leases and claims to lapse, so that two others
 * have the cores meanwhile. (Projects of one group need the same number.)
 */
const NODE_WORKERS = 5;
/** Longest for one test in a browser, ms, and for a stack and a browser to start. */
const BROWSER_TIMEOUT_MS = 60_000;
/** Before their tests, some fill a stack with all that the dashboard shows, several at once: three minutes on a busy machine. */
const SEED_TIMEOUT_MS = 420_000;
/** Files with browsers side by side: each has a browser and a stack, which keep a core busy. */
const BROWSER_WORKERS = 2;

/** Where temporary files are, but for those of workerd. */
const TEMPORARY = tmpdir();
/** Where workerd keeps what the tests store. */
const STORAGE = memoryFolder();

/** Tests of src/ and bench/ that need nothing of the platform. */
const PURE = [
  "test/bench/*.test.ts",
  "test/src/kit/**/*.test.ts",
  "test/src/identity/webauthn/*.test.ts",
  "test/src/delivery/providers/**/*.test.ts",
  "test/src/delivery/{editions,enqueue,hosts,turns}.test.ts",
  "test/src/domain/audiences/targeting.test.ts",
  "test/src/domain/notifications/{content,links,message-id,zones}.test.ts",
  "test/src/domain/notifications/run/retry.test.ts",
  "test/src/domain/imports/parse-csv.test.ts",
  "test/src/durable/lane-share.test.ts",
  "test/src/durable/notification-run/{conclusions,pace}.test.ts",
  "test/src/http/{content-disposition,errors}.test.ts",
];

/** What `npm run test:quick` leaves out: it is to take less than a minute. */
const SLOW = [
  "test/conformance/**",
  "test/src/{cron,durable}/**", // but for what is PURE
  "test/src/delivery/{credentials,consume-batch,many-unresolvable,queue,slow-lane}.test.ts",
  // whatever is sent to every operation
  "test/src/**/{access,every-operation,fuzz,hostile,notifications-fuzz}.test.ts",
  "test/builder/*.test.ts",
  "test/builder/{android,shell}/**",
  "test/browser/sdk/scripts.test.ts",
  "test/dev/*.test.ts",
  "test/{e2e,clients,examples,browsers}/**",
];

/** Files that take longest: they begin first in their group, so that nothing waits for one of them alone at the end. */
const LONGEST: readonly RegExp[] = [
  /\/test\/(browsers\/dashboard\/screens|e2e\/\w[\w-]*|(clients|examples)\/\w+)\.test\.ts$/,
  // Vitest begins with large files; these are small, and send something to every operation or form.
  /\/test\/src\/.*\/(access|every-form|every-operation|hostile|fuzz|notifications-fuzz)\.test\.ts$/,
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- The sequencer's own method, no array's.
    const sorted = await super.sort(files);
    const isLongest = ({ moduleId }: TestSpecification) =>
      LONGEST.some((pattern) => pattern.test(moduleId));
    return [...sorted.filter(isLongest), ...sorted.filter((each) => !isLongest(each))];
  }
}

export default defineConfig(({ mode }) => {
  const slow = mode === "quick" ? SLOW : [];
  return {
    test: {
      sequence: { sequencer: LongestFirst },
      expect: { poll: { timeout: PATIENCE_MS } },
      env: { TMPDIR: TEMPORARY },
      provide: {
        allRuns: process.env["CI"] === "true",
        isDebugged: process.argv.some((each) => each.startsWith("--inspect")),
      },
      projects: [
        {
          extends: true,
          test: {
            name: "unit",
            include: PURE,
            setupFiles: ["./test/support/documented-zod.ts"],
            isolate: false,
            maxWorkers: EVERY_CORE,
            testTimeout: NODE_TIMEOUT_MS,
            sequence: { groupOrder: 1 },
          },
        },
        {
          extends: true,
          plugins: [
            cloudflareTest(async () => {
              // Miniflare takes no other folder from here, and asks for this one when it starts, later.
              process.env["TMPDIR"] = STORAGE;
              return {
                wrangler: { configPath: "./wrangler.toml" },
                miniflare: {
                  bindings: {
                    ...makeSecrets(),
                    TEST_MIGRATIONS: await readD1Migrations("./migrations"),
                  },
                  // No test asks the real internet: workerd logs each name that it can't resolve as an uncaught exception,
                  // though the Worker catches it. Tests that need answers fake `fetch`.
                  outboundService: () => new Response("tests have no network", { status: 502 }),
                },
              };
            }),
          ],
          test: {
            name: "worker",
            include: ["test/{bench,src}/**/*.test.ts", "test/conformance/**/*.test.ts"],
            exclude: [...PURE, ...slow],
            setupFiles: ["./test/src/setup.ts"],
            testTimeout: WORKER_TIMEOUT_MS,
            hookTimeout: WORKER_TIMEOUT_MS,
            // Each workerd loads the Worker once, and setup.ts gives each file empty storage.
            isolate: false,
            maxWorkers: EVERY_CORE,
            sequence: { groupOrder: 2 },
          },
        },
        {
          extends: true,
          test: {
            name: "node",
            include: ["test/*.test.ts", "test/{browser,builder,dev,site}/**/*.test.ts"],
            exclude: slow,
            maxWorkers: NODE_WORKERS,
            testTimeout: NODE_TIMEOUT_MS,
            hookTimeout: NODE_TIMEOUT_MS,
            sequence: { groupOrder: 3 },
          },
        },
        {
          extends: true,
          test: {
            name: "e2e",
            include: ["test/{e2e,clients,examples}/**/*.test.ts"],
            exclude: slow,
            testTimeout: E2E_TIMEOUT_MS,
            hookTimeout: E2E_TIMEOUT_MS,
            maxWorkers: NODE_WORKERS,
            sequence: { groupOrder: 3 },
          },
        },
        {
          extends: true,
          test: {
            name: "browser",
            include: ["test/browsers/**/*.test.ts"],
            exclude: slow,
            testTimeout: BROWSER_TIMEOUT_MS,
            hookTimeout: SEED_TIMEOUT_MS,
            maxWorkers: BROWSER_WORKERS,
            sequence: { groupOrder: 4 },
          },
        },
      ],
    },
  };
});
