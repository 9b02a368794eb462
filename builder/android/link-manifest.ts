// Makes the filters of the activity for links that lead into the app: those of the start page's host and of the hosts that the
// owner names (developer.android.com, "Add intent filters for App Links"), and those of the app's own scheme.
import { boolean, element, string } from "./model.ts";
import type { Value, XmlElement } from "./model.ts";
import { isNamed } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** The filters. Android has no form for an address of version 6. */
export function linkFilters({ url, returnHosts, customScheme }: Settings): readonly XmlElement[] {
  const own = { scheme: url.protocol.slice(0, -1), host: url.hostname, port: url.port };
  const hosts = [own, ...returnHosts.map((host) => ({ scheme: "https", host, port: "" }))];
  return [
    ...hosts
      .filter(({ host }) => !host.startsWith("["))
      .map(({ scheme, host, port }) =>
        filter(
          {
            scheme: string(scheme),
            host: string(host),
            ...(port === "" ? {} : { port: string(port) }),
          },
          // No address can be verified.
          isNamed(host) ? { autoVerify: boolean(true) } : {},
        ),
      ),
    ...(customScheme === null ? [] : [filter({ scheme: string(customScheme) })]),
  ];
}

function filter(
  address: Readonly<Record<string, Value>>,
  attributes: Readonly<Record<string, Value>> = {},
): XmlElement {
  const named = (kind: "action" | "category", name: string): XmlElement =>
    element(kind, { name: string(`android.intent.${kind}.${name}`) });
  return element("intent-filter", attributes, [
    named("action", "VIEW"),
    named("category", "DEFAULT"),
    named("category", "BROWSABLE"),
    element("data", address),
  ]);
}
