// Markdown as HTML, for the guides. What a guide may hold is text: HTML in it is shown as it was typed, and links lead within
// the documentation or to a website.
import { Marked, Renderer, type Token, type Tokens } from "marked";

/** A guide's text, made ready for its page. */
export interface Rendered {
  /** Its first heading, as plain text. */
  title: string;
  /** Its first paragraph, as plain text. */
  summary: string;
  /** HTML of all of it. */
  html: string;
  /** The sections that a table of contents names. */
  sections: { id: string; text: string }[];
}

/** Characters that would end or begin something in HTML. */
const SPECIAL: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it is written into HTML, in attributes too. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (each) => SPECIAL[each] ?? each);
}

/** Finds the id of a heading: its words in lower case with hyphens between, as in GitHub's anchors; a repeated one is counted. */
export function anchors(): (text: string) => string {
  const seen = new Map<string, number>();
  return (text) => {
    const id = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/g, "-");
    const times = seen.get(id) ?? 0;
    seen.set(id, times + 1);
    return times === 0 ? id : `${id}-${times}`;
  };
}

/** Returns Markdown as HTML; `link` says where a link of the text leads, or null if it leads to nothing that is served. */
export function render(markdown: string, link: (href: string) => string | null): Rendered {
  const idOf = anchors();
  const sections: Rendered["sections"] = [];
  const marked = new Marked({ gfm: true });
  marked.use({
    renderer: {
      heading({ tokens, depth }) {
        const text = plain(tokens);
        const inner = this.parser.parseInline(tokens);
        if (depth === 1) return `<h1>${inner}</h1>\n`;
        const id = idOf(text);
        if (depth === 2) sections.push({ id, text });
        return `<h${depth} id="${escaped(id)}"><a class="anchor" href="#${escaped(id)}">${inner}</a></h${depth}>\n`;
      },
      code: ({ text, lang = "" }) => codeBlock(text, lang),
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        const to = /^[a-z][a-z\d+.-]*:|^\/\//i.test(href) ? website(href) : link(href);
        return to === null ? inner : `<a href="${escaped(to)}">${inner}</a>`;
      },
      // A picture would need a file that is served; its words are there.
      image: ({ text }) => escaped(text),
      html: ({ text }) => (/^\s*<!--(?:(?!-->)[^])*-->\s*$/.test(text) ? "" : escaped(text)),
      table(token) {
        return `<div class="table-wrap" tabindex="0">${Renderer.prototype.table.call(this, token)}</div>\n`;
      },
    },
  });
  const tokens = marked.lexer(markdown);
  const first = (type: string) =>
    tokens.find((each): each is Tokens.Heading | Tokens.Paragraph => each.type === type)?.tokens ??
    [];
  return {
    title: plain(first("heading")),
    summary: plain(first("paragraph")),
    html: marked.parser(tokens),
    sections,
  };
}

function website(href: string): string | null {
  return /^https?:\/\//i.test(href) ? href : null;
}

/** A block of code; `example=...` in its first line names the file that it is. */
function codeBlock(text: string, info: string): string {
  const [, file] = /(?:^|\s)example=(\S+)/.exec(info) ?? [];
  const head = file === undefined ? "" : `<figcaption>${escaped(file)}</figcaption>`;
  return `<figure class="code">${head}<pre tabindex="0"><code>${escaped(text)}\n</code></pre></figure>\n`;
}

/** The words of tokens, without what is around them. */
function plain(tokens: readonly Token[]): string {
  return tokens
    .map((each) => ("tokens" in each && each.tokens ? plain(each.tokens) : wordsOf(each)))
    .join("")
    .replaceAll(/\s+/g, " ")
    .trim();
}

const wordsOf = (token: Token) => ("text" in token ? String(token.text) : token.raw);
