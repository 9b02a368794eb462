// Where a webhook may lead: https on a public host. A Worker can't choose the address it connects to, so a name is
// resolved over HTTPS (RFC 8484's JSON form) before each delivery, and the delivery is given up when any of
// its addresses is private. A name that changes in between is the platform's to stop: Workers reach no
// private network.
import { z } from "zod";
import { isPublicAddress, isPublicHost } from "../../kit/public-host.ts";
import { SECOND_MS } from "../../kit/time.ts";

const RESOLVER = "https://cloudflare-dns.com/dns-query";
/** Longest a look-up may take, ms. */
const RESOLVE_MS = 3 * SECOND_MS;
/** Address records (RFC 1035 section 3.2.2, RFC 3596 section 2.1), by their number. */
const ADDRESS_TYPES = { A: 1, AAAA: 28 } as const;

/** What a look-up needs. */
interface Resolving {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
}

const Resolved = z.object({
  Answer: z.array(z.object({ type: z.int(), data: z.string() })).default([]),
});

/** What is wrong with `url` by itself, in the words of a field's misfit; null: nothing. */
export function misfitOf(url: URL, isPrivateAllowed: boolean): string | null {
  if (isPrivateAllowed) {
    return /^https?:$/.test(url.protocol) ? null : "must be an http or https URL";
  }
  if (url.protocol !== "https:") return "must be an https URL";
  return isPublicHost(url.hostname) ? null : "must be on a public host";
}

/**
 * Whether a name leads to a private address; "unknown" when nothing tells. Addresses as hosts are judged by
 * `misfitOf`.
 */
export async function resolvesTo(
  ctx: Resolving,
  hostname: string,
): Promise<"public" | "private" | "unknown"> {
  const isAddress = hostname.startsWith("[") || /^[\d.]+$/.test(hostname);
  if (isAddress) return "public";
  try {
    const found = await Promise.all([
      addresses(ctx, hostname, "A"),
      addresses(ctx, hostname, "AAAA"),
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
): Promise<string[]> {
  const response = await fetch(`${RESOLVER}?name=${encodeURIComponent(name)}&type=${type}`, {
    headers: { accept: "application/dns-json" },
    signal: AbortSignal.timeout(RESOLVE_MS),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the resolver answered ${response.status}`);
  }
  const { Answer } = Resolved.parse(await response.json());
  return Answer.filter((record) => record.type === ADDRESS_TYPES[type]).map(({ data }) => data);
}
