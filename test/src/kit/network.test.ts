// The network by which rate limits count an address.
import { expect, test } from "vitest";
import { networkOf } from "../../../src/kit/network.ts";

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:1:2::1", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:db8:0:0:1::", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::ffff:c000:207", "192.0.2.7"],
  ["local", "local"],
  ["no:address", "no:address"],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
