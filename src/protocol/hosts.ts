// Hosts, and parts of sites, as an owner names them: example.com, *.example.com, example.com/shop/*. Each has one form, whatever
// letters it is written in, since the app compares it with what the WebView says.
import { z } from "zod";

/** Most hosts that open inside the app, and most in each other list: an APK has 150 KB, and each of these takes up to 400 bytes. */
export const MAX_HOSTS = 50;
export const MAX_OTHER_HOSTS = 10;
/** Longest host name, characters (RFC 1035, section 2.3.4), and longest path behind one. */
const MAX_HOST = 253;
const MAX_PATH = 100;

/** A host name that DNS can hold (RFC 1123, section 2.1), in ASCII. */
const HOST =
  /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;
/**
 * What a host is written in: letters of any script, digits, hyphens and dots, and the marks that some scripts have within words
 * (RFC 5892, appendix A). URL would quietly repair other texts.
 */
const WRITTEN = /^[\p{L}\p{M}\p{N}\u00b7\u0375\u05f3\u05f4\u200c-\u200d\u30fb._-]+$/u;
/** A path of printable ASCII, whose last character may be a `*` for all that follows. */
const PATH = /^\/[!"$-)+-;=@-[\]-~]*\*?$/;
/** Servers and browsers take these away before they look, escaped or not: the app finds no page by them (Sites.java). */
const DOT_SEGMENT = /[/\\]\.\.?(?:;[^/\\]*)?(?:[/\\]|$)/;
const ESCAPED = /%(?:2e|2f|3b|5c)/gi;

const SAYS_HOST = "must be a host name such as example.com";
const SAYS_PATTERN = "must be a host name such as example.com or *.example.com";
const SAYS_PART = `${SAYS_PATTERN}, perhaps with a path in ASCII such as example.com/shop/*`;

/**
 * Returns the ASCII form of a host name (UTS #46), or null if no host can have it. What is ASCII and no host, such as an address
 * out of range, stays as it is: it names nothing, and configs may hold it from before.
 */
export function asciiHost(text: string): string | null {
  if (!WRITTEN.test(text)) return null;
  const url = URL.parse(`https://${text}/`);
  const host = url === null ? text.toLowerCase() : url.hostname.replace(/\.$/, "");
  return HOST.test(host) ? host : null;
}

/** One host. */
export const Host = written(SAYS_HOST, asciiHost, "^[^\\s*/?#@:]+$", MAX_HOST);

/** A host, or `*.` and a host for all of its subdomains. */
export const HostPattern = written(
  SAYS_PATTERN,
  asciiPattern,
  "^(\\*\\.)?[^\\s*/?#@:]+$",
  MAX_HOST,
);

/** A pattern of hosts, and perhaps the part of their sites that is meant: a path, or what begins with it. */
export const SitePattern = written(
  SAYS_PART,
  (text) => {
    const slash = text.indexOf("/");
    if (slash < 0) return asciiPattern(text);
    const [host, path] = [asciiPattern(text.slice(0, slash)), text.slice(slash)];
    // All of a site.
    if (path === "/" || path === "/*") return host;
    return host !== null && isPath(path) ? host + path : null;
  },
  '^(\\*\\.)?[^\\s*/?#@:]+(/[!"$-)+-;=@-\\[\\]-~]*\\*?)?$',
  MAX_HOST + MAX_PATH,
);

/** A list of at most `max` hosts or patterns, without one that is there twice. */
export function hostList<Item extends z.ZodType<string, string>>(item: Item, max: number) {
  return z
    .array(item)
    .max(max)
    .overwrite((hosts) => [...new Set(hosts)]);
}

const isPath = (path: string): boolean =>
  path.length <= MAX_PATH &&
  PATH.test(path) &&
  !DOT_SEGMENT.test(path.replaceAll(ESCAPED, (sign) => decodeURIComponent(sign)));

function asciiPattern(text: string): string | null {
  const below = text.startsWith("*.");
  const host = asciiHost(below ? text.slice(2) : text);
  if (host === null || !below) return host;
  // As long as a host, or there is none below it.
  return host.length + 2 <= MAX_HOST ? `*.${host}` : null;
}

/**
 * A text that `read` gives its one form, or refuses by null; `pattern` is for the OpenAPI document, and a little wider. The form, which
 * may be longer than what was written, is taken again: by itself it is no longer than `maxLength`.
 */
function written(
  says: string,
  read: (text: string) => string | null,
  pattern: string,
  maxLength: number,
) {
  return z
    .string()
    .max(maxLength, { abort: true })
    .trim()
    .overwrite((text) => read(text) ?? text)
    .refine((text) => read(text) !== null, { message: says })
    .meta({ pattern });
}
