// Where static files are, and what the platform sends with them. Two programs make them: dev/assets.ts the dashboard's, and
// site/make.ts those of /docs. `_headers` is one file for both, so its whole text is here.
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");
/** The folder that `[assets]` of wrangler.toml names: what is in it is served by its path. */
export const STATIC = join(ROOT, "static");

/** What each policy begins with: nothing may be loaded, framed, or sent to another host. */
const CLOSED = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";
/** Pages of text: one style sheet, and the icon of the site. */
const TEXT_POLICY = `${CLOSED}; form-action 'none'; style-src 'self'; img-src 'self'`;
/**
 * The reference runs 5 MB of other people's script. In the sandbox it has an origin of its own: it calls the API as any page
 * anywhere may, with a key that was typed in, and can't reach the dashboard's cookies. What a link opens in a tab of its own is
 * outside. It writes its style sheet itself.
 */
const REFERENCE_POLICY =
  `sandbox allow-scripts allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-downloads; ${CLOSED}; form-action 'none'; ` +
  "script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:";

/** Browsers keep a file with a hash in its name as long as they like: another one has another name. */
const KEPT = "cache-control: public, max-age=31536000, immutable";

/** The text of `_headers`. No two rules name one header for the same path: the platform would send both values. */
export const HEADERS = `/*
  strict-transport-security: max-age=31536000
/assets/*
  ${KEPT}
  x-content-type-options: nosniff
/docs
  content-security-policy: ${REFERENCE_POLICY}
  referrer-policy: no-referrer
  x-content-type-options: nosniff
/docs/guides
  content-security-policy: ${TEXT_POLICY}
/docs/guides/*
  content-security-policy: ${TEXT_POLICY}
/docs/*
  referrer-policy: no-referrer
  x-content-type-options: nosniff
/docs/files/*
  ${KEPT}
/llms.txt
  x-content-type-options: nosniff
`;
