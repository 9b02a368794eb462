// The scripts as they are served and packed: how large they are, that they are what the sources make, and that programs in
// strict TypeScript compile against the package's types.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePackage, makeSdkScripts, type ScriptName } from "../../../dev/sdk.ts";
import { SCRIPTS } from "../../../src/web/sdk/scripts.ts";

const ROOT = join(import.meta.dirname, "../../..");
/** Most bytes of what a page and a worker load to be sent to, gzip. */
const MAX_BYTES = 5000;

const bytes = (name: ScriptName) => gzipSync(SCRIPTS[name], { level: 9 }).byteLength;

test.each(["slipway.js", "slipway.classic.js"] as const)(
  `%s and the worker are ${MAX_BYTES} bytes at most`,
  (name) => {
    expect(bytes(name) + bytes("sw.js")).toBeLessThanOrEqual(MAX_BYTES);
  },
);

test("the committed scripts are those that the pinned esbuild makes", async () => {
  expect(SCRIPTS).toEqual(await makeSdkScripts());
});

test("no script runs text as code, or takes text as markup", () => {
  for (const text of Object.values(SCRIPTS)) {
    expect(text).not.toMatch(
      /\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|\.style\b/,
    );
  }
});

test("the worker adds no name to the site's own", () => {
  expect(SCRIPTS["sw.js"]).toMatch(/^(?:"use strict";)?\(\(\)=>\{.*\}\)\(\);$/s);
});

let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "slipway-sdk-"));
  const place = join(directory, "node_modules/slipway-browser");
  mkdirSync(place, { recursive: true });
  await makePackage(join(place, "dist"));
  writeFileSync(
    join(place, "package.json"),
    readFileSync(join(ROOT, "browser/package.json"), "utf8"),
  );
});
afterAll(() => rmSync(directory, { recursive: true }));

const PROGRAM = `
import { Slipway, type InitOptions, type SdkState, type PromptTexts } from "slipway-browser";
const prompt: PromptTexts = { title: "News?", categories: [{ tag: "news", label: "News" }] };
const options: InitOptions = { app: "a", key: "pk_b", api: "https://api.example", click: "origin", prompt };
const slipway: Slipway = await Slipway.init(options);
const { push, channels } = slipway;
const stop: () => void = push.on("click", ({ url, action }) => console.log(url?.length, action.length));
push.on("change", (state: SdkState) => console.log(state.id, state.hint === "add-to-home-screen"));
push.on("message", ({ title, data }) => console.log(title, data));
const { id }: { id: string } = await push.subscribe({ tags: ["news"] });
const chosen: { id: string } | null = await push.prompt();
await push.identify(null);
const tags: string[] = await push.setTags(["a"]);
const names: string[] = (await channels.list()).map(({ name }) => name);
console.log(stop, id, chosen, tags, names, slipway.app?.version, (await push.state()).subscribed);
`;

/** What the compiler says of a program, "" if nothing. */
function compiled(program: string): string {
  writeFileSync(join(directory, "program.ts"), program);
  const options =
    "--noEmit --strict --exactOptionalPropertyTypes --target es2022 --module esnext --moduleResolution bundler --types".split(
      " ",
    );
  try {
    execFileSync(join(ROOT, "node_modules/.bin/tsc"), [...options, "", "program.ts"], {
      cwd: directory,
    });
    return "";
  } catch (error) {
    return String((error as { stdout: Buffer }).stdout);
  }
}

test("a program in strict TypeScript compiles against the types", () => {
  expect(compiled(PROGRAM)).toBe("");
});

test.each([
  [`click: "origin"`, `click: "any"`, "2322"],
  [`push.on("click"`, `push.on("tap"`, "2345"],
  [`key: "pk_b", `, "", "2741"],
])("one that says %s as %s does not", (right, wrong, code) => {
  expect(compiled(PROGRAM.replace(right, wrong))).toContain(`TS${code}`);
});

/** The blocks of code of this language on a page of docs/. */
function blocksOf(language: string, page = "web-push.md"): string[] {
  const guide = readFileSync(join(ROOT, "docs", page), "utf8");
  return [...guide.matchAll(/^```(\w+)\n(.*?)^```/gms)]
    .filter(([, name]) => name === language)
    .map(([, , text = ""]) => text);
}

test("the guide's lines are ten at most, with the worker's, and compile", () => {
  const [page = ""] = blocksOf("html");
  const [worker = "", prompt = ""] = blocksOf("js");
  expect((page + worker).trimEnd().split("\n").length).toBeLessThanOrEqual(10);
  expect(worker).toBe('importScripts("https://api.example/sdk/sw.js");\n');
  const module = /<script type="module">(.*)<\/script>/s.exec(page)?.[1] ?? "";
  const program = module.replace("https://api.example/sdk/slipway.js", "slipway-browser");
  expect(compiled(`${program}\n${prompt}\ndeclare const bell: HTMLButtonElement;`)).toBe("");
});

test("the lines about tags in the guide to targeting compile", () => {
  const [lines = ""] = blocksOf("js", "guides/targeting.md");
  const given = `import { Slipway } from "slipway-browser";
const { push } = await Slipway.init({ app: "a", key: "pk_b" });`;
  expect(compiled(`${given}\n${lines}`)).toBe("");
});

test("npm packs the scripts, their types and nothing else", () => {
  const cwd = join(directory, "node_modules/slipway-browser");
  const said = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ files }] = JSON.parse(said) as [{ files: { path: string }[] }];
  expect(files.map(({ path }) => path).toSorted()).toEqual([
    "dist/api.d.ts",
    "dist/extra.js",
    "dist/slipway.classic.js",
    "dist/slipway.d.ts",
    "dist/slipway.js",
    "dist/sw.js",
    "package.json",
  ]);
});
