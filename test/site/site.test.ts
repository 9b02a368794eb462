// The static files of /docs: they are what their sources make, their links lead to something that is there, and what Markdown
// may hold is text.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { makeSite } from "../../site/make.ts";
import { anchors, render } from "../../site/markdown.ts";
import { STATIC } from "../../site/static-files.ts";

/** What a first visit of a guide may weigh, bytes in gzip, its style sheet and icon included. */
const MAX_FIRST_VISIT = 50_000;
/** What the Worker answers. */
const OF_WORKER = ["/", "/openapi.json", "/docs/postman.json"];
const ORIGIN = "https://slipway.example";

const files = await makeSite();
/** The file that is served at a path, by the rules of `html_handling` in wrangler.toml. */
const served = (path: string) =>
  [path, `${path}.html`, `${path}/index.html`].find((each) => files.has(each.slice(1)));

test("the committed files are those that site/make.ts makes, and none besides", () => {
  const kept = readdirSync(STATIC, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(STATIC.length + 1))
    // Those of dev/assets.ts.
    .filter((path) => !path.startsWith("assets/"));
  expect(kept.toSorted()).toEqual([...files.keys()].toSorted());
  for (const [path, content] of files) {
    const isSame = readFileSync(join(STATIC, path)).equals(Buffer.from(content));
    expect(isSame, `${path}: run node site/make.ts`).toBe(true);
  }
});

/** Where the links of a file lead to: of HTML its attributes, of Markdown its links. */
function linksOf(path: string, text: string): string[] {
  const found = path.endsWith(".html")
    ? text.matchAll(/ (?:href|src)="([^"]*)"/g)
    : text.replaceAll(/^ *(```|~~~)[\s\S]*?^ *\1/gm, "").matchAll(/\]\(([^)\s]+)\)/g);
  return [...found].map(([, href = ""]) => href.replaceAll("&amp;", "&"));
}

/** The ids that a fragment may name in a file. */
function idsOf(path: string): string[] {
  const text = String(files.get(path.slice(1)));
  if (path.endsWith(".html")) return [...text.matchAll(/ id="([^"]*)"/g)].map(([, id = ""]) => id);
  const idOf = anchors();
  const headings = text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = ""]) => idOf(heading.replaceAll("`", "")));
}

test("every link of the pages, of the Markdown and of llms.txt leads to something that is there", () => {
  const dead: string[] = [];
  const pages = [...files].filter(
    ([path]) => /\.(?:html|md|txt)$/.test(path) && !/LICENSE/.test(path),
  );
  expect(pages.length).toBeGreaterThan(15);
  for (const [path, content] of pages) {
    const address = new URL(`/${path}`.replace(/(?:\/index)?\.html$/, ""), ORIGIN);
    for (const href of linksOf(path, String(content))) {
      const { origin, pathname, hash } = new URL(href, address);
      if (origin !== ORIGIN || OF_WORKER.includes(pathname)) continue;
      const target = served(pathname);
      const isThere =
        target !== undefined && (hash === "" || idsOf(target).includes(decodeURI(hash).slice(1)));
      if (!isThere) dead.push(`${path}: ${href}`);
    }
  }
  expect(dead).toEqual([]);
});

test("a guide's first visit is light, and its page has neither script nor style of its own", () => {
  const pages = [...files.keys()].filter((path) => /^docs\/guides\/.*\.html$/.test(path));
  expect(pages.length).toBeGreaterThan(6);
  for (const path of pages) {
    const html = String(files.get(path));
    const loaded = [...html.matchAll(/<link rel="(?:icon|stylesheet)" href="([^"]*)"/g)];
    expect(loaded).toHaveLength(2);
    const all = [path, ...loaded.map(([, href = ""]) => href.slice(1))];
    const sizes = all.map((each) => gzipSync(files.get(each) ?? "").byteLength);
    expect(
      sizes.reduce((sum, size) => sum + size, 0),
      path,
    ).toBeLessThan(MAX_FIRST_VISIT);
    expect(html, path).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=/);
  }
});

test("HTML in Markdown is shown as it was typed, comments are left out, and links lead to websites alone", () => {
  const { html } = render(
    [
      "# A <b>title</b>",
      "<script>alert(1)</script>",
      "Text <img src=x onerror=alert(1)> ![a picture](x.png)",
      "<!-- a note -->",
      "[one](javascript:alert(1)) [two](data:text/html,x) [three](//evil.example) [four](https://example.com/?a=1&b=2)",
      "```html\n<p>\n```",
    ].join("\n\n"),
    (href) => `/docs/${href}`,
  );
  expect(html).toContain("<h1>A &lt;b&gt;title&lt;/b&gt;</h1>");
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(html).toContain("Text &lt;img src=x onerror=alert(1)&gt; a picture");
  expect(html).not.toContain("a note");
  expect(html).toContain('one two three <a href="https://example.com/?a=1&amp;b=2">four</a>');
  expect(html).toContain("<code>&lt;p&gt;\n</code>");
});

test("headings have anchors as GitHub's, and code says which file it is", () => {
  const { html, sections, title, summary } = render(
    "# The `first` one\n\nWhat it *is*.\n\n## What's in it?\n\n## What's in it?\n\n```sh example=examples/curl/build.sh\ncurl -s\n```\n",
    (href) => href,
  );
  expect([title, summary]).toEqual(["The first one", "What it is."]);
  expect(sections).toEqual([
    { id: "whats-in-it", text: "What's in it?" },
    { id: "whats-in-it-1", text: "What's in it?" },
  ]);
  expect(html).toContain('<h2 id="whats-in-it-1"><a class="anchor" href="#whats-in-it-1">');
  expect(html).toContain("<figcaption>examples/curl/build.sh</figcaption>");
});
