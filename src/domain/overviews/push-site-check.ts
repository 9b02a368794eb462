// Whether an app's website is ready for Web Push: its start page by https with the SDK and the app's names in it, the worker's
// file at the top, no policy that forbids either, and an origin that may register (docs/web-push.md).
import { SECOND_MS } from "../../kit/time.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { settingsOf } from "../subscribers/push-settings.ts";
import { askAlong, askSite, textWithin } from "../sites/ask-site.ts";

/** Where the guide has a site put its worker. */
export const WORKER_PATH = "/slipway-sw.js";
/** Most of the start page that is read, bytes: scripts stand in the head or at the end, and few pages are longer. */
const MAX_PAGE_BYTES = 1024 * 1024;
/** Most of the worker's file that is read, bytes: ours is one line, and a site may have it in a worker of its own. */
const MAX_WORKER_BYTES = 256 * 1024;
/** After how long no further redirect is followed, ms: somebody waits for the page. Each answer has a bound of its own. */
const FOLLOWED_FOR_MS = 6 * SECOND_MS;

/** Why nothing is known of a page or a file. `status` null: it did not answer in time. */
export type Trouble = { kind: "unreachable" } | { kind: "failed"; status: number | null };

export type PageFound =
  | Trouble
  | {
      kind: "found";
      /** Whether its HTML loads the SDK from here; a script of the site's may do it too. */
      loadsSdk: boolean;
      /** Whether the app's id and public key stand in it. */
      namesApp: boolean;
      /** What of its Content-Security-Policy (CSP Level 3) keeps the SDK out; null for nothing. */
      forbiddenBy: string | null;
    };

export type WorkerFound =
  | Trouble
  | { kind: "right" }
  /** Browsers take no worker that comes by a redirect (Service Workers, "Update"). */
  | { kind: "redirected" }
  | { kind: "not_script"; type: string }
  /** It is a script, and doesn't import ours. */
  | { kind: "other" };

export interface PushSiteCheck {
  /** The origin that the start page ended at. */
  origin: string;
  isSecure: boolean;
  page: PageFound;
  worker: WorkerFound;
  /** Whether pages of that origin may register: any may, this one is named, or others are. */
  registers: "any" | "named" | "refused";
}

/** Asks the app's site. `apiOrigin` is where the SDK comes from. null for an app that has no site. */
export async function checkPushSite(
  ctx: AccountCtx,
  app: App,
  apiOrigin: string,
): Promise<PushSiteCheck | null> {
  const start = URL.parse(app.url);
  if (start === null) return null;
  const ends = ctx.now() + FOLLOWED_FOR_MS;
  const mayGoOn = () => ctx.now() <= ends;
  const { url, answer } = await askAlong(ctx, start, { accept: "text/html", mayGoOn });
  const [page, worker] = await Promise.all([
    pageFound(answer, app, apiOrigin),
    workerFound(ctx, new URL(WORKER_PATH, url), apiOrigin),
  ]);
  const allowed = settingsOf(app).allowed_origins;
  const registers =
    allowed.length === 0 ? "any" : allowed.includes(url.origin) ? "named" : "refused";
  return { origin: url.origin, isSecure: url.protocol === "https:", page, worker, registers };
}

async function pageFound(
  answer: Response | "unreachable" | null,
  app: App,
  apiOrigin: string,
): Promise<PageFound> {
  if (answer === "unreachable") return { kind: "unreachable" };
  if (answer === null) return { kind: "failed", status: null };
  if (!answer.ok) {
    await answer.body?.cancel();
    return { kind: "failed", status: answer.status };
  }
  const policy = answer.headers.get("content-security-policy") ?? "";
  const html = (await textWithin(answer, MAX_PAGE_BYTES)) ?? "";
  return {
    kind: "found",
    loadsSdk: html.includes(`${apiOrigin}/sdk/slipway`),
    namesApp: html.includes(app.uuid) && app.publicKey !== null && html.includes(app.publicKey),
    forbiddenBy: forbidden(policy, apiOrigin),
  };
}

async function workerFound(ctx: AccountCtx, url: URL, apiOrigin: string): Promise<WorkerFound> {
  const answer = await askSite(ctx, url, { accept: "text/javascript" });
  if (answer === "unreachable") return { kind: "unreachable" };
  if (answer === null) return { kind: "failed", status: null };
  const refused = refusedWorker(answer);
  if (refused !== null) {
    await answer.body?.cancel();
    return refused;
  }
  const script = await textWithin(answer, MAX_WORKER_BYTES);
  return script?.includes(`${apiOrigin}/sdk/sw.js`) ? { kind: "right" } : { kind: "other" };
}

/** What of a worker's answer, but for its text, keeps browsers from taking it. */
function refusedWorker(answer: Response): WorkerFound | null {
  if (answer.status >= 300 && answer.status < 400) return { kind: "redirected" };
  if (!answer.ok) return { kind: "failed", status: answer.status };
  const type = answer.headers.get("content-type") ?? "";
  // A JavaScript MIME type (WHATWG MIME Sniffing, section 4.6).
  const isScript = /^\s*(text|application)\/(x-)?(java|ecma|j)script(1\.\d)?\s*(;|$)/i.test(type);
  return isScript ? null : { kind: "not_script", type };
}

/** The directives that the SDK needs, and what each falls back to (CSP Level 3, section 6.8.3). */
const NEEDED = [
  ["script-src-elem", "script-src", "default-src"],
  ["connect-src", "default-src"],
] as const;

/** The directive of a policy that keeps scripts of `origin` out, or asking it; null for none. */
function forbidden(policy: string, origin: string): string | null {
  const directives = new Map(
    policy
      .split(/[;,]/)
      .map((each) => each.trim().split(/\s+/))
      .map(([name = "", ...sources]) => [name.toLowerCase(), sources] as const),
  );
  for (const names of NEEDED) {
    const name = names.find((each) => directives.has(each));
    const sources = name === undefined ? [] : (directives.get(name) ?? []);
    if (name !== undefined && !sources.some((source) => lets(source, origin))) {
      return `${name} ${sources.join(" ")}`.trim();
    }
  }
  return null;
}

/** Whether a source of a policy may let `origin` in; nonces and hashes may, since only the page knows. */
function lets(source: string, origin: string): boolean {
  const { host, hostname, protocol } = new URL(origin);
  const plain = source.toLowerCase();
  if (plain === "*" || plain === protocol || /^'(nonce|sha\d+)-|^'strict-dynamic'/.test(plain)) {
    return true;
  }
  const named = plain.replace(/^[a-z]+:\/\//, "").replace(/\/.*$/, "");
  if (named.startsWith("*.")) return hostname.endsWith(named.slice(1));
  return named === host || named === hostname;
}
