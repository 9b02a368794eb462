// Makes the resource table of an app: its name, colours, launch theme and icons, that of its notifications, and its
// shortcuts.
import { isLight } from "../../src/protocol/color.ts";
import type { IconSet } from "./icons/icon-set.ts";
import { MAIN_ACTIVITY } from "./manifest.ts";
import { boolean, color, element, reference, string } from "./model.ts";
import type { Configuration, ConfiguredValue, Density, ResourceType, Style } from "./model.ts";
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
    ...(settings.push === null ? [] : [notificationIcon(icons)]),
    ...(settings.shortcuts.length === 0 ? [] : [shortcutList(settings)]),
  ];
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
function shortcutList({ packageName, shortcuts }: Settings): ResourceType {
  const root = element(
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
  const file: ConfiguredValue = {
    configuration: {},
    value: { kind: "xml-file", path: "res/xml/shortcuts.xml", root },
  };
  return { name: "xml", entries: [{ name: "shortcuts", values: [file] }] };
}

/** The shell finds it by its name. It comes behind those that every app has, so that their ids are the same in all. */
function notificationIcon(icons: IconSet): ResourceType {
  const values = bitmaps("ic_notification", icons.notification, "drawable");
  return { name: "drawable", entries: [{ name: "ic_notification", values }] };
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
 * Makes the theme for each API level. Later ones repeat the earlier, since a device uses only one of them. They are the
 * same by day and night: it depends on the owner's background whether the theme is light or dark.
 */
function themes(settings: Settings): ConfiguredValue[] {
  const parent = isLight(settings.backgroundColor)
    ? "android:style/Theme.Material.Light.NoActionBar"
    : "android:style/Theme.Material.NoActionBar";
  const background = reference("color/app_background");
  const theme = reference("color/app_theme");
  const base: Style["items"] = [
    { attribute: "windowBackground", value: background },
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
  const splash: Style["items"] = [
    ...navigation,
    { attribute: "windowSplashScreenBackground", value: background },
  ];
  const style = (configuration: Configuration, items: Style["items"]): ConfiguredValue => ({
    configuration,
    value: { kind: "style", parent, items },
  });
  return [
    style({}, base),
    style({ sdk: LIGHT_NAVIGATION_BAR_SDK }, navigation),
    style({ sdk: SPLASH_SCREEN_SDK }, splash),
  ];
}
