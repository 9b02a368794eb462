// What a website's start page says of its web app manifest (W3C, Web Application Manifest; HTML, link type "manifest"): where
// it is, and the page's title. Pages are as they are: what is broken is passed over.

/**
 * Most pieces of a page that are looked at: links, and parts of titles. Real pages have a hundred. Each costs a call into the
 * parser and back, of which a page that is made for it could want a million.
 */
const MAX_PIECES = 1000;
/** Longest title that is kept, characters. */
const MAX_TITLE = 1000;

export interface StartPage {
  /** Where the manifest is; null for a page that names none. */
  manifest: URL | null;
  /** Without white space around it; "" for none. */
  title: string;
}

/** Reads the page's HTML, of which the end may be missing. `url` is where the page was found. */
export async function readStartPage(
  html: Uint8Array<ArrayBuffer>,
  type: string | null,
  url: URL,
): Promise<StartPage> {
  const seen: { base: string | null; href: string | null } = { base: null, href: null };
  let [title, titles, pieces] = ["", 0, 0];
  const count = () => {
    if (++pieces > MAX_PIECES) throw new Error("no page has so many");
  };
  const rewriter = new HTMLRewriter()
    .on("base[href]", {
      element: (element) => {
        count();
        seen.base ??= element.getAttribute("href");
      },
    })
    .on("link[rel][href]", {
      element: (element) => {
        count();
        const kinds = (element.getAttribute("rel") ?? "").toLowerCase().split(/\s+/);
        if (kinds.includes("manifest")) seen.href ??= element.getAttribute("href");
      },
    })
    .on("title", {
      element: () => {
        count();
        titles++;
      },
      // The first is the page's: drawings in it have titles too.
      text: ({ text }) => {
        count();
        if (titles === 1) title = (title + text).slice(0, MAX_TITLE);
      },
    });
  try {
    const headers = { "content-type": type ?? "text/html; charset=utf-8" };
    await rewriter.transform(new Response(html, { headers })).arrayBuffer();
  } catch {
    // A page that is too much, by its pieces or by an endless tag: what was found before counts.
  }
  const { base, href } = seen;
  const from = base === null ? url : (URL.parse(plain(base), url.href) ?? url);
  return {
    manifest: href === null ? null : URL.parse(plain(href).trim(), from.href),
    title: plain(title).replaceAll(/\s+/g, " ").trim(),
  };
}

/** The references that stand in titles and addresses. */
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** Text with its character references read (HTML, section 13.5), since the parser leaves them as they are. */
function plain(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
      return isCharacter ? String.fromCodePoint(code) : whole;
    },
  );
}
