// The controls of an app's design: one for each field that updateApp takes, by the field's path. A test walks the schema of
// `config` and fails for a field without one.
import { MAX_OFFLINE_PAGE, MAX_TEXT_ZOOM, MIN_TEXT_ZOOM } from "../../protocol/config.ts";
import {
  MAX_PUSH_PROMPT,
  MAX_SHORTCUT_NAME,
  MAX_SHORTCUT_SHORT_NAME,
  MAX_SHORTCUTS,
  MAX_SHORT_NAME,
} from "../../protocol/config-parts.ts";
import { figure } from "../parts/words.ts";
import type { Control, Group } from "./control-type.ts";
import { CONNECTIONS, LINKS } from "./link-controls.ts";

export const GROUPS: readonly Group[] = [
  {
    title: "Name and address",
    controls: [
      {
        kind: "text",
        path: "name",
        label: "Name",
        help: "Shown under the icon. Launchers cut after about 12 letters.",
        maxLength: 100,
        follows: "name",
      },
      {
        kind: "text",
        path: "config.short_name",
        label: "Short name",
        help: "Shown under the icon in place of a name that launchers would cut. Empty: the name.",
        isOptional: true,
        maxLength: MAX_SHORT_NAME,
      },
      {
        kind: "text",
        path: "url",
        label: "Web address",
        help: "The page the app opens. It must be https for cameras, location and notifications.",
        type: "url",
        maxLength: 2000,
      },
      {
        kind: "text",
        path: "package_name",
        label: "Package name",
        help: "The app's id on phones and in stores. Under another one it is another app: nobody's is updated.",
        isCode: true,
        maxLength: 200,
      },
      {
        kind: "text",
        path: "version_name",
        label: "Version",
        help: "As people see it.",
        maxLength: 100,
      },
      {
        kind: "text",
        path: "version_code",
        label: "Version code",
        help: "As Android compares it. It can't be lowered.",
        type: "number",
      },
      {
        kind: "text",
        path: "play_signing_sha256",
        label: "Google Play's certificate",
        help: "The SHA-256 from the Play Console's page on app signing, with or without colons. Links to your site then open the app that Play delivers.",
        isOptional: true,
        isCode: true,
      },
    ],
  },
  {
    title: "Colours",
    controls: [
      {
        kind: "color",
        path: "config.theme_color",
        label: "Theme",
        help: "The bars around the page, and the drawn icon. Empty: white, and for the icon a colour made from the name.",
        follows: "theme",
      },
      {
        kind: "color",
        path: "config.background_color",
        label: "Background",
        help: "Seen while the first page loads, and behind a transparent icon. Empty: white.",
        follows: "background",
      },
      {
        kind: "color",
        path: "config.icon_background",
        label: "Behind the icon",
        help: "Behind the icon's figure. Empty: the background, or another colour on which the figure can be seen.",
        follows: "icon",
      },
      {
        kind: "color",
        path: "config.splash_color",
        label: "At start",
        help: "The screen with the icon while the app starts. Empty: the background.",
        follows: "splash",
      },
    ],
  },
  {
    title: "Behaviour",
    controls: [
      {
        kind: "choice",
        path: "config.orientation",
        label: "Orientation",
        help: "How the screen may turn. A video in full screen may turn all the same, and so may the app on tablets from Android 16 on.",
        options: [
          { value: "any", label: "Any" },
          { value: "portrait", label: "Portrait" },
          { value: "landscape", label: "Landscape" },
        ],
      },
      {
        kind: "choice",
        path: "config.theme",
        label: "Light or dark",
        help: "Which colours pages are asked for, where they have both: those that the phone is set to, or always the same. Before Android 10 always light ones.",
        options: [
          { value: "system", label: "As the phone" },
          { value: "light", label: "Light" },
          { value: "dark", label: "Dark" },
        ],
      },
      {
        kind: "text",
        path: "config.text_zoom",
        label: "Size of text, per cent",
        help: `From ${MIN_TEXT_ZOOM} to ${MAX_TEXT_ZOOM}. Empty: as large as the person set it on the phone, which is best for those who see badly.`,
        type: "number",
        isOptional: true,
        range: [MIN_TEXT_ZOOM, MAX_TEXT_ZOOM],
        placeholder: "100",
      },
      {
        kind: "switch",
        path: "config.fullscreen",
        label: "Full screen",
        help: "Hides the system's bars. For games and kiosks.",
        follows: "fullscreen",
      },
      {
        kind: "switch",
        path: "config.keep_awake",
        label: "Keep the screen awake",
        help: "While the app is in front.",
      },
      {
        kind: "switch",
        path: "config.pull_to_refresh",
        label: "Pull to refresh",
        help: "Pulling a page down from its top loads it again.",
      },
      {
        kind: "shortcuts",
        path: "config.shortcuts",
        label: "Shortcuts",
        help: `Pages of the site that people open by holding the icon, at most ${MAX_SHORTCUTS}. One a line: the address, a name of up to ${MAX_SHORTCUT_NAME} letters, and perhaps, behind a bar |, one of up to ${MAX_SHORTCUT_SHORT_NAME} for where there is less room.`,
        placeholder: "https://example.com/orders Your orders | Orders",
      },
      {
        kind: "page",
        path: "config.offline_page",
        label: "Page without a network",
        help: `HTML of at most ${figure(MAX_OFFLINE_PAGE)} characters that is shown when a page can't be reached. Its styles and pictures must be in it. A link to slipway:retry tries again. Empty: a sentence and a button.`,
        placeholder: '<h1>No network</h1> <a href="slipway:retry">Try again</a>',
      },
    ],
  },
  {
    title: "What pages may ask for",
    controls: [
      {
        kind: "switches",
        path: "config.permissions",
        label: "What pages may ask for",
        help: "Whoever uses the app is asked when a page first wants it.",
        options: [
          { value: "camera", label: "Camera", help: "Photos and video calls." },
          { value: "microphone", label: "Microphone", help: "Voice and video calls." },
          { value: "location", label: "Location", help: "Only while the app is open." },
          {
            value: "notifications",
            label: "Notifications",
            help: "Asked for once someone uses the app.",
          },
        ],
      },
      {
        kind: "switch",
        path: "config.protected_media",
        label: "Protected media",
        help: "Films and music with copy protection. Pages then learn what identifies the phone.",
      },
      {
        kind: "switch",
        path: "config.third_party_cookies",
        label: "Cookies of other sites",
        help: "Sites that a page embeds may keep cookies. Sign-ins and payments in a frame need them.",
        isOnUnlessSaid: true,
      },
    ],
  },
  {
    title: "Push",
    controls: [
      {
        kind: "switch",
        path: "config.push.enabled",
        label: "Receive pushes",
        help: "The app registers, and can be sent to. It needs the keys of the page Web push before it is built.",
      },
      {
        kind: "switch",
        path: "config.push.play_services",
        label: "By Google Play services",
        help: "On phones that have them, without a project at Google. They save battery.",
        isOnUnlessSaid: true,
      },
      {
        kind: "switch",
        path: "config.push.poll",
        label: "Ask every 15 minutes",
        help: "Where nothing carries pushes to the phone. Messages then come late, but they come.",
      },
      {
        kind: "sentence",
        path: "config.push.prompt",
        label: "Before the question",
        help: "A sentence at the first start, before the phone asks whether the app may notify. Empty: it asks when a page needs it.",
        maxLength: MAX_PUSH_PROMPT,
      },
    ],
  },
  LINKS,
  CONNECTIONS,
];

export const CONTROLS: readonly Control[] = GROUPS.flatMap(({ controls }) => controls);
