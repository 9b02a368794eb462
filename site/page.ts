// The documents around the texts of /docs: one bar above all of them, and the layout of guides.
import type { Guide } from "./documents.ts";
import { escaped } from "./markdown.ts";

/** The paths of the files that pages load. */
export interface PageFiles {
  styles: string;
  mark: string;
}

const PLACES = [
  { path: "/docs/guides", words: "Guides" },
  { path: "/docs", words: "Reference" },
  { path: "/llms.txt", words: "llms.txt" },
  { path: "/docs/postman.json", words: "Postman" },
  { path: "/openapi.json", words: "openapi.json" },
];

/** The mark beside the name, in the colours of the text. */
const MARK =
  '<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path fill="currentColor" d="M1 2.6 23 7l-3.8 6.6L2.8 10.3z"/>' +
  '<path class="lead" d="M2.8 10.3l16.4 3.3-1.1 2a3.5 3.5 0 0 1-3.7 1.7L6.2 15.7a4.2 4.2 0 0 1-3.2-3.5z"/>' +
  '<path fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" d="M1.2 18.1l21.6 4.4"/></svg>';

/** Returns a whole page; `path` is its own, `main` its HTML. */
export function page(input: {
  path: string;
  title: string;
  summary: string;
  files: PageFiles;
  main: string;
  head?: string;
}): string {
  const { path, title, summary, files, main, head = "" } = input;
  const place = ({ path: to, words }: (typeof PLACES)[number]) => {
    const isHere = to === path || (to === "/docs/guides" && path.startsWith(to));
    const current = isHere ? ` aria-current="${to === path ? "page" : "true"}"` : "";
    return `<a href="${to}"${current}>${words}</a>`;
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Slipway</title>
<meta name="description" content="${escaped(summary)}">
<link rel="icon" href="${files.mark}">
<link rel="stylesheet" href="${files.styles}">
${head}</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="bar">
<a class="brand" href="/">${MARK}Slipway</a>
<nav aria-label="Documentation">${PLACES.map(place).join("")}</nav>
</header>
${main}
</body>
</html>
`;
}

/** The page of one guide among all. */
export function guidePage(guide: Guide, all: readonly Guide[], files: PageFiles): string {
  const at = all.indexOf(guide);
  const current = (each: Guide) => (each === guide ? ' aria-current="page"' : "");
  const items = all.map(
    (each) => `<li><a href="${pathOf(each)}"${current(each)}>${escaped(each.title)}</a></li>`,
  );
  const sections = guide.sections.map(
    ({ id, text }) => `<li><a href="#${escaped(id)}">${escaped(text)}</a></li>`,
  );
  const here =
    sections.length > 1
      ? `<nav class="here" aria-labelledby="here"><h2 id="here">On this page</h2><ul>${sections.join("")}</ul></nav>`
      : "";
  const main = `<div class="columns">
<nav class="side" aria-label="Guides"><ul>${items.join("")}</ul></nav>
<main id="main" class="text">
${guide.html}<footer>
${turn("Before", all[at - 1])}${turn("Next", all[at + 1])}<p class="quiet"><a href="${guide.path}">This guide as Markdown</a></p>
</footer>
</main>
${here}
</div>`;
  return page({ path: pathOf(guide), title: guide.title, summary: guide.summary, files, main });
}

const pathOf = ({ name }: Guide) => `/docs/guides/${name}`;

const turn = (word: string, guide: Guide | undefined) =>
  guide ? `<p>${word}: <a href="${pathOf(guide)}">${escaped(guide.title)}</a></p>\n` : "";

/** The list of guides. */
export function guidesPage(all: readonly Guide[], files: PageFiles): string {
  const item = (guide: Guide) =>
    `<li><h2><a href="${pathOf(guide)}">${escaped(guide.title)}</a></h2><p>${escaped(guide.summary)}</p></li>`;
  const summary = "From a first call to what happens on the phone, a step at a time.";
  const main = `<main id="main" class="text list">
<h1>Guides</h1>
<p>${summary} Every call is in the <a href="/docs">reference</a>, where it can be tried with a key of your own.</p>
<ol>${all.map(item).join("\n")}</ol>
</main>`;
  return page({ path: "/docs/guides", title: "Guides", summary, files, main });
}

/** The page of the reference, which its scripts fill; Scalar brings the landmark of its own. */
export function referencePage(scripts: readonly string[], files: PageFiles): string {
  const main = `<div id="main" class="reference" tabindex="-1"><div id="reference"></div><noscript><div class="text"><h1>API reference</h1>
<p>This page needs JavaScript. All of it is in <a href="/openapi.json">openapi.json</a>, and the <a href="/docs/guides">guides</a> need none.</p></div></noscript></div>`;
  return page({
    path: "/docs",
    title: "API reference",
    summary: "Every operation of Slipway's APIs, with a way to try each.",
    files,
    main,
    head: scripts.map((each) => `<script defer src="${each}"></script>\n`).join(""),
  });
}
