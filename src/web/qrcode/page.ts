// A small page without scripts or external resources, which can be neither framed nor cached.

const STYLE = `
body{font:16px/1.5 system-ui,sans-serif;max-width:30rem;margin:3rem auto;padding:0 1rem;color:#1d2330;background:#fff}
h1{font-size:1.4rem;line-height:1.25}
code{display:block;padding:.75rem;background:#f0f2f6;border-radius:.5rem;font-size:1.1rem;overflow-wrap:anywhere;user-select:all}
a.button{display:block;margin:1.5rem 0;padding:.75rem;border-radius:.5rem;background:#1f4fd8;color:#fff;text-align:center;text-decoration:none;font-weight:600}
@media(prefers-color-scheme:dark){body{color:#e8ebf2;background:#14171e}code{background:#232833}a.button{background:#7f9dff;color:#10131a}}
`;

/** Makes a page from `title` and `content`. `content` is HTML, in which the caller has escaped all foreign text. */
export function page(status: number, title: string, content: string): Response {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
${content}
</main>
</body>
</html>
`;
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      // Other sites must not learn the code in the URL.
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    },
  });
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for elements and quoted attributes of HTML. */
export function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
