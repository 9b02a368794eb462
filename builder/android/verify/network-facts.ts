// Collects what Android reads of an app's network security configuration (AOSP frameworks/base, XmlConfigSource).
import type { DecodedElement } from "./binary-xml.ts";
import { must } from "./byte-reader.ts";
import type { DecodedApp } from "./check-app.ts";
import { VALUE_TYPE } from "./chunks.ts";
import type { TypedValue } from "./chunks.ts";
import { resource } from "./resource-table.ts";

export interface NetworkFacts {
  /** Hosts that may be reached without TLS; `*.` and a host for one and all below it. Sorted. */
  readonly cleartextHosts: readonly string[];
  /** Whose certificates count. */
  readonly trusted: readonly string[];
}

const CLEARTEXT = "cleartextTrafficPermitted";

/** Returns the facts. Throws MalformedApp where there is no such file, or something in it that is not known here. */
export function networkFacts(
  { table, files, decodeXml }: Pick<DecodedApp, "table" | "files" | "decodeXml">,
  reference: TypedValue | undefined,
): NetworkFacts {
  const [file, ...others] = resource(table, reference);
  const bytes = files.get(file?.value?.text ?? "");
  must(bytes !== undefined && others.length === 0, "the network configuration is not one file");
  const root = decodeXml(bytes);
  must(root.name === "network-security-config", "the network configuration is something else");
  const [base, domains, ...more] = root.children;
  must(base?.name === "base-config" && more.length === 0, "it has not one base, and domains");
  must(!flag(base, CLEARTEXT), "every host may be reached without TLS");
  return { cleartextHosts: hostsIn(domains), trusted: trusted(base) };
}

function hostsIn(domains: DecodedElement | undefined): readonly string[] {
  if (domains === undefined) return [];
  const isKnown = domains.name === "domain-config" && flag(domains, CLEARTEXT);
  must(isKnown, "a configuration of domains is not for cleartext");
  const names = new Set(domains.children.map(({ text }) => text));
  must(names.size === domains.children.length, "a domain is there twice");
  return domains.children
    .map((one) => {
      must(one.name === "domain" && one.text !== "", "a domain has no name");
      return `${flag(one, "includeSubdomains") ? "*." : ""}${one.text}`;
    })
    .toSorted();
}

function trusted({ children }: DecodedElement): readonly string[] {
  const [anchors, ...others] = children;
  if (anchors === undefined) return ["system"];
  must(anchors.name === "trust-anchors" && others.length === 0, "its anchors are something else");
  return anchors.children.map((one) => {
    must(one.name === "certificates", "an anchor is no certificates");
    return one.byName.get("src")?.text ?? "";
  });
}

/** In place of a text, Android takes its default: that http is allowed, and that a host stands for itself alone. */
function flag({ byName }: DecodedElement, name: string): boolean {
  const value = byName.get(name);
  must(value?.type === VALUE_TYPE.boolean, `${name} is neither true nor false`);
  return value.data !== 0;
}
