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
    { children: domains(cleartextHosts) },
  );
  return root([base, named]);
}

const root = (children: readonly XmlElement[]): XmlElement =>
  plainElement("network-security-config", {}, { children });

/**
 * Android has no pattern for subdomains alone: the host itself is among them. It reads no file in which a host is there twice.
 * Those of version 6 have their brackets, by which it is asked for them.
 */
function domains(hosts: readonly string[]): readonly XmlElement[] {
  const names = new Set(hosts.map((host) => host.replace("*.", "")));
  return [...names].map((text) => {
    const includeSubdomains = String(hosts.includes(`*.${text}`));
    return plainElement("domain", { includeSubdomains }, { text });
  });
}
