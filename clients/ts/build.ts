// Makes the package slipway-client: types of the OpenAPI document that the Worker serves, compiled with src into dist. It needs
// tools that the project does not have installed, such as TypeScript 5, which openapi-typescript runs on; npm brings them.
//   node clients/ts/build.ts     clients/ts/dist, for `npm pack`
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { readDocument } from "../../dev/openapi.ts";
import { CACHE, runTool } from "../../dev/python.ts";

const HERE = import.meta.dirname;
/** The header by which a repeated request makes nothing twice. */
const IDEMPOTENCY_KEY = "Idempotency-Key";

/** What of the document says which operations take that header. */
const Document = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({ parameters: z.array(z.object({ name: z.string() })).optional() }),
    ),
  ),
});

/** Runs npm as it runs here, or the one that is found. */
export function runNpm(args: readonly string[], folder: string): string {
  const path = process.env["npm_execpath"];
  const [program, first] = path === undefined ? ["npm", []] : [process.execPath, [path]];
  const flags = ["--no-fund", "--no-audit", "--loglevel=error"];
  return runTool(program, [...first, ...args, ...flags], folder);
}

/** The node_modules of the lock file here: openapi-typescript, the TypeScript that it needs, and openapi-fetch. */
export function clientTools(): string {
  const lock = readFileSync(join(HERE, "package-lock.json"), "utf8");
  const version = createHash("sha256").update(lock).digest("hex").slice(0, 12);
  const folder = join(CACHE, `npm-clients-${version}`);
  const modules = join(folder, "node_modules");
  if (existsSync(modules)) return modules;
  mkdirSync(CACHE, { recursive: true });
  // elsewhere first, since two may install at once, and one may be ended in the middle
  const draft = mkdtempSync(join(CACHE, "npm-clients-draft-"));
  for (const name of ["package.json", "package-lock.json"]) {
    cpSync(join(HERE, name), join(draft, name));
  }
  runNpm(["ci", "--ignore-scripts"], draft);
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(modules)) throw error;
  }
  return modules;
}

/** Makes the types of a document in a file. */
export function makeTypes(document: string, file: string, folder: string): void {
  const cli = join(clientTools(), "openapi-typescript/bin/cli.js");
  // without the flag, a request would have to give each field that has a default
  const to = ["--default-non-nullable=false", "-o", file];
  // elsewhere than here, where it would take our rules of lint for its own
  runTool(process.execPath, [cli, document, ...to], folder);
}

/** The module with the operations that take an Idempotency-Key. */
function repeatableModule(document: unknown): string {
  const operations = Object.entries(Document.parse(document).paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { parameters }]) => parameters?.some(({ name }) => name === IDEMPOTENCY_KEY))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
  return [
    "/** The operations that take an Idempotency-Key. */",
    `export const REPEATABLE: ReadonlySet<string> = new Set(${JSON.stringify(operations)});`,
    "",
  ].join("\n");
}

/** Makes `dist` of the package, of the document that the Worker serves now. */
async function makeClient(dist: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-client-"));
  try {
    const document = await readDocument();
    for (const name of ["package.json", "tsconfig.json", "src"]) {
      cpSync(join(HERE, name), join(folder, name), { recursive: true });
    }
    symlinkSync(clientTools(), join(folder, "node_modules"));
    writeFileSync(join(folder, "openapi.json"), JSON.stringify(document));
    makeTypes(join(folder, "openapi.json"), join(folder, "src/schema.ts"), folder);
    writeFileSync(join(folder, "src/repeatable.ts"), repeatableModule(document));
    const tsc = join(HERE, "../../node_modules/typescript/bin/tsc");
    runTool(process.execPath, [tsc, "-p", folder], folder);
    rmSync(dist, { recursive: true, force: true });
    cpSync(join(folder, "dist"), dist, { recursive: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) await makeClient(join(HERE, "dist"));
