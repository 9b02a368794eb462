// Lint enforces which room (a folder of the code) may import which: for every room, imports that it may not
// make are planted beside a copy of the configuration and refused, and imports that it may make pass.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, matchesGlob } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const OXLINT = join(ROOT, "node_modules/oxlint/bin/oxlint");

interface Case {
  /** The file that imports. */
  file: string;
  refused: string[];
  allowed: string[];
}

const SURFACE_ALLOWED = [
  "../../shared/requests.ts",
  "../../../http/surface.ts",
  "../../../domain/apps/x.ts",
  "hono",
];

/** Specifiers as seen from `file`. */
const CASES: Case[] = [
  {
    file: "src/config.ts",
    refused: ["./runtime.ts", "./domain/context.ts"],
    allowed: ["./kit/seal.ts", "zod"],
  },
  {
    file: "src/runtime.ts",
    refused: ["./index.ts", "./api/app.ts", "./cron/schedules.ts", "zod"],
    allowed: ["./config.ts", "./durable/build-lock.ts", "./http/env.ts", "./db/client.ts"],
  },
  {
    file: "src/index.ts",
    refused: ["./db/client.ts", "./http/env.ts", "./config.ts", "drizzle-orm"],
    allowed: ["./runtime.ts", "./api/app.ts", "./durable/build-lock.ts", "./cron/schedules.ts"],
  },
  {
    file: "src/kit/keystore/x.ts",
    refused: ["../../db/client.ts", "../../protocol/builder.ts", "../../config.ts", "hono"],
    allowed: ["../crypto.ts", "./y.ts", "zod", "node:crypto"],
  },
  {
    file: "src/protocol/x.ts",
    refused: ["../kit/time.ts", "../domain/context.ts", "hono"],
    allowed: ["./config.ts", "zod"],
  },
  {
    file: "src/db/schema/x.ts",
    refused: ["../../domain/context.ts", "../../http/env.ts", "hono"],
    allowed: ["../client.ts", "../../kit/time.ts", "drizzle-orm/sqlite-core"],
  },
  {
    file: "src/domain/x.ts",
    refused: ["./builds/x.ts", "./accounts/x.ts", "../http/env.ts", "../config.ts", "hono"],
    allowed: [
      "./ports/builds.ts",
      "./context.ts",
      "./scopes.ts",
      "../db/client.ts",
      "../kit/log.ts",
    ],
  },
  {
    file: "src/domain/ports/x.ts",
    refused: ["../context.ts", "../builds/x.ts", "../../db/client.ts", "drizzle-orm"],
    allowed: ["./builds.ts", "../../protocol/builder.ts", "../../kit/time.ts", "zod"],
  },
  {
    file: "src/identity/x.ts",
    refused: ["../http/env.ts", "../web/x.ts", "../durable/x.ts", "hono"],
    allowed: ["../domain/people/roles.ts", "../db/schema/people.ts", "better-auth/minimal"],
  },
  {
    file: "src/domain/people/x.ts",
    refused: ["../apps/x.ts", "../../identity/x.ts", "../../http/env.ts", "better-auth"],
    allowed: ["../context.ts", "../accounts/x.ts", "../../db/client.ts", "../../kit/time.ts"],
  },
  {
    file: "src/domain/health/x.ts",
    refused: ["../builds/x.ts", "../notifications/x.ts", "../audit/x.ts", "../../http/env.ts"],
    allowed: ["../context.ts", "../ports/queues.ts", "../../db/client.ts", "drizzle-orm"],
  },
  {
    file: "src/domain/audit/x.ts",
    refused: ["../accounts/x.ts", "../people/x.ts", "../apps/x.ts", "../../http/env.ts", "hono"],
    allowed: ["../context.ts", "../../db/insert-from.ts", "../../kit/time.ts", "drizzle-orm"],
  },
  {
    file: "src/domain/accounts/x.ts",
    refused: ["../apps/x.ts", "../keystores/x.ts", "../../http/env.ts", "cloudflare:workers"],
    allowed: ["../context.ts", "../scopes.ts", "../ports/builds.ts", "drizzle-orm"],
  },
  {
    file: "src/domain/apps/x.ts",
    refused: ["../builds/x.ts", "../subscribers/x.ts", "../keystores/x.ts", "hono"],
    allowed: ["../accounts/x.ts", "../context.ts"],
  },
  {
    file: "src/domain/keystores/x.ts",
    refused: ["../apps/x.ts", "../builds/x.ts"],
    allowed: ["../accounts/x.ts", "../../kit/keystore/keystore.ts"],
  },
  {
    file: "src/domain/builds/x.ts",
    refused: ["../subscribers/x.ts", "../notifications/x.ts", "../../durable/x.ts", "hono"],
    allowed: ["../accounts/x.ts", "../apps/x.ts", "../keystores/x.ts", "../../protocol/builder.ts"],
  },
  {
    file: "src/domain/webhooks/x.ts",
    refused: ["../builds/x.ts", "../subscribers/x.ts", "../notifications/x.ts", "hono"],
    allowed: ["../accounts/x.ts", "../apps/x.ts", "../../kit/crypto.ts"],
  },
  {
    file: "src/domain/subscribers/x.ts",
    refused: ["../builds/x.ts", "../notifications/x.ts", "../channels/x.ts"],
    allowed: ["../accounts/x.ts", "../apps/x.ts"],
  },
  {
    file: "src/domain/audiences/x.ts",
    refused: ["../notifications/x.ts", "../campaigns/x.ts", "../../http/env.ts", "hono"],
    allowed: ["../subscribers/x.ts", "../apps/x.ts", "../context.ts", "drizzle-orm"],
  },
  {
    file: "src/domain/composing/x.ts",
    refused: ["../campaigns/x.ts", "../imports/x.ts", "../../http/env.ts", "hono"],
    allowed: ["../notifications/x.ts", "../audiences/x.ts", "../people/x.ts", "drizzle-orm"],
  },
  {
    file: "src/domain/imports/x.ts",
    refused: ["../notifications/x.ts", "../composing/x.ts", "../../http/env.ts", "hono"],
    allowed: ["../subscribers/x.ts", "../apps/x.ts", "../ports/x.ts", "zod"],
  },
  {
    file: "src/domain/reports/x.ts",
    refused: ["../composing/x.ts", "../deletion/x.ts", "../../http/env.ts", "hono"],
    allowed: ["../notifications/x.ts", "../campaigns/x.ts", "../audiences/x.ts", "zod"],
  },
  {
    file: "src/domain/notifications/x.ts",
    refused: ["../channels/x.ts", "../campaigns/x.ts", "../../delivery/dispatch.ts"],
    allowed: ["../builds/x.ts", "../subscribers/x.ts"],
  },
  {
    file: "src/domain/inbox/x.ts",
    refused: ["../channels/x.ts", "../accounts/x.ts", "../../delivery/dispatch.ts"],
    allowed: ["../subscribers/x.ts", "../notifications/x.ts"],
  },
  {
    file: "src/domain/overviews/x.ts",
    refused: ["../notifications/x.ts", "../campaigns/x.ts", "../../http/env.ts"],
    allowed: ["../apps/x.ts", "../builds/x.ts", "../channels/x.ts", "../people/x.ts"],
  },
  {
    file: "src/domain/sites/x.ts",
    refused: ["../builds/x.ts", "../overviews/x.ts", "../../db/client.ts", "hono"],
    allowed: ["../apps/x.ts", "../webhooks/target.ts", "../../kit/css-color.ts", "zod"],
  },
  {
    file: "src/domain/one-person/x.ts",
    refused: ["../builds/x.ts", "../deletion/x.ts", "../../delivery/x.ts", "hono"],
    allowed: ["../channels/x.ts", "../composing/x.ts", "../notifications/x.ts", "drizzle-orm"],
  },
  {
    file: "src/domain/demo/x.ts",
    refused: ["../channels/x.ts", "../builds/x.ts", "../../http/env.ts"],
    allowed: ["../subscribers/x.ts", "../notifications/x.ts"],
  },
  {
    file: "src/domain/channels/x.ts",
    refused: ["../campaigns/x.ts", "../../delivery/dispatch.ts"],
    allowed: ["../notifications/x.ts"],
  },
  {
    file: "src/domain/campaigns/x.ts",
    refused: ["../channels/x.ts", "../../delivery/dispatch.ts"],
    allowed: ["../notifications/x.ts"],
  },
  {
    file: "src/domain/operators/x.ts",
    refused: ["../deletion/x.ts", "../keystores/x.ts", "../people/x.ts", "../../http/env.ts"],
    allowed: ["../accounts/x.ts", "../builds/x.ts", "../imports/x.ts", "../audit/x.ts"],
  },
  {
    file: "src/domain/deletion/x.ts",
    refused: ["../keystores/x.ts", "../../delivery/x.ts", "../../durable/x.ts", "hono"],
    allowed: ["../builds/x.ts", "../campaigns/x.ts", "../channels/x.ts", "../../db/client.ts"],
  },
  {
    file: "src/domain/sealing/x.ts",
    refused: ["../deletion/x.ts", "../../delivery/x.ts", "../../durable/x.ts", "hono"],
    allowed: ["../keystores/x.ts", "../channels/x.ts", "../../kit/seal.ts"],
  },
  {
    file: "src/delivery/x.ts",
    refused: ["../db/client.ts", "../http/env.ts", "../durable/x.ts", "hono"],
    allowed: ["./providers/fcm.ts", "../domain/campaigns/x.ts", "../kit/time.ts"],
  },
  {
    file: "src/delivery/providers/x.ts",
    refused: ["../dispatch.ts", "../../domain/campaigns/x.ts"],
    allowed: ["./verdict.ts", "../../kit/time.ts", "jose"],
  },
  {
    file: "src/durable/x.ts",
    refused: ["../http/env.ts", "../api/v1/apps.ts", "../runtime.ts", "hono"],
    allowed: ["../domain/builds/x.ts", "../delivery/x.ts", "cloudflare:workers"],
  },
  {
    file: "src/http/x.ts",
    refused: ["../db/client.ts", "../api/v1/apps.ts", "../durable/x.ts", "drizzle-orm"],
    allowed: ["../domain/context.ts", "../kit/log.ts", "hono"],
  },
  {
    file: "src/api/x.ts",
    refused: ["../db/client.ts", "../durable/x.ts", "../runtime.ts", "drizzle-orm"],
    allowed: ["./v1/x.ts", "./push/x.ts", "../http/surface.ts", "hono"],
  },
  {
    file: "src/api/shared/x.ts",
    refused: ["../v1/x.ts", "../app.ts", "../../db/client.ts", "drizzle-orm"],
    allowed: ["../../http/operation.ts", "../../domain/subscribers/x.ts", "../../kit/time.ts"],
  },
  ...["v1", "push", "channels", "instant", "builder", "public"].map((surface) => ({
    file: `src/api/${surface}/apps/x.ts`,
    refused: [
      `../../${surface === "v1" ? "push" : "v1"}/x.ts`,
      "../../../db/client.ts",
      "../../../durable/x.ts",
      "drizzle-orm",
    ],
    allowed: SURFACE_ALLOWED,
  })),
  {
    file: "src/web/x.ts",
    refused: ["../api/v1/x.ts", "../db/client.ts", "drizzle-orm", "better-auth"],
    allowed: ["../http/env.ts", "../domain/context.ts", "../identity/sign-in.ts"],
  },
  {
    file: "src/cron/x.ts",
    refused: ["../http/env.ts", "../db/client.ts", "../durable/x.ts", "hono"],
    allowed: ["../domain/builds/x.ts", "../delivery/x.ts", "../kit/time.ts"],
  },
  {
    file: "browser/x.ts",
    refused: ["../src/kit/time.ts", "../builder/main.ts", "zod"],
    allowed: ["./api.ts"],
  },
  {
    file: "clients/ts/src/x.ts",
    refused: ["../../../src/kit/time.ts", "../../../dev/openapi.ts", "node:crypto", "zod"],
    allowed: ["./schema.js", "openapi-fetch"],
  },
  {
    file: "clients/ts/x.ts",
    refused: ["../../src/kit/time.ts", "./src/client.ts", "openapi-fetch"],
    allowed: ["../../dev/openapi.ts", "node:fs", "zod"],
  },
  {
    file: "site/x.ts",
    refused: ["../src/kit/time.ts", "../dev/assets.ts", "../browser/api.ts", "hono"],
    allowed: ["./page.ts", "node:fs", "esbuild", "marked"],
  },
  {
    file: "builder/android/x.ts",
    refused: ["../../src/kit/crypto.ts", "../../dev/port.ts", "../../src/config.ts", "hono"],
    allowed: ["../../src/protocol/builder.ts", "../job.ts", "node:zlib", "sharp", "zod"],
  },
  {
    file: "builder/android/icons/x.ts",
    refused: ["../zip-writer.ts", "../../job.ts", "../../../src/kit/time.ts", "zod"],
    allowed: ["../../../src/protocol/color.ts", "../errors.ts", "node:crypto", "sharp"],
  },
  {
    file: "clients/cli/x.ts",
    refused: ["../../src/kit/time.ts", "../../dev/port.ts", "../ts/x.ts", "zod"],
    allowed: ["./api.ts", "./package.json", "node:util", "esbuild"],
  },
];

