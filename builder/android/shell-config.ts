// Makes assets/config.json, which the Java shell reads when it starts.
import type { ShellConfig } from "../../src/protocol/shell-config.ts";
import type { Settings } from "./settings.ts";

export const SHELL_CONFIG_PATH = "assets/config.json";

/** Returns JSON in UTF-8, whose keys always have the same order. */
export function encodeShellConfig(settings: Settings): Uint8Array {
  const config: ShellConfig = {
    schema: 1,
    url: settings.address,
    hosts: [...settings.hosts],
    custom_tab_hosts: [...settings.customTabHosts],
    cleartext_hosts: shellCleartext(settings),
    custom_scheme: settings.customScheme,
    user_agent_suffix: settings.userAgentSuffix,
    theme_color: settings.themeColor,
    background_color: settings.backgroundColor,
    text_zoom: settings.textZoom,
    pull_to_refresh: settings.pullToRefresh,
    offline_page: settings.offlinePage !== null,
    third_party_cookies: settings.thirdPartyCookies,
    protected_media: settings.protectedMedia,
    fullscreen: settings.fullscreen,
    keep_awake: settings.keepAwake,
    permissions: [...settings.permissions],
    push: settings.push,
  };
  return new TextEncoder().encode(JSON.stringify(config));
}

/** What the shell leaves without TLS: as Android, with `*.` a host the host itself, but never that of an https start page. */
function shellCleartext({ cleartextHosts, url }: Settings): string[] {
  const hosts = cleartextHosts.flatMap((host) => [host, host.replace("*.", "")]);
  return [...new Set(hosts)].filter((host) => url.protocol === "http:" || host !== url.hostname);
}
