// The config of an app: what its owner sets besides name and URL. The API validates it, and the builder turns it into the
// APK's manifest, resources and assets/config.json.
import { z } from "zod";
import {
  AppPermission,
  Color,
  MAX_SHORTCUTS,
  MAX_SHORT_NAME,
  PushConfig,
  Shortcut,
  label,
} from "./config-parts.ts";
import { Host, HostPattern, MAX_HOSTS, MAX_OTHER_HOSTS, SitePattern, hostList } from "./hosts.ts";

/** Longest user-agent suffix, characters: some servers refuse request headers above 8 KiB. */
export const MAX_USER_AGENT_SUFFIX = 200;
/** Text smaller or larger than that, per cent, can't be read or doesn't fit: what Android's settings offer ends at 200. */
export const MIN_TEXT_ZOOM = 50;
export const MAX_TEXT_ZOOM = 200;
/** Longest offline page, characters: an APK has 150 KB, of which a page of so many takes 11 in Chinese. */
export const MAX_OFFLINE_PAGE = 5_000;

/** A scheme of links (RFC 3986, section 3.1), and its longest form, characters. */
const SCHEME = /^[a-z][a-z0-9+.-]*$/;
export const MAX_SCHEME = 50;
/** Schemes that mean something to phones, browsers or this app, so that none may be an app's own. */
const RESERVED_SCHEMES = new Set(
  (
    "about android-app android.resource blob chrome content data devtools file filesystem ftp geo http https intent jar " +
    "javascript mailto market mms mmsto package res resource sip slipway slipway-tap sms smsto tel unifiedpush view-source voicemail vbscript ws wss"
  ).split(" "),
);

/** The config that an owner may give. All fields are optional, and unknown ones are refused. */
export const AppConfig = z.strictObject({
  short_name: label(MAX_SHORT_NAME).optional().meta({
    description:
      "The name below the icon, where the app's name is longer than launchers show. Where not said: the name.",
    example: "Example",
  }),
  theme_color: Color.optional().meta({
    description: "The colour of the bars around the page, as #rrggbb.",
    example: "#3366ff",
  }),
  background_color: Color.optional().meta({
    description: "The colour behind a page that is still loading, as #rrggbb.",
  }),
  icon_background: Color.optional().meta({
    description:
      "The colour behind the icon's figure, as #rrggbb; where not said, one is chosen that contrasts with it.",
  }),
  splash_color: Color.optional().meta({
    description:
      "The colour of the screen while the app starts, as #rrggbb. Where not said: `background_color`.",
  }),
  theme: z
    .enum(["system", "light", "dark"])
    .optional()
    .meta({
      description:
        "Whether pages are told that dark colours are preferred: as the system says, or always the same (from Android 10 on). Where " +
        "not said: `system`.",
    }),
  text_zoom: z.int().min(MIN_TEXT_ZOOM).max(MAX_TEXT_ZOOM).optional().meta({
    description:
      "The size of text, in per cent of what pages say. Where not said: as the system's settings have it.",
    example: 100,
  }),
  orientation: z
    .enum(["any", "portrait", "landscape"])
    .optional()
    .meta({ description: "How the screen may turn." }),
  allowed_hosts: hostList(SitePattern, MAX_HOSTS)
    .optional()
    .meta({
      description:
        "Hosts whose pages open inside the app, besides its own; others open in the browser. `*.` stands for " +
        "all subdomains. A path behind a host means that part of its site alone, and a `*` at its end all that begins so.",
      example: ["*.example.com", "partner.example/shop/*"],
    }),
  custom_tab_hosts: hostList(SitePattern, MAX_OTHER_HOSTS)
    .optional()
    .meta({
      description:
        "Hosts whose pages open in a tab of the browser above the app: sign-ins that refuse WebViews, as Google's does.",
      example: ["accounts.google.com"],
    }),
  return_hosts: hostList(Host, MAX_OTHER_HOSTS)
    .optional()
    .meta({
      description:
        "Hosts besides the app's own whose links lead into the app, as the end of a sign-in in the browser. Each needs " +
        "`/.well-known/assetlinks.json`.",
      example: ["login.example.com"],
    }),
  custom_scheme: z
    .string()
    .trim()
    .toLowerCase()
    .max(MAX_SCHEME)
    .regex(SCHEME, "must be letters, digits, `.`, `+` and `-`, beginning with a letter")
    .refine((scheme) => !RESERVED_SCHEMES.has(scheme), {
      message: "must not be a scheme that others own",
    })
    .optional()
    .meta({
      description:
        "A scheme whose links open the app: `example://orders/5` opens `/orders/5` of its site.",
      example: "example",
    }),
  cleartext_hosts: hostList(HostPattern, MAX_OTHER_HOSTS)
    .optional()
    .meta({
      description:
        "Hosts that may be reached without TLS, by http. The app's own may be where its `url` begins with http.",
      example: ["printer.example.com"],
    }),
  trust_user_cas: z.boolean().optional().meta({
    description: "Whether certificates count that the phone's owner installed, as companies do.",
  }),
  third_party_cookies: z.boolean().optional().meta({
    description:
      "Whether sites that a page embeds may keep cookies. Where not said: true, as a sign-in in a frame needs it.",
  }),
  user_agent_suffix: z
    .string()
    .max(MAX_USER_AGENT_SUFFIX)
    .regex(/^[\x20-\x7e]*$/, "must hold printable ASCII characters only")
    .optional()
    .meta({
      description: "What is added to the User-Agent of the app's requests, in printable ASCII.",
    }),
  permissions: z
    .array(AppPermission)
    .max(AppPermission.options.length)
    .optional()
    .meta({
      description: "Features of the device that pages may use.",
      example: ["notifications"],
    }),
  fullscreen: z.boolean().optional().meta({ description: "Whether the system's bars are hidden." }),
  keep_awake: z
    .boolean()
    .optional()
    .meta({ description: "Whether the screen stays on while the app is in front." }),
  pull_to_refresh: z.boolean().optional().meta({
    description: "Whether pulling a page down from its top loads it again.",
  }),
  protected_media: z.boolean().optional().meta({
    description:
      "Whether pages may play media that is protected by the device (DRM), which tells them what identifies it.",
  }),
  offline_page: z
    .string()
    .max(MAX_OFFLINE_PAGE)
    .refine((html) => /^[^\p{Cs}]*$/u.test(html) && html.trim() !== "", {
      message: "must be a page in HTML",
    })
    .optional()
    .meta({
      description:
        "HTML that is shown in place of a page that can't be reached. What it needs must be in it; a link to `slipway:retry` tries again.",
      example: '<h1>No network</h1><a href="slipway:retry">Try again</a>',
    }),
  shortcuts: z.array(Shortcut).max(MAX_SHORTCUTS).optional().meta({
    description:
      "Pages that people open from the app's icon, by holding it: the first is nearest to the icon.",
  }),
  push: PushConfig.optional().meta({ description: "Whether and how the app receives pushes." }),
});
export type AppConfig = z.infer<typeof AppConfig>;

