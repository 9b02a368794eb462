// The texts of the documentation, and what is there in Markdown: the guides, and of docs/ what who writes a program against the
// API reads. A link to what is not served becomes its words.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { render, type Rendered } from "./markdown.ts";
import { ROOT } from "./static-files.ts";

/** The guides in the order in which somebody new reads them; others follow by name. */
const ORDER = ["first-build", "first-push", "targeting", "webhooks", "play-store", "web-push-ios"];

/** Files of docs/ that are served, with what each is, in a sentence of llms.txt. */
const DOCUMENTS: Record<string, string> = {
  using: "Every part of Slipway by example, from the first call on.",
  "web-push": "Web Push in a website: the browser SDK, its service worker, iOS.",
  contracts: "What each API promises: limits, orders, repetitions, what is refused.",
  glossary: "The words, one for each thing.",
};

/** Where text is served, and what is there. */
export interface MarkdownFile {
  /** Its path, "/docs/using.md". */
  path: string;
  text: string;
  /** Its first heading. */
  title: string;
  /** What it is, in a sentence. */
  summary: string;
}

export interface Guide extends MarkdownFile, Rendered {
  /** Its name, "first-build". */
  name: string;
}

const GUIDES = join(ROOT, "docs/guides");

/** All guides. */
export function guides(): Guide[] {
  return guideNames().map((name) => {
    const path = `/docs/guides/${name}.md`;
    const text = withServedLinks(readFileSync(join(GUIDES, `${name}.md`), "utf8"), path);
    return { name, path, text, ...render(text, (href) => pageOf(href, path)) };
  });
}

/** The documents other than guides. */
export function documents(): MarkdownFile[] {
  return Object.entries(DOCUMENTS).map(([name, summary]) => {
    const path = `/docs/${name}.md`;
    const text = withServedLinks(readFileSync(join(ROOT, "docs", `${name}.md`), "utf8"), path);
    return { path, text, title: /^# (.+)$/m.exec(text)?.[1] ?? name, summary };
  });
}

function guideNames(): string[] {
  return readdirSync(GUIDES)
    .filter((each) => each.endsWith(".md"))
    .map((each) => basename(each, ".md"))
    .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

function rank(name: string): number {
  const at = ORDER.indexOf(name);
  return at === -1 ? ORDER.length : at;
}

/**
 * Text of a file of docs/ whose links lead somewhere where it is served, at `path`. Files lie to each other as their addresses
 * do, so that a relative link holds; one to a file that is not served, such as a decision, becomes its words.
 */
function withServedLinks(text: string, path: string): string {
  const served = new Set([
    ...guideNames().map((name) => `/docs/guides/${name}.md`),
    ...Object.keys(DOCUMENTS).map((name) => `/docs/${name}.md`),
  ]);
  const isServed = (href: string) =>
    !isRelative(href) ||
    href.startsWith("#") ||
    served.has(new URL(href, `${BASE}${path}`).pathname);
  let isCode = false;
  const line = (each: string) => {
    if (/^\s*(?:```|~~~)/.test(each)) isCode = !isCode;
    if (isCode) return each;
    return each.replaceAll(
      /(?<!!)\[([^\]]*)\]\(([^)\s]+)\)/g,
      (whole, words: string, href: string) => (isServed(href) ? whole : words),
    );
  };
  return text.split("\n").map(line).join("\n");
}

/** Stands for the origin, which paths are resolved against. */
const BASE = "https://some-origin.invalid";

/** Whether a link depends on where the file lies: it has no scheme, and does not begin at the root. */
const isRelative = (href: string) => !/^(?:[a-z][a-z\d+.-]*:|\/)/i.test(href);

/** Where a link of the guide at `path` leads from its page: to a guide's page rather than to its Markdown. */
function pageOf(href: string, path: string): string {
  if (!isRelative(href) || href.startsWith("#")) return href;
  const { pathname, hash } = new URL(href, `${BASE}${path}`);
  return pathname.replace(/^(\/docs\/guides\/.+)\.md$/, "$1") + hash;
}
