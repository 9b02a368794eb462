// Makes the static files of /docs and /llms.txt from docs/ and from what is in this folder.
//
//   node site/make.ts
//
// What it makes is committed, so that a deployment needs nothing but a clone; a test compares. It needs no network: the one file
// that is not ours is committed, and pinned by its hash (scalar.ts).
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { documents, guides } from "./documents.ts";
import { llmsText } from "./llms.ts";
import { guidePage, guidesPage, referencePage } from "./page.ts";
import { SCALAR_NOTICE, SCALAR_NOTICE_PATH, SCALAR_PATH, scalarBundle } from "./scalar.ts";
import { HEADERS, ROOT, STATIC } from "./static-files.ts";

/** The dashboard's style sheet, whose first layer holds the colours and sizes. */
const DASHBOARD_STYLES = join(ROOT, "browser/dashboard/styles.css");
const MARK = join(ROOT, "browser/dashboard/mark.svg");
/** Characters of a name that are hash: 32 bits, which tell one release's file from another's. */
const HASH_CHARACTERS = 8;

/** Returns the files that this makes, by their paths in the folder of static files. */
export async function makeSite(): Promise<Map<string, string | Uint8Array>> {
  const files = new Map<string, string | Uint8Array>([["_headers", HEADERS]]);
  const add = (name: string, end: string, text: string): string => {
    const hash = createHash("sha256").update(text).digest("hex").slice(0, HASH_CHARACTERS);
    const path = `docs/files/${name}.${hash}${end}`;
    files.set(path, text);
    return `/${path}`;
  };
  files.set(SCALAR_PATH, scalarBundle());
  files.set(SCALAR_NOTICE_PATH, SCALAR_NOTICE);
  const mark = add("mark", ".svg", readFileSync(MARK, "utf8"));
  const [text, reference] = [await styles("styles.css"), await styles("reference/theme.css")];
  const own = { styles: add("styles", ".css", text), mark };
  const themed = { styles: add("reference", ".css", text + reference), mark };
  const start = add("start", ".js", await script("reference/start.ts"));
  files.set("docs/index.html", referencePage([start, `/${SCALAR_PATH}`], themed));

  const all = guides();
  files.set("docs/guides/index.html", guidesPage(all, own));
  for (const guide of all) files.set(`docs/guides/${guide.name}.html`, guidePage(guide, all, own));
  const markdown = [...all, ...documents()];
  for (const { path, text: its } of markdown) files.set(path.slice(1), its);
  files.set("llms.txt", llmsText(all, documents()));
  return files;
}

/** The style sheet of this folder, minified; the first one begins with the dashboard's colours and sizes. */
async function styles(file: string): Promise<string> {
  const source = readFileSync(join(import.meta.dirname, file), "utf8");
  const tokens = /@layer tokens \{.*?^\}/ms.exec(readFileSync(DASHBOARD_STYLES, "utf8"))?.[0] ?? "";
  const contents = file === "styles.css" ? tokens + source : source;
  return bundled({ contents, loader: "css" });
}

async function script(file: string): Promise<string> {
  const contents = readFileSync(join(import.meta.dirname, file), "utf8");
  return bundled({ contents, loader: "ts" });
}

async function bundled(stdin: { contents: string; loader: "css" | "ts" }): Promise<string> {
  const { outputFiles } = await build({
    stdin,
    bundle: true,
    minify: true,
    format: "iife",
    // Browsers that know light-dark(): Chromium 123, Firefox 120, Safari 17.5.
    ...(stdin.loader === "css" ? {} : { target: "es2023" }),
    charset: "ascii",
    tsconfigRaw: {},
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

if (import.meta.main) {
  const files = await makeSite();
  rmSync(join(STATIC, "docs"), { recursive: true, force: true });
  for (const [path, content] of files) {
    mkdirSync(dirname(join(STATIC, path)), { recursive: true });
    writeFileSync(join(STATIC, path), content);
    console.log(`${path}: ${content.length} bytes`);
  }
}
