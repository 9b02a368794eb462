// Makes the resource table of an app: its name, colours, launch theme and icons, and that of its notifications.
import { isLight } from "../../src/protocol/color.ts";
import type { IconSet } from "./icons/icon-set.ts";
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
    { name: "string", entries: [{ name: "app_name", values: everywhere(string(settings.name)) }] },
    { name: "style", entries: [{ name: "AppTheme", values: themes(settings) }] },
    ...(settings.push === null ? [] : [notificationIcon(icons)]),
  ];
}

/** The shell finds it by its name. It comes last, so that the ids of the others are the same in every app. */
function notificationIcon(icons: IconSet): ResourceType {
  const values = bitmaps("ic_notification", icons.notification, "drawable");
  return { name: "drawable", entries: [{ name: "ic_notification", values }] };
}

function bitmaps(name: string, images: IconSet["legacy"], type = "mipmap"): ConfiguredValue[] {
  return images.map(({ density, png }) => ({
    configuration: { density },
    value: {
      kind: "file",
      path: `res/${type}-${DENSITY_NAMES[density]}/${name}.png`,
      bytes: png,
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
