// The blocks of TypeScript and JavaScript that the documents show, each compiled strictly as a file of its own: against slipway-client
// where it runs on a server, and against the browser SDK's types where it runs in a page or its worker.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePackage } from "../../dev/sdk.ts";
import { compileStrictly } from "./packed.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Where a block runs, with what its compiler knows. */
const PLACES = {
  server: {},
  page: { lib: ["es2024", "dom", "dom.iterable"], types: [] },
  worker: { lib: ["es2024", "webworker"], types: [] },
} as const;
export type Place = keyof typeof PLACES;

export interface Block {
  /** Where it stands, such as `docs/using.md:291`. */
  at: string;
  place: Place;
  extension: "ts" | "js";
  text: string;
}

/** What the documents' pages have when one of their blocks runs: the elements that have an id, and what `init` gave. */
function pageOf(elements: readonly string[]): string {
  return `
import { Slipway } from "https://api.example/sdk/slipway.js";
declare global {
  ${elements.join("\n  ")}
  const push: Awaited<ReturnType<typeof Slipway.init>>["push"];
}
`;
}

const EXTENSIONS: Readonly<Record<string, "ts" | "js">> = {
  ts: "ts",
  typescript: "ts",
  js: "js",
  javascript: "js",
  html: "js",
};

function placeOf(text: string): Place {
  if (/\bimportScripts\(/.test(text)) return "worker";
  return /\bfrom "(?:node:|slipway-client")|\bprocess\./.test(text) ? "server" : "page";
}

/** The module scripts of a piece of HTML. */
const scriptsOf = (html: string): string =>
  [...html.matchAll(/<script type="module">(.*?)<\/script>/gs)].map(([, text]) => text).join("\n");

/** The elements that the documents' HTML has by an id, each as a global of its page. Two of one id must be of one tag. */
function elementsOf(sources: readonly string[]): string[] {
  const html = sources.flatMap((source) => source.match(/^```html\b.*?^```$/gms) ?? []);
  const declared = html.flatMap((text) =>
    [...text.matchAll(/<(\w+)\b[^<>]*\bid="([A-Za-z_]\w*)"/g)].map(
      ([, tag, id]) => `const ${id}: HTMLElementTagNameMap["${tag}"];`,
    ),
  );
  return [...new Set(declared)];
}

/** The blocks of a document: what stands between fences, wherever they are indented to. */
function blocksOf(file: string): Block[] {
  const source = readFileSync(join(ROOT, file), "utf8");
  return [...source.matchAll(/^( *)```(\w+)\b[^\n]*\n(.*?)^\1```$/gms)].flatMap((found) => {
    const [, indent = "", language = "", inside = ""] = found;
    const extension = EXTENSIONS[language];
    if (extension === undefined) return [];
    const unindented = inside.replaceAll(new RegExp(`^${indent}`, "gm"), "");
    const text = language === "html" ? scriptsOf(unindented) : unindented;
    if (text.trim() === "") return [];
    const line = source.slice(0, found.index).split("\n").length;
    return [{ at: `${file}:${line}`, place: placeOf(text), extension, text }];
  });
}

/** The documents with blocks. */
function documents(): string[] {
  const docs = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `docs/${path}`);
  return ["README.md", "clients/ts/README.md", ...docs.toSorted()];
}

/** The blocks of all documents. */
export const documentedBlocks = (): Block[] => documents().flatMap(blocksOf);

/**
 * Compiles blocks in `folder`, where slipway-client is installed.
 * @throws with what the compiler says; its files are named after where the blocks stand
 */
export async function compileBlocks(folder: string, blocks: readonly Block[]): Promise<void> {
  const sdk = join(folder, "sdk");
  await makePackage(sdk);
  const page = pageOf(
    elementsOf(documents().map((file) => readFileSync(join(ROOT, file), "utf8"))),
  );
  for (const [place, options] of Object.entries(PLACES)) {
    const here = join(folder, place);
    mkdirSync(here);
    writeFileSync(join(here, "page.d.ts"), page);
    const files = blocks
      .filter((block) => block.place === place)
      .map(({ at, extension, text }) => {
        const name = `${at.replaceAll(/\W+/g, "-")}.${extension}`;
        writeFileSync(join(here, name), text);
        return name;
      });
    if (place === "page") files.push("page.d.ts");
    compileStrictly(here, files, {
      ...options,
      module: "esnext",
      moduleResolution: "bundler",
      // or what two blocks name alike would be one
      moduleDetection: "force",
      // what a block makes is for the reader to use
      noUnusedLocals: false,
      allowJs: true,
      checkJs: true,
      paths: { "https://*/sdk/slipway.js": [join(sdk, "slipway.d.ts")] },
    });
  }
}
