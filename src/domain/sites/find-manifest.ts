// Finds the manifest of a website that a customer names, within bounds: of time, of bytes as decompressed, of requests, and on
// public hosts alone, judged anew at each redirect (ask-site.ts).
import { invalidField, refuse } from "../../kit/refusal.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { AccountCtx } from "../context.ts";
import { askAlong, bytesWithin, MAX_REDIRECTS, type SiteAnswer } from "./ask-site.ts";
import { isObject } from "./manifest-members.ts";
import { readStartPage } from "./start-page.ts";

/** Longest that a website may take for its page, its manifest and its icons together, ms: somebody waits for the app. */
const VISIT_MS = 10 * SECOND_MS;
/** Most of the start page that is read, bytes: the manifest's link stands in the head, and few pages are longer. */
const MAX_PAGE_BYTES = 1024 * 1024;
/** Largest manifest, bytes: those of the largest sites have 10 KB, and icons written into one more. */
const MAX_MANIFEST_BYTES = 256 * 1024;
/**
 * Most requests of one visit: four for the page with its redirects, four for the manifest, and four for icons. Each may take
 * two more, to resolve its host, and a request of ours may make 50 on Cloudflare's free plan.
 */
const MAX_ASKS = 12;

/** What one visit to a website may still do. */
export interface Visit {
  signal: AbortSignal;
  asksLeft: number;
}

interface FoundManifest {
  url: URL;
  manifest: Record<string, unknown>;
  /** The start page's. */
  title: string;
}

/** Begins a visit: its time runs from now on. */
export function beginVisit(): Visit {
  return { signal: AbortSignal.timeout(VISIT_MS), asksLeft: MAX_ASKS };
}

/** Asks for `url` and where it leads, as a part of the visit; null also where the visit has no request left. */
export async function askOnVisit(
  ctx: AccountCtx,
  visit: Visit,
  url: URL,
  accept: string,
): Promise<{ url: URL; answer: SiteAnswer }> {
  const mayGoOn = () => visit.asksLeft-- > 0;
  if (!mayGoOn()) return { url, answer: null };
  return askAlong(ctx, url, { accept, signal: visit.signal, mayGoOn });
}

/** Finds the manifest of the website at `start`. Refuses `invalid`, of the field `url`, where there is none to be had. */
export async function findManifest(
  ctx: AccountCtx,
  visit: Visit,
  start: URL,
): Promise<FoundManifest> {
  const page = await askOnVisit(ctx, visit, start, "text/html");
  const html = await bodyOf(page.answer, "page", MAX_PAGE_BYTES, visit);
  const type = page.answer instanceof Response ? page.answer.headers.get("content-type") : null;
  const { manifest: link, title } = await readStartPage(html.bytes, type, page.url);
  if (link === null) return refuseUrl('page with a <link rel="manifest">');
  const found = await askOnVisit(ctx, visit, link, "application/manifest+json, application/json");
  const { bytes, isWhole } = await bodyOf(found.answer, "manifest", MAX_MANIFEST_BYTES, visit);
  if (!isWhole) return refuseUrl(`page whose manifest has at most ${MAX_MANIFEST_BYTES} bytes`);
  const manifest = jsonOf(bytes);
  if (manifest === null) return refuseUrl("page whose manifest is a JSON object");
  return { url: found.url, manifest, title };
}

/** How sentences go on about the page and about the manifest. */
const SUBJECTS = {
  page: { is: "page", answers: "page that answers" },
  manifest: { is: "page whose manifest is", answers: "page whose manifest answers" },
} as const;

/** What the website answered. Refuses `invalid`, of the field `url`, for all but a good answer. */
async function bodyOf(
  answer: SiteAnswer,
  what: keyof typeof SUBJECTS,
  maxBytes: number,
  visit: Visit,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; isWhole: boolean }> {
  const { is, answers } = SUBJECTS[what];
  if (answer === "unreachable") return refuseUrl(`${is} on a public host, by http or https`);
  if (answer !== null && !answer.ok) {
    await answer.body?.cancel();
    const { status } = answer;
    const isRedirect = status >= 300 && status < 400;
    return refuseUrl(
      isRedirect ? `${is} within ${MAX_REDIRECTS} redirects` : `${answers} with 200, not ${status}`,
    );
  }
  const read = answer === null ? null : await bytesWithin(answer, maxBytes, visit.signal);
  return read ?? refuseUrl(`${answers} within ${VISIT_MS / SECOND_MS} s`);
}

/** Refuses the field `url`, in a sentence that says what the address must lead to. */
function refuseUrl(rest: string): never {
  return refuse(invalidField(["url"], `must lead to a ${rest}, for import_manifest`));
}

function jsonOf(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes),
    );
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
