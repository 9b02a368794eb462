// Who answers for a message by Web Push: the push services of the browsers' makers, or any other host that an endpoint
// names, which is a stranger's.
import type { Provider } from "./credentials.ts";

const PUSH_SERVICES =
  /(^|\.)((fcm|android)\.googleapis\.com|jmt17\.google\.com|push\.services\.mozilla\.com|notify\.windows\.com|push\.apple\.com)$/;

/** Whether a host is a push service of Google, Mozilla, Microsoft or Apple. */
export function isKnownService(hostname: string): boolean {
  return PUSH_SERVICES.test(hostname);
}

/** Whether the browsers of this push service show what a message declares, without a service worker: Safari. */
export function readsDeclared(hostname: string): boolean {
  return /(^|\.)push\.apple\.com$/.test(hostname);
}

/** The part of an address that alone determines its origin (URL Standard, section 4.4): a plain host ends at the slash. */
const PLAIN_ORIGIN = /^https?:\/\/[\w.-]+(:\d+)?(?=\/)/;

/** The origin of an endpoint, and its host, as URL writes them. */
export interface Origin {
  readonly origin: string;
  readonly hostname: string;
}

/**
 * The origins of a batch's endpoints, most of which have one of a few: each is parsed once, since to parse a whole address takes
 * as long as all else that is done with it. It keeps an entry for each, so it lives no longer than the batch.
 */
export class Origins {
  readonly #known = new Map<string, Origin | null>();

  /** Returns the origin of an endpoint, the same object for the same origin text; null if the endpoint is no URL. */
  of(endpoint: string): Origin | null {
    const start = PLAIN_ORIGIN.exec(endpoint)?.[0];
    if (start === undefined) return originOf(endpoint);
    const known = this.#known.get(start);
    if (known !== undefined) return known;
    const made = originOf(start);
    this.#known.set(start, made);
    return made;
  }
}

function originOf(text: string): Origin | null {
  const url = URL.parse(text);
  return url && { origin: url.origin, hostname: url.hostname };
}

/**
 * Returns who takes a message for `token`: the provider by its name, or for Web Push the origin of the endpoint. `origins`
 * are those of a batch, if it is asked for many.
 */
export function takerOf(provider: Provider, token: string, origins = new Origins()): string {
  return provider === "webpush" ? (origins.of(token)?.origin ?? "") : provider;
}

/** Whether somebody whom `takerOf` names can be taken at their word, since nobody can set them up to deceive. */
export function isTrustedTaker(taker: string): boolean {
  return !taker.includes("://") || isKnownService(URL.parse(taker)?.hostname ?? "");
}

/** Microsoft's push service has dozens of origins; the others of the browsers' makers have one or two. */
const MOST_TRUSTED = 40;
/** More strangers, whom anybody can register by the dozen, would show nothing more. */
const MOST_STRANGERS = 8;

/** Returns `known` with those of `more` that are new, within the bounds: strangers never keep out who can be trusted. */
export function addTakers(known: readonly string[], more: readonly string[]): string[] {
  const all = [...new Set([...known, ...more])];
  return [
    ...all.filter(isTrustedTaker).slice(0, MOST_TRUSTED),
    ...all.filter((one) => !isTrustedTaker(one)).slice(0, MOST_STRANGERS),
  ];
}

/**
 * Whether the doubt of `taker` about a token or a credential is the token's fault, now that `takenBy` took messages with
 * the credential: one who can be trusted shows that it is right, and a stranger shows that for itself alone.
 */
export function isResolved(taker: string, takenBy: readonly string[]): boolean {
  return takenBy.includes(taker) || takenBy.some(isTrustedTaker);
}
