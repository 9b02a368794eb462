// Makes the resource table of an app: its name, colours, launch theme and icons, that of its notifications, and its
// shortcuts.
import { isLight } from "../../src/protocol/color.ts";
import type { IconSet } from "./icons/icon-set.ts";
import { MAIN_ACTIVITY } from "./manifest.ts";
import { boolean, color, element, flags, reference, string } from "./model.ts";
import type {
  Configuration,
  ConfiguredValue,
  Density,
  ResourceType,
  Style,
  XmlElement,
} from "./model.ts";
import { networkConfig } from "./network-config.ts";
import type { Settings } from "./settings.ts";

/** The folder name of each density. */
const DENSITY_NAMES = {
  160: "mdpi",
  240: "hdpi",
  320: "xhdpi",
  480: "xxhdpi",
  640: "xxxhdpi",
} as const satisfies Record<Exclude<Density, "any">, string>;

/** Adaptive icons exist since Android 8. */
const ADAPTIVE_ICON_SDK = 26;
/** Dark buttons on a light navigation bar exist since Android 8.1. */
const LIGHT_NAVIGATION_BAR_SDK = 27;
/** The system draws the splash screen from Android 12 on. */
const SPLASH_SCREEN_SDK = 31;

/** The themes of the framework that ours build on. */
const LIGHT_THEME = "android:style/Theme.Material.Light.NoActionBar";
const DARK_THEME = "android:style/Theme.Material.NoActionBar";
/** Of Gravity. */
const CENTER = 0x11;

/** The types in the order of their ids. */
export function resourceTable(settings: Settings, icons: IconSet): readonly ResourceType[] {
  const everywhere = (value: ConfiguredValue["value"]): ConfiguredValue[] => [
    { configuration: {}, value },
  ];
  return [
    {
      name: "color",
      entries: [
        { name: "app_background", values: everywhere(color(settings.backgroundColor)) },
        { name: "app_theme", values: everywhere(color(settings.themeColor)) },
        { name: "ic_launcher_background", values: everywhere(color(icons.background)) },
        { name: "app_splash", values: everywhere(color(settings.splashColor)) },
      ],
    },
    {
      name: "mipmap",
      entries: [
        {
          name: "ic_launcher",
          values: [...bitmaps("ic_launcher", icons.legacy), adaptiveIcon()],
        },
        {
          name: "ic_launcher_foreground",
          values: bitmaps("ic_launcher_foreground", icons.foreground),
        },
        {
          name: "ic_launcher_monochrome",
          values: bitmaps("ic_launcher_monochrome", icons.monochrome),
        },
      ],
    },
    {
      name: "string",
      entries: texts(settings).map(([name, text]) => ({ name, values: everywhere(string(text)) })),
    },
    { name: "style", entries: [{ name: "AppTheme", values: themes(settings) }] },
    { name: "xml", entries: xmlFiles(settings) },
    {
      name: "drawable",
      entries: [splash(), ...(settings.push === null ? [] : [notificationIcon(icons)])],
    },
  ];
}

/** What the manifest refers to. That which not every app has comes last. */
function xmlFiles(settings: Settings): ResourceType["entries"] {
  const file = (name: string, root: XmlElement) => ({
    name,
    values: [xmlFile("xml", name, root)],
  });
  return [
    file("network_security_config", networkConfig(settings)),
    ...(settings.shortcuts.length === 0 ? [] : [file("shortcuts", shortcutList(settings))]),
  ];
}

const xmlFile = (type: string, name: string, root: XmlElement): ConfiguredValue => ({
  configuration: {},
  value: { kind: "xml-file", path: `res/${type}/${name}.xml`, root },
});

/** What Android draws before version 12 while the app starts: the icon on a colour, as later versions do by themselves. */
function splash(): ResourceType["entries"][number] {
  const root = element("layer-list", {}, [
    element("item", { drawable: reference("color/app_splash") }),
    element("item", { drawable: reference("mipmap/ic_launcher"), gravity: flags(CENTER) }),
  ]);
  return { name: "splash", values: [xmlFile("drawable", "splash", root)] };
}

/** The strings, by their names. Those that not every app has come last, so that the others' ids are the same in all. */
function texts({ name, shortName, shortcuts }: Settings): readonly (readonly [string, string])[] {
  return [
    ["app_name", name],
    ...(shortName === null ? [] : [["app_short_name", shortName] as const]),
    ...shortcuts.flatMap((one, at) => [
      [`shortcut_${at}`, one.name] as const,
      [`shortcut_${at}_short`, one.shortName] as const,
    ]),
  ];
}

