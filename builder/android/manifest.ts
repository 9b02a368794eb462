// Makes the manifest tree of an app. Its attributes are described at developer.android.com, "App manifest overview".
import { linkFilters } from "./link-manifest.ts";
import { boolean, element, flags, integer, reference, string } from "./model.ts";
import type { Value, XmlElement } from "./model.ts";
import type { AppPermission } from "../../src/protocol/config-parts.ts";
import { pushComponents, pushFilters, pushPermissions, pushQueries } from "./push-manifest.ts";
import type { Settings } from "./settings.ts";

/** Android 7.0: the oldest release that checks v2 signatures. */
export const MIN_SDK = 24;
/** Android 16, which Google Play requires. */
export const TARGET_SDK = 36;
const COMPILE_SDK = 36;
const COMPILE_SDK_CODENAME = "16";

/** The package of the shell's activity, the same in every app. Only the application id varies. */
export const MAIN_ACTIVITY = "app.slipway.shell.MainActivity";

const LAUNCH_MODE_SINGLE_TASK = 2;
const SOFT_INPUT_ADJUST_RESIZE = 0x10;
const SCREEN_ORIENTATION = { landscape: 0, portrait: 1 } as const;

/**
 * Every change of configuration that an activity can take on itself (AOSP attrs_manifest.xml), with the API level where
 * it isn't as old as Android 7. Restarted for one of them, the app would lose the state of its pages, the windows they
 * opened, and what it was asking. Older releases ignore the later ones.
 */
const CONFIG_CHANGES = [
  0x0001, // mcc
  0x0002, // mnc
  0x0004, // locale
  0x0008, // touchscreen
  0x0010, // keyboard
  0x0020, // keyboardHidden
  0x0040, // navigation
  0x0080, // orientation
  0x0100, // screenLayout
  0x0200, // uiMode
  0x0400, // screenSize
  0x0800, // smallestScreenSize
  0x1000, // density
  0x2000, // layoutDirection
  0x4000, // colorMode: 26
  0x8000, // grammaticalGender: 34
  0x1000_0000, // fontWeightAdjustment: 31
  0x4000_0000, // fontScale
  0x8000_0000, // assetsPaths: 35
].reduce((all, one) => all + one); // `|` would make a negative number of the last

const BASE_PERMISSIONS = ["INTERNET", "ACCESS_NETWORK_STATE"];

/**
 * The permissions and features of each setting. Features are never required, since stores would hide the app from
 * devices without them.
 */
const ABILITIES: Readonly<
  Record<AppPermission, { permissions: readonly string[]; features: readonly string[] }>
> = {
  camera: { permissions: ["CAMERA"], features: ["camera", "camera.autofocus"] },
  microphone: { permissions: ["RECORD_AUDIO", "MODIFY_AUDIO_SETTINGS"], features: ["microphone"] },
  location: {
    permissions: ["ACCESS_COARSE_LOCATION", "ACCESS_FINE_LOCATION"],
    features: ["location", "location.gps", "location.network"],
  },
  notifications: { permissions: ["POST_NOTIFICATIONS"], features: [] },
};

