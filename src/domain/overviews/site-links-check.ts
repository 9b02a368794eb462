// Whether an app's website serves the statements that let its links open in the app. Android asks for the file when the app is
// installed, follows no redirect, and wants JSON (https://developers.google.com/digital-asset-links/v1/statements).
import { z } from "zod";
import type { App } from "../apps/find-app.ts";
import { statementOf, type AssetLink } from "../builds/asset-links.ts";
import type { AccountCtx } from "../context.ts";
import { askSite, textWithin } from "../sites/ask-site.ts";

/** Where a site has the file. */
export const LINKS_PATH = "/.well-known/assetlinks.json";
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
  /** null: it did not answer in time. */
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
  const answer = await askSite(ctx, url, { accept: "application/json", httpsOnly: true });
  if (answer === "unreachable") return { kind: "unreachable" };
  if (answer === null) return { kind: "failed", status: null };
  const refused = refusedBy(answer);
  if (refused === null) return verdict(await textWithin(answer, MAX_BYTES), links);
  await answer.body?.cancel();
  return refused;
}

/** What of the answer, but for its text, keeps Android from reading the file. */
function refusedBy({ status, headers }: Response): LinksCheck | null {
  if (status >= 300 && status < 400) return { kind: "redirected" };
  if (status !== 200) return { kind: "failed", status };
  const type = headers.get("content-type") ?? "";
  return /^application\/json\s*(;|$)/i.test(type) ? null : { kind: "not_json", type };
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
