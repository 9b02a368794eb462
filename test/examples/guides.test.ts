// The guides are true: they show the programs of examples/ as these are, their commands run one after the other against a
// real local stack, and what they say one sees is what is printed. In a guide's blocks `sh` is run, `sh background` is
// started and left running, and `text` is what is seen: a word with a digit stands for any.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isThere } from "../../dev/python.ts";
import type { StackNote } from "../../dev/state.ts";
import { guides, shownIn, withExamples } from "../../site/examples.ts";
import { startStack } from "../e2e/stack.ts";
import { EXAMPLES, PHP, Programs, PYTHON } from "./programs.ts";

const DOCS = join(import.meta.dirname, "../../docs");
const GUIDES = guides().map((path) => ({
  name: basename(path, ".md"),
  text: readFileSync(path, "utf8"),
}));

/** The blocks of a guide in their order, by their info strings, without those that show files. */
function blocksOf(text: string): { info: string; code: string }[] {
  return [...text.matchAll(/^```(.*)\n([^]*?)^```$/gm)]
    .map(([, info = "", code = ""]) => ({ info, code }))
    .filter(({ info }) => !info.includes("example="));
}

describe.each(GUIDES)("the guide $name", ({ text }) => {
  test("begins with a title and a paragraph that says what one has at the end", () => {
    expect(text).toMatch(/^# [^\n]+\n\nAt the end of this guide [^\n]+\n\n## What you need\n/);
    for (const part of [
      "## Steps",
      "## What goes wrong most often",
      "## What was not tried",
      "## Where next",
    ]) {
      expect(text).toContain(`\n${part}\n`);
    }
  });

  test("shows programs as they are: `node site/examples.ts` puts them in", () => {
    expect(withExamples(text)).toBe(text);
  });

  test("has no HTML but in code, and only blocks of a known kind", () => {
    const prose = text.replaceAll(/^```.*\n[^]*?^```$/gm, "").replaceAll(/`[^`]*`/g, "");
    expect(prose).not.toMatch(/<[a-z!/]/i);
    const kinds = new Set(blocksOf(text).map(({ info }) => info));
    for (const kind of ["sh", "sh background", "text", "html", "js", "json"]) kinds.delete(kind);
    expect([...kinds]).toEqual([]);
  });

  test("leads to pages and headings that are there", () => {
    const prose = text.replaceAll(/^```.*\n[^]*?^```$/gm, "");
    for (const [, path = "", heading] of prose.matchAll(/\]\((?!https:)([^)#]*)(?:#([^)]*))?\)/g)) {
      const file = path === "" ? null : join(DOCS, "guides", path);
      if (file !== null) expect(existsSync(file), path).toBe(true);
      if (heading === undefined) continue;
      const target = file === null ? text : readFileSync(file, "utf8");
      const anchors = [...target.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => anchorOf(title));
      expect(anchors, `${path}#${heading}`).toContain(heading);
    }
  });
});

/** The anchor that code hosts make of a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

test("each program of examples/ is shown in a guide", () => {
  const shown = GUIDES.flatMap(({ text }) => shownIn(text)).toSorted();
  const files = readdirSync(EXAMPLES, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && /\.(sh|py|php)$/.test(each.name))
    .map((each) => `examples/${basename(each.parentPath)}/${each.name}`);
  expect(shown).toEqual(files.toSorted());
});

test("the website of the first push is that of docs/web-push.md, which is tried in browsers", () => {
  const shown = blocksOf(GUIDES.find(({ name }) => name === "first-push")?.text ?? "");
  const site = shown.filter(({ info }) => ["html", "js"].includes(info));
  expect(site).toHaveLength(2);
  const page = blocksOf(readFileSync(join(DOCS, "web-push.md"), "utf8"));
  for (const block of site) expect(page).toContainEqual(block);
});

const groups: number[] = [];
afterAll(() => {
  for (const group of groups) end(group);
});

/** Ends the processes of a group, if there are any left. */
function end(group: number): void {
  try {
    process.kill(-group, "SIGTERM");
  } catch {}
}

let note: StackNote;
beforeAll(async () => {
  note = await startStack().ready();
});

/** A pattern of what a guide says one sees. */
function pattern(seen: string): RegExp {
  const words = seen
    .trimEnd()
    .replaceAll("https://push.example.com", note.url)
    .split(/([\w-]*\d[\w-]*)/)
    .map((word, at) => (at % 2 === 1 ? "[\\w-]+" : RegExp.escape(word)));
  return new RegExp(words.join(""));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** One script of all commands of a guide. What is left running writes to `left.log`. */
function scriptOf(text: string): string {
  const parts = blocksOf(text).map(({ info, code }) => {
    if (info === "sh") return code;
    if (info !== "sh background") return "";
    return `{ ${code}} >>../left.log 2>&1 &\nuntil [ -s ../left.log ]; do sleep 0.1; done\n`;
  });
  return `set -euo pipefail\n${parts.join("\n")}`;
}

const lacking = ["bash", "openssl", PYTHON.needs, PHP.needs].filter(
  (each) => !isThere(each, each === "openssl" ? "version" : "--version"),
);
const skipped = lacking.length > 0 && process.env["REQUIRE_ALL"] !== "1";
if (skipped) console.warn(`SKIPPED: the commands of the guides need ${lacking.join(", ")}`);

test.skipIf(skipped).each(GUIDES)(
  "the commands of the guide $name do what it says",
  async ({ text }) => {
    const programs = new Programs(note);
    cpSync(EXAMPLES, programs.folder, { recursive: true });
    const site = { name: "Of the guide", url: "https://example.com" };
    const app = (await programs.call("POST", "/api/v1/apps", site)).data.id;
    const push = (await programs.call("POST", "/api/v1/push/apps", { name: "Of the guide" })).data;
    await programs.subscribe(push.id, [["news"], ["news", "offers"]]);
    const token = await programs.registerDevice(push.id);
    // The port first: what is put in has digits of its own, and an id may have these.
    const own = scriptOf(text)
      .replaceAll("8080", String(await freePort()))
      .replaceAll("https://push.example.com", note.url)
      .replaceAll("sw_live_...", note.api_token)
      .replaceAll(/^APP=1$/gm, `APP=${app}`)
      .replaceAll("0f8fad5b-d9cb-469f-a165-70867728950e", push.id);
    const cwd = join(programs.folder, "curl");
    const env = { ...process.env, SLIPWAY_URL: note.url, SLIPWAY_KEY: note.api_token };
    writeFileSync(join(programs.folder, "left.log"), "");
    const shell = spawn("bash", ["-c", own], {
      cwd,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    groups.push(shell.pid ?? 0);
    let printed = "";
    for (const stream of [shell.stdout, shell.stderr]) {
      stream.setEncoding("utf8").on("data", (more: string) => (printed += more));
    }
    const left = () => readFileSync(join(programs.folder, "left.log"), "utf8");
    const [status] = await once(shell, "exit");
    expect(status, printed + left()).toBe(0);

    const seen = blocksOf(text).filter(({ info }) => info === "text");
    await vi.waitFor(async () => {
      // The person scans the code, once it is shown.
      const [, code] = /\/qrcode\/(\S+)\n/.exec(left()) ?? [];
      const headers = { authorization: `Bearer ${token}` };
      if (code) await fetch(`${note.url}/public/codes/${code}/redeem`, { method: "POST", headers });
      for (const block of seen) expect(printed + left()).toMatch(pattern(block.code));
    }, 30_000);
    end(shell.pid ?? 0);
  },
);
