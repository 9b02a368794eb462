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
/** What a host is written in: letters of any script, digits, hyphens and dots. URL would quietly repair other texts. */
const WRITTEN = /^[\p{L}\p{M}\p{N}._-]+$/u;
/** A path of printable ASCII, whose last character may be a `*` for all that follows. */
const PATH = /^\/[!"$-)+-;=@-[\]-~]*\*?$/;
/** Servers and browsers take these away before they look. */
const DOT_SEGMENT = /\/\.\.?(?:\/|$)/;

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
  path.length <= MAX_PATH && PATH.test(path) && !DOT_SEGMENT.test(path);

function asciiPattern(text: string): string | null {
  const below = text.startsWith("*.");
  const host = asciiHost(below ? text.slice(2) : text);
  return host !== null && below ? `*.${host}` : host;
}

/**
 * A text that `read` gives its one form, or refuses by null; `pattern` is for the OpenAPI document, and a little wider. The form is
 * longer than letters of other scripts, and has to be one that is taken again.
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
    .max(maxLength)
    .meta({ pattern });
}
