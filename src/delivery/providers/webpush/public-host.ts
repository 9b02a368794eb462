// Whether a URL's host can be on the public internet, as far as its name tells. Refuses private,
// loopback, link-local and reserved addresses (IANA special-purpose registries) and names that only
// resolve inside a network. What a public name resolves to is not looked up.

/** Special-purpose IPv4 blocks: first address and prefix length (RFC 6890 and its registry). */
const IPV4_BLOCKS: readonly (readonly [string, number])[] = [
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

/** Top-level names that are never public (RFC 6761, 6762, 8375, 9476). */
const LOCAL_NAMES = /\.(alt|arpa|internal|invalid|lan|local|localhost|onion|test)$/;

/** `hostname` as a parsed URL has it: lower case, addresses in their canonical form. */
export function isPublicHost(hostname: string): boolean {
  // IPv6 endpoints do not occur among push services, and many forms embed private IPv4 addresses
  if (hostname.startsWith("[")) return false;
  const name = hostname.replace(/\.$/, "");
  if (/^[\d.]+$/.test(name)) return isPublicIpv4(name);
  return name.includes(".") && !LOCAL_NAMES.test(name);
}

function isPublicIpv4(address: string): boolean {
  const value = toNumber(address);
  return IPV4_BLOCKS.every(([first, prefix]) => {
    const size = 2 ** (32 - prefix);
    return Math.floor(value / size) !== Math.floor(toNumber(first) / size);
  });
}

function toNumber(address: string): number {
  return address.split(".").reduce((value, part) => value * 256 + Number(part), 0);
}
