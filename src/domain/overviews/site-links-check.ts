// Whether an app's website serves the statements that let its links open in the app. Android asks for the file when the app is
// installed, follows no redirect, and wants JSON (https://developers.google.com/digital-asset-links/v1/statements).
import { z } from "zod";
import { isPublicHost } from "../../kit/public-host.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { App } from "../apps/find-app.ts";
import { statementOf, type AssetLink } from "../builds/asset-links.ts";
import type { AccountCtx } from "../context.ts";
import { resolvesTo } from "../webhooks/target.ts";

/** Where a site has the file. */
export const LINKS_PATH = "/.well-known/assetlinks.json";
/** Longest that the site may take, ms: somebody waits for the page. */
const ANSWER_MS = 4 * SECOND_MS;
/** Most of the file that is read, bytes: Google reads as much. */
const MAX_BYTES = 128 * 1024;

export type LinksCheck =
  | { kind: "right" }
  /** These fingerprints are not in it, of so many that should be. */
  | { kind: "lacking"; certificates: string[]; of: number }
  /** It has no list of statements, or one of more than MAX_BYTES. */
  | { kind: "unreadable" }
  | { kind: "not_json"; type: string }
  | { kind: "redirected" }
  /** null: no answer within ANSWER_MS. */
  | { kind: "failed"; status: number | null }
  /** It can't be asked: there is no site, or it is not public, or has no https. */
  | { kind: "unreachable" };

const Statements = z.array(
  z
    .object({
      relation: z.array(z.unknown()),
      target: z.object({
        namespace: z.unknown(),
        package_name: z.string(),
        sha256_cert_fingerprints: z.array(z.string()),
      }),
    })
    .or(z.unknown().transform(() => null)),
);

/** Asks the site of the app for the file, and compares it with the statements that it should have. */
export async function checkSiteLinks(
  ctx: AccountCtx,
  app: App,
  links: readonly AssetLink[],
): Promise<LinksCheck> {
  const url = URL.parse(LINKS_PATH, app.url);
  if (url === null) return { kind: "unreachable" };
  if (!ctx.allowPrivateTargets) {
    const isPublic =
      url.protocol === "https:" &&
      isPublicHost(url.hostname) &&
      (await resolvesTo(ctx, url.hostname)) === "public";
    if (!isPublic) return { kind: "unreachable" };
  }
  try {
    const answer = await ctx.fetch(url.href, {
      redirect: "manual",
      headers: { accept: "application/json", "user-agent": "Slipway-Preview" },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const refused = refusedBy(answer);
    if (refused === null) return verdict(await textOf(answer), links);
    await answer.body?.cancel();
    return refused;
  } catch {
    return { kind: "failed", status: null };
  }
}

/** What of the answer, but for its text, keeps Android from reading the file. */
function refusedBy({ status, headers }: Response): LinksCheck | null {
  if (status >= 300 && status < 400) return { kind: "redirected" };
  if (status !== 200) return { kind: "failed", status };
  const type = headers.get("content-type") ?? "";
  return /^application\/json\s*(;|$)/i.test(type) ? null : { kind: "not_json", type };
}

/** The text of the file; null for one that is too long. */
async function textOf({ body }: Response): Promise<string | null> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let left = MAX_BYTES;
  for await (const bytes of body as ReadableStream<Uint8Array>) {
    left -= bytes.byteLength;
    // Leaving the loop ends the stream.
    if (left < 0) return null;
    text += decoder.decode(bytes, { stream: true });
  }
  return text;
}

function verdict(text: string | null, links: readonly AssetLink[]): LinksCheck {
  const statements = text === null ? null : read(text);
  if (statements === null) return { kind: "unreadable" };
  const wanted = links
    .map(statementOf)
    .flatMap(({ relation, target }) =>
      target.sha256_cert_fingerprints.map((certificate) => ({ relation, target, certificate })),
    );
  const lacking = wanted.filter(
    ({ relation: [relation], target, certificate }) =>
      !statements.some(
        (each) =>
          each !== null &&
          each.relation.includes(relation) &&
          each.target.namespace === target.namespace &&
          each.target.package_name === target.package_name &&
          each.target.sha256_cert_fingerprints.some((one) => one.toUpperCase() === certificate),
      ),
  );
  if (lacking.length === 0) return { kind: "right" };
  const certificates = lacking.map(({ certificate }) => certificate);
  return { kind: "lacking", certificates, of: wanted.length };
}

function read(text: string) {
  try {
    return Statements.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
