// Whether an app's shortcuts lead to pages of its own website, each to another: what a schema of one field can't see. The shell
// opens no other page (MainActivity.java), since any app may send it an address.
import type { AppConfig } from "../../protocol/config.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";

/** Whether an address is on the host of the app's page, with or without `www.`: both open inside the app. */
export function isOnHostOf(appUrl: URL, address: string): boolean {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return url.username === "" && url.password === "" && bare(url) === bare(appUrl);
}

const bare = ({ hostname }: URL): string => hostname.replace(/^www\./, "").replace(/\.$/, "");

/** Refuses `invalid` for a shortcut to another website, or to the page of one before it. */
export function checkShortcuts(appUrl: string, { shortcuts }: Pick<AppConfig, "shortcuts">): void {
  const site = URL.parse(appUrl);
  for (const [at, { url }] of (shortcuts ?? []).entries()) {
    const path = ["config", "shortcuts", at, "url"];
    if (site === null || !isOnHostOf(site, url)) {
      const host = site?.hostname ?? "which has none";
      refuse(invalidField(path, `must be on the host of the app's url, ${host}`));
    }
    if (shortcuts?.slice(0, at).some((before) => before.url === url) === true) {
      refuse(invalidField(path, "must not be the same as that of another shortcut"));
    }
  }
}
