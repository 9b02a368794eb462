// Makes the network security configuration (developer.android.com, "Network security configuration"): TLS everywhere but at the
// hosts that are named, and the certificates that count.
import { plainElement } from "./model.ts";
import type { XmlElement } from "./model.ts";
import type { Settings } from "./settings.ts";

/** Without anchors, the system's own certificates count, and none that a person installed. */
export function networkConfig({ cleartextHosts, trustUserCas }: Settings): XmlElement {
  const certificates = ["system", "user"].map((src) => plainElement("certificates", { src }));
  const anchors = trustUserCas
    ? [plainElement("trust-anchors", {}, { children: certificates })]
    : [];
  const base = plainElement(
    "base-config",
    { cleartextTrafficPermitted: "false" },
    { children: anchors },
  );
  if (cleartextHosts.length === 0) return root([base]);
  const named = plainElement(
    "domain-config",
    { cleartextTrafficPermitted: "true" },
    { children: cleartextHosts.map(domain) },
  );
  return root([base, named]);
}

const root = (children: readonly XmlElement[]): XmlElement =>
  plainElement("network-security-config", {}, { children });

/** Android has no pattern for subdomains alone: the host itself is among them. */
function domain(host: string): XmlElement {
  const below = host.startsWith("*.");
  // Addresses of version 6 are compared without their brackets.
  const text = host.slice(below ? 2 : 0).replaceAll(/[[\]]/g, "");
  return plainElement("domain", { includeSubdomains: String(below) }, { text });
}
