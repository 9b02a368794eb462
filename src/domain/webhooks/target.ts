// Which URLs a webhook may have: https on a public host. A Worker can't choose the address that it connects to. So
// the host is resolved over HTTPS (RFC 8484's JSON form) before each delivery, and the delivery is given up when any
// of its addresses is private. If the name is changed in between, the platform prevents harm: Workers reach no
// private network.
import { z } from "zod";
import { isPublicAddress, isPublicHost } from "../../kit/public-host.ts";
import { SECOND_MS } from "../../kit/time.ts";

const RESOLVER = "https://cloudflare-dns.com/dns-query";
/** Longest that resolving a host may take, ms. */
const RESOLVE_MS = 3 * SECOND_MS;
/** Record types of addresses (RFC 1035 section 3.2.2, RFC 3596 section 2.1), by their numbers. */
const ADDRESS_TYPES = { A: 1, AAAA: 28 } as const;

/** What resolving a host needs. */
interface Resolving {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
}

const Resolved = z.object({
  Answer: z.array(z.object({ type: z.int(), data: z.string() })).default([]),
});

/** Returns what is wrong with `url` itself, as the end of a sentence about the field; null when nothing is. */
export function urlProblem(url: URL, isPrivateAllowed: boolean): string | null {
  if (isPrivateAllowed) {
    return /^https?:$/.test(url.protocol) ? null : "must be an http or https URL";
  }
  if (url.protocol !== "https:") return "must be an https URL";
  return isPublicHost(url.hostname) ? null : "must be on a public host";
}

/**
 * Returns whether a host's addresses are public, or one of them is private; "unknown" when it can't be resolved, or not before
 * `signal` ends it. A host that is an address counts as public here, since `urlProblem` checks it.
 */
export async function resolvesTo(
  ctx: Resolving,
  hostname: string,
  signal?: AbortSignal,
): Promise<"public" | "private" | "unknown"> {
  const isAddress = hostname.startsWith("[") || /^[\d.]+$/.test(hostname);
  if (isAddress) return "public";
  try {
    const found = await Promise.all([
      addresses(ctx, hostname, "A", signal),
      addresses(ctx, hostname, "AAAA", signal),
    ]);
    const all = found.flat();
    if (all.length === 0) return "unknown";
    return all.every(isPublicAddress) ? "public" : "private";
  } catch {
    return "unknown";
  }
}

async function addresses(
  { fetch }: Resolving,
  name: string,
  type: keyof typeof ADDRESS_TYPES,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const late = AbortSignal.timeout(RESOLVE_MS);
  const response = await fetch(`${RESOLVER}?name=${encodeURIComponent(name)}&type=${type}`, {
    headers: { accept: "application/dns-json" },
    signal: signal === undefined ? late : AbortSignal.any([signal, late]),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the resolver answered ${response.status}`);
  }
  const { Answer } = Resolved.parse(await response.json());
  return Answer.filter((record) => record.type === ADDRESS_TYPES[type]).map(({ data }) => data);
}