/** The field, which null removes. */
function removable<Field extends z.ZodType>(field: Field) {
  const { description = "", ...meta } = field.meta() ?? {};
  const says = `${description.replace(/\.$/, "")}; null removes it.`;
  return field.nullable().meta({ ...meta, description: says });
}

/** Changes to the config: absent fields stay, and null removes one. */
export const AppConfigChanges = z.strictObject({
  short_name: removable(AppConfig.shape.short_name),
  theme_color: removable(AppConfig.shape.theme_color),
  background_color: removable(AppConfig.shape.background_color),
  icon_background: removable(AppConfig.shape.icon_background),
  splash_color: removable(AppConfig.shape.splash_color),
  theme: removable(AppConfig.shape.theme),
  text_zoom: removable(AppConfig.shape.text_zoom),
  orientation: removable(AppConfig.shape.orientation),
  allowed_hosts: removable(AppConfig.shape.allowed_hosts),
  custom_tab_hosts: removable(AppConfig.shape.custom_tab_hosts),
  return_hosts: removable(AppConfig.shape.return_hosts),
  custom_scheme: removable(AppConfig.shape.custom_scheme),
  cleartext_hosts: removable(AppConfig.shape.cleartext_hosts),
  trust_user_cas: removable(AppConfig.shape.trust_user_cas),
  third_party_cookies: removable(AppConfig.shape.third_party_cookies),
  user_agent_suffix: removable(AppConfig.shape.user_agent_suffix),
  permissions: removable(AppConfig.shape.permissions),
  fullscreen: removable(AppConfig.shape.fullscreen),
  keep_awake: removable(AppConfig.shape.keep_awake),
  pull_to_refresh: removable(AppConfig.shape.pull_to_refresh),
  protected_media: removable(AppConfig.shape.protected_media),
  offline_page: removable(AppConfig.shape.offline_page),
  shortcuts: removable(AppConfig.shape.shortcuts),
  push: removable(AppConfig.shape.push),
});