/**
 * The file that the launch activity's meta-data names (developer.android.com, "Create shortcuts"). Labels must be
 * references, and nothing else may be one. A shortcut that was put on the home screen lives by its id: an address, so that
 * it never becomes another's when the owner sorts them anew.
 */
function shortcutList({ packageName, shortcuts }: Settings): XmlElement {
  return element(
    "shortcuts",
    {},
    shortcuts.map(({ url }, at) =>
      element(
        "shortcut",
        {
          shortcutId: string(url),
          shortcutShortLabel: reference(`string/shortcut_${at}_short`),
          shortcutLongLabel: reference(`string/shortcut_${at}`),
          // Without one, launchers show a picture of Android's.
          icon: reference("mipmap/ic_launcher"),
        },
        [
          element("intent", {
            action: string("android.intent.action.VIEW"),
            targetPackage: string(packageName),
            targetClass: string(MAIN_ACTIVITY),
            data: string(url),
          }),
        ],
      ),
    ),
  );
}

/** The shell finds it by its name. It comes behind those that every app has, so that their ids are the same in all. */
function notificationIcon(icons: IconSet): ResourceType["entries"][number] {
  return {
    name: "ic_notification",
    values: bitmaps("ic_notification", icons.notification, "drawable"),
  };
}

function bitmaps(name: string, images: IconSet["legacy"], type = "mipmap"): ConfiguredValue[] {
  return images.map(({ density, webp }) => ({
    configuration: { density },
    value: {
      kind: "file",
      path: `res/${type}-${DENSITY_NAMES[density]}/${name}.webp`,
      bytes: webp,
    },
  }));
}

function adaptiveIcon(): ConfiguredValue {
  const layer = (name: string, drawable: string) =>
    element(name, { drawable: reference(drawable) });
  return {
    configuration: { density: "any", sdk: ADAPTIVE_ICON_SDK },
    value: {
      kind: "xml-file",
      path: `res/mipmap-anydpi-v${ADAPTIVE_ICON_SDK}/ic_launcher.xml`,
      root: element("adaptive-icon", {}, [
        layer("background", "color/ic_launcher_background"),
        layer("foreground", "mipmap/ic_launcher_foreground"),
        layer("monochrome", "mipmap/ic_launcher_monochrome"),
      ]),
    },
  };
}

/**
 * Makes the theme for each API level, by day and, where it follows the system, by night. Later ones repeat the earlier, since a
 * device uses only one of them. What pages are told of dark colours is whether the theme is a light one (developer.android.com,
 * "Darken web content in WebView").
 */
function themes(settings: Settings): ConfiguredValue[] {
  const day = settings.theme === "dark" ? DARK_THEME : LIGHT_THEME;
  const night = settings.theme === "system" ? themesOf(settings, DARK_THEME, { night: true }) : [];
  return [...themesOf(settings, day, {}), ...night];
}

function themesOf(settings: Settings, parent: string, mode: Configuration): ConfiguredValue[] {
  const background = reference("color/app_background");
  const theme = reference("color/app_theme");
  const base: Style["items"] = [
    { attribute: "windowBackground", value: reference("drawable/splash") },
    { attribute: "colorPrimary", value: theme },
    { attribute: "colorPrimaryDark", value: theme },
    { attribute: "statusBarColor", value: theme },
    { attribute: "windowLightStatusBar", value: boolean(isLight(settings.themeColor)) },
  ];
  // Below that level the bar stays black, since its white buttons would be invisible on a light one.
  const navigation: Style["items"] = [
    ...base,
    { attribute: "navigationBarColor", value: background },
    { attribute: "windowLightNavigationBar", value: boolean(isLight(settings.backgroundColor)) },
  ];
  const splashScreen: Style["items"] = [
    ...navigation.slice(1),
    { attribute: "windowBackground", value: background },
    { attribute: "windowSplashScreenBackground", value: reference("color/app_splash") },
  ];
  const style = (configuration: Configuration, items: Style["items"]): ConfiguredValue => ({
    configuration: { ...mode, ...configuration },
    value: { kind: "style", parent, items },
  });
  return [
    style({}, base),
    style({ sdk: LIGHT_NAVIGATION_BAR_SDK }, navigation),
    style({ sdk: SPLASH_SCREEN_SDK }, splashScreen),
  ];
}