interface Config {
  jsPlugins: string[];
  overrides: { files: string[]; rules: Record<string, unknown> }[];
}

/** .oxlintrc.json without its whole-line comments. */
function readConfig(): Config {
  const text = readFileSync(join(ROOT, ".oxlintrc.json"), "utf8");
  return JSON.parse(text.replace(/^\s*\/\/.*$/gm, "")) as Config;
}

/** Plants the files and tells which imports the arrows refuse, as `file: specifier`. */
async function lint(files: Record<string, string>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-lint-"));
  // The project's rooms with the arrows alone: other rules have opinions about planted files.
  const { jsPlugins, overrides } = readConfig();
  const config = { categories: { correctness: "off" }, jsPlugins, overrides };
  writeFileSync(join(folder, ".oxlintrc.json"), JSON.stringify(config));
  cpSync(join(ROOT, "dev/lint"), join(folder, "dev/lint"), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { promise, resolve } = Promise.withResolvers<string>();
  execFile(process.execPath, [OXLINT, "--format", "json"], { cwd: folder }, (_error, stdout) => {
    resolve(stdout);
  });
  const { diagnostics } = JSON.parse(await promise) as {
    diagnostics: { code: string; filename: string; labels: { span: { offset: number } }[] }[];
  };
  return diagnostics
    .filter(({ code }) => code === "slipway(arrows)")
    .map(({ filename, labels }) => {
      const from = files[filename]?.slice(labels[0]?.span.offset) ?? "";
      return `${filename}: ${/"([^"]*)"/.exec(from)?.[1]}`;
    })
    .toSorted();
}

const planted = (specifiers: string[]) =>
  specifiers.map((each, index) => `import * as it${index} from "${each}";\n`).join("");

describe("the lint rule for imports between rooms", () => {
  test("refuses what a room may not import, and nothing else", async () => {
    const files = CASES.map((each) => [each.file, planted([...each.refused, ...each.allowed])]);
    const refused = CASES.flatMap(({ file, refused: all }) =>
      all.map((each) => `${file}: ${each}`),
    );
    expect(await lint(Object.fromEntries(files))).toEqual(refused.toSorted());
  });

  test("sees exports, dynamic imports, imported types and paths in another spelling", async () => {
    const file = "src/kit/x.ts";
    const text = `
      export { a } from "../db/a.ts";
      export * from "../db/b.ts";
      export const c = () => import("../db/c.ts");
      export type D = import("../db/d.ts").D;
      import type { E } from "./../../src/db/e.ts";
      export const f: E = 1;
    `;
    const names = ["../db/a.ts", "../db/b.ts", "../db/c.ts", "../db/d.ts", "./../../src/db/e.ts"];
    expect(await lint({ [file]: text })).toEqual(
      names.map((each) => `${file}: ${each}`).toSorted(),
    );
  });

  const rooms = readConfig().overrides.filter(({ rules }) => "slipway/arrows" in rules);

  test("has one override for each room, which one planted file tests", () => {
    for (const { files } of rooms) {
      const tested = CASES.filter((each) => files.some((glob) => matchesGlob(each.file, glob)));
      expect(tested, files.join()).toHaveLength(1);
    }
  });

  test("holds every file of src in one room", () => {
    const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => `src/${path}`);
    const roomsOf = (path: string) =>
      rooms.filter(({ files }) => files.some((glob) => matchesGlob(path, glob)));
    expect(sources.filter((path) => roomsOf(path).length !== 1)).toEqual([]);
  });
});
