// Finds the network of an address, by which rate limits count requests.

/** The groups of an IPv6 address that form its network, 64 bits (RFC 4291 section 2.5.4). */
const NETWORK_GROUPS = 4;

/** Returns the network of an IPv6 address, the IPv4 address embedded in one, or otherwise `address` itself. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const url = URL.parse(`http://[${address}]/`);
  if (url === null) return address;
  const groups = groupsOf(url.hostname.slice(1, -1));
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join(".");
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => group.toString(16));
  return `${network.join(":")}::/64`;
}

/** Returns the eight groups of an address in the notation of URL, which is hexadecimal throughout. */
function groupsOf(address: string): number[] {
  const [before = [], after = []] = address
    .split("::")
    .map((part) => part.split(":").filter((group) => group !== ""));
  const gap = Array<string>(8 - before.length - after.length).fill("0");
  return [...before, ...gap, ...after].map((group) => Number.parseInt(group, 16));
}
