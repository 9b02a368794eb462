// A website with the browser SDK, as docs/web-push.md tells owners to make one: a page, and a worker file of one line.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OwnApp } from "./owner.ts";
import { holds, type Tab } from "./tab.ts";

/**
 * A page with the SDK. It keeps what tests look at: `slipway`, and what `on()` heard.
 * @param options of `Slipway.init()`, besides the app's
 */
export function sdkPage({ api, id, key }: OwnApp, options: object = {}): string {
  const given = JSON.stringify({ app: id, key, ...options });
  return `<!doctype html>
<title>Site</title>
<button id="bell">Notify me</button>
<script type="module">
  import { Slipway } from "${api}/sdk/slipway.js";
  window.heard = { message: [], click: [], change: [] };
  window.slipwayOfSite = await Slipway.init(${given});
  const { push } = slipwayOfSite;
  window.listen = (name) => push.on(name, (value) => heard[name].push(value));
  listen("message");
  listen("change");
  // A page that is asked to listens late.
  if (!location.search.includes("late")) listen("click");
  bell.onclick = () => push.subscribe().then(({ id }) => { document.title = "Subscribed " + id; });
  document.title = "Ready";
</script>
`;
}

/** The worker file of one line. */
export const sdkWorker = ({ api }: OwnApp): string => `importScripts("${api}/sdk/sw.js");\n`;

/** Waits until the page's script has run. */
export const ready = (tab: Tab): Promise<void> => holds(tab, `document.title === "Ready"`);

/** Presses the bell. Returns the id of the subscriber. */
export async function pressBell(tab: Tab): Promise<string> {
  await tab.press("#bell");
  await holds(tab, `document.title.startsWith("Subscribed ")`);
  return (await tab.run<string>("document.title")).slice("Subscribed ".length);
}

const DOCS = join(import.meta.dirname, "../../../docs");

/** The blocks of code in this language on a page of docs/ as it is printed, with an app of one's own in the places of the examples. */
export function blocksOf({ api, id, key }: OwnApp, page: string, language: string): string[] {
  const text = readFileSync(join(DOCS, page), "utf8");
  const blocks = text.matchAll(new RegExp(`\\n\`\`\`${language}\\n([^]*?)\\n\`\`\`\\n`, "g"));
  return [...blocks].map(([, code = ""]) =>
    code
      .replaceAll("https://api.example", api)
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, id)
      .replaceAll(/pk_[0-9a-f]{32}/g, key),
  );
}

/** The page and the worker file of docs/web-push.md. */
export function filesOfGuide(app: OwnApp): { page: string; worker: string } {
  const [page = ""] = blocksOf(app, "web-push.md", "html");
  const [worker = ""] = blocksOf(app, "web-push.md", "js");
  return { page: `<!doctype html>\n<title>Plain</title>\n${page}\n`, worker };
}
