// The controls of where links lead, and of how sites are reached.
import { MAX_SCHEME, MAX_USER_AGENT_SUFFIX } from "../../protocol/config.ts";
import { MAX_HOSTS, MAX_OTHER_HOSTS } from "../../protocol/hosts.ts";
import type { Group } from "./control-type.ts";

export const LINKS: Group = {
  title: "Links",
  controls: [
    {
      kind: "lines",
      path: "config.allowed_hosts",
      label: "Open inside the app",
      help: `Hosts besides the site's own, one a line, at most ${MAX_HOSTS}. Links to all others open in the browser. *. stands for all subdomains; a path behind a host means that part of its site. Pages of a whole host may do in the app what those of the site may.`,
      placeholder: "*.example.com\npartner.example/shop/*",
    },
    {
      kind: "lines",
      path: "config.custom_tab_hosts",
      label: "Open in a tab of the browser",
      help: `Hosts of sign-ins that refuse apps, as Google's does, one a line, at most ${MAX_OTHER_HOSTS}; a path behind a host means that part of its site. The tab lies above the app and has the browser's cookies, not the app's.`,
      placeholder: "accounts.google.com",
    },
    {
      kind: "lines",
      path: "config.return_hosts",
      label: "Come back into the app",
      help: `Hosts besides the site's own whose links open the app, as at the end of a sign-in, one a line, at most ${MAX_OTHER_HOSTS}. Each must serve the file /.well-known/assetlinks.json, which the page Distribution has.`,
      placeholder: "login.example.com",
    },
    {
      kind: "text",
      path: "config.custom_scheme",
      label: "Scheme of links",
      help: "With the scheme example, example://orders/5 opens /orders/5 of the site in the app. Other apps can have the same one: for sign-ins, hosts are safer.",
      isOptional: true,
      isCode: true,
      maxLength: MAX_SCHEME,
      placeholder: "example",
    },
    {
      kind: "text",
      path: "config.user_agent_suffix",
      label: "Added to the user agent",
      help: "So that your server can tell the app from a browser.",
      isOptional: true,
      isCode: true,
      maxLength: MAX_USER_AGENT_SUFFIX,
      placeholder: "MyApp/1",
    },
  ],
};

export const CONNECTIONS: Group = {
  title: "Connections",
  controls: [
    {
      kind: "lines",
      path: "config.cleartext_hosts",
      label: "Without encryption",
      help: `Hosts that may be reached by http, one a line, at most ${MAX_OTHER_HOSTS}; *. stands for a host and all below it. Pages by https still can't embed them. Anybody in between can read and change what they send.`,
      placeholder: "printer.example.com",
    },
    {
      kind: "switch",
      path: "config.trust_user_cas",
      label: "Trust the phone's own certificates",
      help: "Those that its owner installed, as companies do for sites of their own. Whoever installed one can read along.",
    },
  ],
};
