// Keys as they are pasted: all that is one key becomes one text.
import { expect, test } from "vitest";
import { canonicalPem } from "../../../../src/kit/push/pem.ts";
import { isSigningKey } from "../../../../src/kit/push/signing-key.ts";
import { ecPem, rsaPem } from "../../../support/keys.ts";

/** The ways in which keys are pasted, by their names. */
const PASTED: Record<string, (pem: string) => string> = {
  "as it is": (pem) => pem,
  "with CRLF": (pem) => pem.replaceAll("\n", "\r\n"),
  "with CR": (pem) => pem.replaceAll("\n", "\r"),
  "with written out \\n": (pem) => pem.replaceAll("\n", "\\n"),
  "with written out \\r\\n": (pem) => pem.replaceAll("\n", "\\r\\n"),
  "escaped twice": (pem) => pem.replaceAll("\n", "\\\\n"),
  "without a last line end": (pem) => pem.trimEnd(),
  "with spaces around it": (pem) => `\uFEFF  \n${pem}\n\t `,
  "with spaces before its lines": (pem) => pem.replaceAll("\n", "\n    "),
  "with spaces for line ends": (pem) => pem.replaceAll("\n", " "),
  "in one line": (pem) => pem.replaceAll(/(?<=[^-])\n(?=[^-])/g, ""),
  "without any line end": (pem) => pem.replaceAll("\n", ""),
  "in quotes, as JSON": (pem) => JSON.stringify(pem),
  "in quotes, with a comma": (pem) => `${JSON.stringify(pem)},`,
  "in single quotes": (pem) => `'${pem}'`,
  "with written out \\u000a": (pem) => pem.replaceAll("\n", "\\u000a"),
  "with + as \\u002b": (pem) => pem.replaceAll("+", "\\u002B"),
  "with lines that a backslash continues": (pem) => pem.replaceAll("\n", "\\\n"),
  "with lines that a backslash continues, and CRLF": (pem) => pem.replaceAll("\n", "\\\r\n"),
  "as the line of the key file": (pem) => `  "private_key": ${JSON.stringify(pem)},`,
  "as the key file": (pem) => JSON.stringify({ type: "service_account", private_key: pem }),
  "as a line of an environment file": (pem) => `APNS_KEY=${JSON.stringify(pem)}`,
  "after openssl's Bag Attributes": (pem) =>
    `Bag Attributes\n    friendlyName: x\nKey Attributes: <No Attributes>\n${pem}`,
  "with what nobody sees": (pem) => `\u200B${pem.replaceAll("\n", "\u200B\n")}\u2060`,
  "with a text after it": (pem) => `${pem}\nthat was it`,
  "with escaped slashes": (pem) => pem.replaceAll("/", "\\/").replaceAll("=", "\\u003d"),
};

test.each(Object.entries(PASTED))("a key pasted %s is the key", async (_way, paste) => {
  for (const [pem, algorithm] of [
    [await ecPem(), "ES256"],
    [await rsaPem(), "RS256"],
  ] as const) {
    const kept = canonicalPem(paste(pem)) ?? "";
    expect(kept).toBe(canonicalPem(pem));
    expect(canonicalPem(kept)).toBe(kept);
    expect(kept).toMatch(
      /^-----BEGIN PRIVATE KEY-----\n(.{64}\n)*.{1,64}\n-----END PRIVATE KEY-----\n$/,
    );
    expect(await isSigningKey(kept, algorithm)).toBe(true);
  }
});

test.each([
  "",
  "nonsense",
  "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
  "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----\nAAAA",
  "-----BEGIN PRIVATE KEY-----\nAA!A\n-----END PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----\nAAAA\nmore\u0000\n-----END PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".repeat(2),
])("%j is none", (text) => {
  expect(canonicalPem(text)).toBeNull();
});