/** The tree of AndroidManifest.xml. */
export function manifestTree(settings: Settings): XmlElement {
  const abilities = settings.permissions.map((name) => ABILITIES[name]);
  const permissions = new Set([
    ...BASE_PERMISSIONS,
    ...abilities.flatMap((one) => one.permissions),
    ...pushPermissions(settings.push),
  ]);
  const features = abilities.flatMap((one) => one.features);
  // A fixed orientation implies a feature that desktops and some tablets do not have.
  if (settings.orientation !== "any") features.push(`screen.${settings.orientation}`);
  const root = element(
    "manifest",
    {
      versionCode: integer(settings.versionCode),
      versionName: string(settings.versionName),
      compileSdkVersion: integer(COMPILE_SDK),
      compileSdkVersionCodename: string(COMPILE_SDK_CODENAME),
    },
    [
      element("uses-sdk", {
        minSdkVersion: integer(MIN_SDK),
        targetSdkVersion: integer(TARGET_SDK),
      }),
      ...Array.from(permissions, (name) =>
        element("uses-permission", { name: string(`android.permission.${name}`) }),
      ),
      ...features.map((name) =>
        element("uses-feature", {
          name: string(`android.hardware.${name}`),
          required: boolean(false),
        }),
      ),
      queries(settings),
      application(settings),
    ],
  );
  const plain = (name: string, value: Value) => ({ android: false, name, value });
  return {
    ...root,
    attributes: [
      ...root.attributes,
      plain("package", string(settings.packageName)),
      plain("platformBuildVersionCode", integer(COMPILE_SDK)),
      plain("platformBuildVersionName", integer(Number(COMPILE_SDK_CODENAME))),
    ],
  };
}

/** Apps that must be visible to the shell: browsers, the dialler, mail, and the camera for uploads. */
function queries(settings: Settings): XmlElement {
  const intent = (action: string, scheme?: string): XmlElement =>
    element("intent", {}, [
      element("action", { name: string(action) }),
      ...(scheme === undefined ? [] : [element("data", { scheme: string(scheme) })]),
    ]);
  return element("queries", {}, [
    intent("android.intent.action.VIEW", "https"),
    intent("android.intent.action.VIEW", "http"),
    intent("android.intent.action.DIAL", "tel"),
    intent("android.intent.action.SENDTO", "mailto"),
    ...(settings.permissions.includes("camera")
      ? [intent("android.media.action.IMAGE_CAPTURE"), intent("android.media.action.VIDEO_CAPTURE")]
      : []),
    ...pushQueries(settings.push),
  ]);
}

function application(settings: Settings): XmlElement {
  return element(
    "application",
    {
      theme: reference("style/AppTheme"),
      label: reference("string/app_name"),
      icon: reference("mipmap/ic_launcher"),
      roundIcon: reference("mipmap/ic_launcher"),
      // No other app's activity gets into our task, as one could that has the same affinity.
      taskAffinity: string(""),
      ...(settings.debuggable ? { debuggable: boolean(true) } : {}),
      // The WebView's storage has the session cookies of the site, which must not get into cloud backups. From Android
      // 12 on, a transfer to the user's next device may include them.
      allowBackup: boolean(false),
      hardwareAccelerated: boolean(true),
      supportsRtl: boolean(true),
      networkSecurityConfig: reference("xml/network_security_config"),
      enableOnBackInvokedCallback: boolean(true),
    },
    [mainActivity(settings), ...pushComponents(settings.push)],
  );
}

function mainActivity(settings: Settings): XmlElement {
  const { orientation, shortName, shortcuts } = settings;
  return element(
    "activity",
    {
      theme: reference("style/AppTheme"),
      // Launchers show the activity's label; settings and the share sheet the application's.
      ...(shortName === null ? {} : { label: reference("string/app_short_name") }),
      name: string(MAIN_ACTIVITY),
      exported: boolean(true),
      launchMode: integer(LAUNCH_MODE_SINGLE_TASK),
      ...(orientation === "any"
        ? {}
        : { screenOrientation: integer(SCREEN_ORIENTATION[orientation]) }),
      configChanges: flags(CONFIG_CHANGES),
      windowSoftInputMode: flags(SOFT_INPUT_ADJUST_RESIZE),
    },
    [
      element("intent-filter", {}, [
        element("action", { name: string("android.intent.action.MAIN") }),
        element("category", { name: string("android.intent.category.LAUNCHER") }),
      ]),
      ...linkFilters(settings),
      ...pushFilters(settings),
      ...(shortcuts.length === 0
        ? []
        : [
            element("meta-data", {
              name: string("android.app.shortcuts"),
              resource: reference("xml/shortcuts"),
            }),
          ]),
    ],
  );
}
