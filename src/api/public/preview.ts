// Tells a request of a person from one that only looks ahead: a browser that fetches a page before it is wanted, and a
// service that makes the preview of a link. What only looks is no click.

/**
 * The headers by which a request says what it is for: the standard (Fetch, `Sec-Purpose`), and those that browsers sent
 * before it: Chrome `Purpose`, Firefox `X-Moz`, Safari and Facebook's app `X-Purpose`.
 */
const PURPOSE_HEADERS = ["sec-purpose", "purpose", "x-purpose", "x-moz"] as const;
/** Purposes of a request that nobody has asked for yet. */
const AHEAD = new Set(["prefetch", "prerender", "preview"]);

/** Most characters of a User-Agent that are read: every service names itself in the first hundred. */
const MAX_USER_AGENT = 1000;

/**
 * How services that fetch a link for others call themselves, with the name of the kind that most have: `Discordbot/2.0`,
 * `Linespider`, `SkypeUriPreview`. CUBOT makes phones, and others name theirs ROBOT. iMessage calls itself facebookexternalhit, Signal WhatsApp.
 */
const KINDS = /(?<!cu|android[^)]*(?<![a-z])ro)bot(?![a-z])|crawler|spider|preview|unfurl/i;
/** A service says by `+http` who runs it; no browser does. */
const RUN_BY = /\+https?:/i;
/** Those that name no kind: from github.com/monperrus/crawler-user-agents, which of them make previews or search. */
const NAMES = new RegExp(
  [
    "facebookexternalhit",
    "facebookcatalog",
    "Facebot",
    "meta-external",
    "WhatsApp",
    "^Viber",
    "vkShare",
    "kakaotalk-scrap",
    "line-poker",
    "SteamChatURLLookup",
    "Slack-ImgProxy",
    "Embedly",
    "Iframely",
    "OpenGraph\\.io",
    "Cardyb",
    "Mastodon",
    "Pleroma",
    "Misskey",
    "Friendica",
    "Lemmy",
    "Synapse",
    "Onebox",
    "FlipboardProxy",
    "YahooMailProxy",
    "GoogleImageProxy",
    "GoogleOther",
    "Google-",
    "PlayStore-Google",
    "FastmailUA",
    "TwilioProxy",
    "APIs-Google",
    "Mediapartners-Google",
    "Slurp",
    "^Tumblr/",
    "XING-contenttabreceiver",
    "LarkUrl2Html",
    "HeadlessChrome",
    "ia_archiver",
    "PocketParser",
    "Qwantify",
  ].join("|"),
  "i",
);

/**
 * Whether `request` says that it was made before anybody asked for it. A report says it where the page that sends it was
 * fetched ahead. No service that fetches links sends reports, so a report is judged by this alone: an app's own client may
 * call itself as it likes.
 */
export function isAhead({ headers }: Pick<Request, "headers">): boolean {
  // A header may list several, as `prefetch;prerender` and `prefetch;anonymous-client-ip` do.
  const purposes = PURPOSE_HEADERS.flatMap((name) => (headers.get(name) ?? "").split(/[;,\s]+/));
  return purposes.some((purpose) => AHEAD.has(purpose.toLowerCase()));
}

/** Whether who follows a link by `request` only looks ahead, and so is led on like any other and counts nothing. */
export function isPreview({ method, headers }: Request): boolean {
  if (method === "HEAD" || isAhead({ headers })) return true;
  const agent = (headers.get("user-agent") ?? "").slice(0, MAX_USER_AGENT);
  return KINDS.test(agent) || RUN_BY.test(agent) || NAMES.test(agent);
}
