// Three kinds of tests: `worker` runs in workerd against the real bindings of wrangler.toml, `node` tests
// the builder and the local stack, `e2e` starts the whole stack as processes, one file at a time. They run one
// after the other (groupOrder, from 1: vitest moves single-worker projects of group 0 to the end), the
// quick ones first, and the ones that measure times alone.
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { makeSecrets } from "./dev/secrets.ts";

/** Longest a stack may take to start, build and stop in one end-to-end test, ms: lost leases take 60 s. */
const E2E_TIMEOUT_MS = 180_000;
/** Longest for one test outside workerd, ms: keys of RSA-2048 and outside tools take seconds. */
const NODE_TIMEOUT_MS = 60_000;
/** Longest for one test in workerd, ms: a thousand requests take ten seconds, on a busy machine four times that. */
const WORKER_TIMEOUT_MS = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                ...makeSecrets(),
                TEST_MIGRATIONS: await readD1Migrations("./migrations"),
              },
            },
          })),
        ],
        test: {
          name: "worker",
          include: ["test/src/**/*.test.ts", "test/conformance/**/*.test.ts"],
          setupFiles: ["./test/src/setup.ts"],
          testTimeout: WORKER_TIMEOUT_MS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "node",
          include: ["test/builder/**/*.test.ts", "test/dev/**/*.test.ts"],
          testTimeout: NODE_TIMEOUT_MS,
          hookTimeout: NODE_TIMEOUT_MS,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: E2E_TIMEOUT_MS,
          hookTimeout: E2E_TIMEOUT_MS,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
