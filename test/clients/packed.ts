// The package slipway-client as a customer has it: packed by npm, and installed from the tarball into an empty folder.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runNpm } from "../../clients/ts/build.ts";
import { runTool } from "../../dev/python.ts";

const ROOT = join(import.meta.dirname, "../..");
/** As strict as TypeScript is, and without the types of a browser. */
const STRICT = {
  target: "es2024",
  lib: ["es2024", "esnext.promise"],
  module: "nodenext",
  types: ["node"],
  typeRoots: [join(ROOT, "node_modules/@types")],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  noEmit: true,
};

/** What `npm pack` says of a package. */
export interface Packed {
  /** Paths in the package. */
  files: string[];
}

/** Packs the client and installs it into `folder`, which is new. */
export function installClient(folder: string): Packed {
  const source = join(ROOT, "clients/ts");
  mkdirSync(folder, { recursive: true });
  const said = runNpm(["pack", "--json", "--pack-destination", folder], source);
  // before it, npm shows what the scripts print
  const [packed] = JSON.parse(said.slice(said.indexOf("["))) as [
    { filename: string; files: { path: string }[] },
  ];
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }\n');
  runNpm(["install", "--ignore-scripts", `./${packed.filename}`], folder);
  return { files: packed.files.map(({ path }) => path) };
}

/**
 * Compiles files of `folder` strictly, without writing anything.
 * @throws with what the compiler says
 */
export function compileStrictly(folder: string, files: readonly string[], options = {}): void {
  const config = join(folder, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...STRICT, ...options }, files }));
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  runTool(process.execPath, [tsc, "-p", config], folder);
}
