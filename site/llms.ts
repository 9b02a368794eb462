// /llms.txt, in the form of llmstxt.org: what Slipway is and where its documentation is, for programs that read.
import type { Guide, MarkdownFile } from "./documents.ts";

/** Returns its text. */
export function llmsText(guides: readonly Guide[], documents: readonly MarkdownFile[]): string {
  const line = ({ title, path, summary }: MarkdownFile) => `- [${title}](${path}): ${summary}`;
  return `# Slipway

> Slipway makes a signed Android app of a website, and pushes notifications to everybody who installs it or subscribes on the web.

All of it is an HTTP API with JSON bodies, at the origin of this file. Requests carry an API key: \`authorization: Bearer sw_live_...\`.
A refusal is JSON with a code and words that say what is wrong. \`/openapi.json\` describes every operation; the guides show how they go together.

## Guides

${guides.map(line).join("\n")}

## Reference

- [openapi.json](/openapi.json): every operation of every API, with its fields, examples, scopes, limits and errors, in OpenAPI 3.1.
- [Postman collection](/docs/postman.json): the same for Postman, which asks for the key once.
- [Reference for people](/docs): the same as a page, which needs a script.

## Documentation

${documents.map(line).join("\n")}
`;
}
