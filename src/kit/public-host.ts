// Decides which hosts are public: push endpoints and webhooks, whose hosts others choose, must not lead into a private
// network. Addresses are judged by the special-purpose registries (RFC 6890).

/** The blocks of IPv4 that are not public: first address and prefix length. */
const PRIVATE_IPV4: readonly [string, number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

/** Names of local networks (RFC 6761, RFC 6762, RFC 8375, and those that home routers use). */
const PRIVATE_SUFFIXES =
  /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$/;
/**
 * Names that are kept for tests and for documentation (RFC 6761 sections 6.2 and 6.5): on a network of one's own they
 * may lead somewhere, in public nowhere. `example.com` is an ordinary name, of which this says nothing.
 */
const TEST_SUFFIXES = /(^|\.)(test|example)$/;
/** Names that no resolver ever knows (RFC 6761 section 6.4, RFC 7686, RFC 9476), also on one's own network. */
const UNRESOLVED_SUFFIXES = /(^|\.)(invalid|onion|alt)\.*$/;

/** The names that DNS can hold (RFC 1035 section 2.3.4), of the signs that are in use, with or without a dot at the end. */
const POSSIBLE_NAME = /^(?=.{1,253}\.?$)([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?$/;

/** Whether `hostname`, in the form that URL returns, is an address or a name that can exist on some network. */
export function isPossibleHost(hostname: string): boolean {
  return hostname.startsWith("[") || POSSIBLE_NAME.test(hostname);
}

/**
 * Whether `hostname`, in the form that URL returns (lower case, normalized addresses, IPv6 in brackets), can be a
 * public host. A name is judged by itself; the code that connects must check the addresses that it resolves to.
 */
export function isPublicHost(hostname: string): boolean {
  if (hostname.startsWith("[")) return isPublicIpv6(hostname.slice(1, -1));
  if (/^[\d.]+$/.test(hostname)) return isPublicIpv4(hostname);
  const name = hostname.replace(/\.$/, "");
  // Empty labels are not possible, since resolvers interpret `localhost..` differently.
  if (!isPossibleHost(hostname) || !name.includes(".") || neverResolves(name)) return false;
  return !PRIVATE_SUFFIXES.test(name) && !TEST_SUFFIXES.test(name);
}

/**
 * Whether `hostname`, in the form that URL returns, is a name that by its standard never has an address, on whatever
 * network: Chrome replaces dead push endpoints by `https://permanently-removed.invalid/...`.
 */
export function neverResolves(hostname: string): boolean {
  return UNRESOLVED_SUFFIXES.test(hostname);
}

/** Whether an address that a name resolves to is public. */
export function isPublicAddress(address: string): boolean {
  return address.includes(":") ? isPublicIpv6(address) : isPublicIpv4(address);
}

function isPublicIpv4(address: string): boolean {
  const value = ipv4(address);
  if (value === null) return false;
  return !PRIVATE_IPV4.some(([first, length]) => {
    const mask = (0xffff_ffff << (32 - length)) >>> 0;
    return (value & mask) >>> 0 === ipv4(first);
  });
}

function ipv4(address: string): number | null {
  const parts = address.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) {
    return null;
  }
  return parts.reduce((value, part) => value * 256 + Number(part), 0);
}

/** Whether an address is global unicast (2000::/3), but not Teredo, 6to4 or for documentation. */
function isPublicIpv6(address: string): boolean {
  const [first = "", second = ""] = address.toLowerCase().split(":");
  const high = Number.parseInt(first, 16);
  if (!(high >= 0x2000 && high <= 0x3fff)) return false;
  const low = second === "" ? 0 : Number.parseInt(second, 16);
  const isSpecial = high === 0x2001 && (low < 0x200 || low === 0xdb8);
  return !isSpecial && high !== 0x2002 && !(high === 0x3fff && low < 0x1000);
}
