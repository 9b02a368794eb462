// Whose an address is: what limits count requests by.

/** Groups of an IPv6 address that are its network: 64 bits (RFC 4291 section 2.5.4). */
const NETWORK_GROUPS = 4;

/** The network of an IPv6 address, the IPv4 address within one, or `address` itself. */
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

/** The eight groups of an address as URL writes it: hexadecimal throughout. */
function groupsOf(address: string): number[] {
  const [before = [], after = []] = address
    .split("::")
    .map((part) => part.split(":").filter((group) => group !== ""));
  const gap = Array<string>(8 - before.length - after.length).fill("0");
  return [...before, ...gap, ...after].map((group) => Number.parseInt(group, 16));
}
