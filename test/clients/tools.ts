// openapi-generator, which makes clients of the OpenAPI document, in the version that is pinned here, and the compiler of
// what is generated. It is kept below node_modules/.cache; what it makes goes into a folder of the test.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CACHE, isThere, runTool } from "../../dev/python.ts";

const HERE = import.meta.dirname;

/** openapi-generator, and the SHA-256 of its file. */
const GENERATOR = "org.openapitools:openapi-generator-cli:7.25.0";
const GENERATOR_FILE = "openapi-generator-cli-7.25.0.jar";
const GENERATOR_SHA256 = "41ce4f6b07f196676439d710759fa1ced7a08066d06ff1bf314681470289efae";
/** What has Maven copy one file out of its repository. */
const COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

const sha256 = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex");

/** Whether openapi-generator can be had and run. */
export function hasGenerator(): boolean {
  return isThere("java", "-version") && isThere("mvn");
}

/** The file of openapi-generator. */
function generator(): string {
  const file = join(CACHE, GENERATOR_FILE);
  if (!existsSync(file)) {
    const wanted = [`-Dartifact=${GENERATOR}`, `-DoutputDirectory=${CACHE}`];
    runTool("mvn", ["--batch-mode", "--quiet", COPY, ...wanted]);
  }
  if (sha256(readFileSync(file)) === GENERATOR_SHA256) return file;
  rmSync(file);
  throw new Error(`${GENERATOR_FILE} is not the file that is pinned in ${import.meta.filename}`);
}

/** Makes a client of `document` in `folder` by one of openapi-generator's generators. */
export function generate(
  language: "typescript-fetch" | "python",
  document: string,
  folder: string,
  properties: string,
): void {
  const from = ["-g", language, "-i", document, "-o", folder];
  const plain = ["--skip-validate-spec", `--additional-properties=${properties}`];
  runTool("java", ["-jar", generator(), "generate", ...from, ...plain]);
}

/** Compiles TypeScript programs as strictly as our own, into `out`. */
export function compile(out: string, files: string[]): void {
  const tsc = join(HERE, "../../node_modules/typescript/bin/tsc");
  const types = ["--types", "node", "--typeRoots", join(HERE, "../../node_modules/@types")];
  const flags = [
    "--strict",
    "--noUncheckedIndexedAccess",
    "--target",
    "es2024",
    "--lib",
    "es2024,dom,dom.iterable",
  ];
  const modules = ["--module", "esnext", "--moduleResolution", "bundler"];
  const all = [...types, ...flags, ...modules, "--ignoreConfig", "--outDir", out, ...files];
  runTool(process.execPath, [tsc, ...all]);
}
