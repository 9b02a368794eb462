// The resource ids of the public attributes and styles of Android's framework that are used here. Android guarantees
// that they never change (AOSP frameworks/base, core/res/res/values/public*.xml).

/** Resource ids of attributes in the `android` namespace. */
const ATTRIBUTES: Readonly<Record<string, number>> = {
  theme: 0x01010000,
  label: 0x01010001,
  icon: 0x01010002,
  name: 0x01010003,
  permission: 0x01010006,
  debuggable: 0x0101000f,
  exported: 0x01010010,
  taskAffinity: 0x01010012,
  launchMode: 0x0101001d,
  screenOrientation: 0x0101001e,
  configChanges: 0x0101001f,
  targetPackage: 0x01010021,
  resource: 0x01010025,
  scheme: 0x01010027,
  host: 0x01010028,
  port: 0x01010029,
  pathPrefix: 0x0101002b,
  action: 0x0101002d,
  data: 0x0101002e,
  targetClass: 0x0101002f,
  windowBackground: 0x01010054,
  gravity: 0x010100af,
  drawable: 0x01010199,
  minSdkVersion: 0x0101020c,
  versionCode: 0x0101021b,
  versionName: 0x0101021c,
  windowSoftInputMode: 0x0101022b,
  targetSdkVersion: 0x01010270,
  allowBackup: 0x01010280,
  required: 0x0101028e,
  hardwareAccelerated: 0x010102d3,
  supportsRtl: 0x010103af,
  sspPrefix: 0x010103e4,
  colorPrimary: 0x01010433,
  colorPrimaryDark: 0x01010434,
  statusBarColor: 0x01010451,
  navigationBarColor: 0x01010452,
  windowLightStatusBar: 0x010104e0,
  autoVerify: 0x010104ee,
  networkSecurityConfig: 0x01010527,
  shortcutId: 0x01010528,
  shortcutShortLabel: 0x01010529,
  shortcutLongLabel: 0x0101052a,
  roundIcon: 0x0101052c,
  windowLightNavigationBar: 0x0101056c,
  compileSdkVersion: 0x01010572,
  compileSdkVersionCodename: 0x01010573,
  windowSplashScreenBackground: 0x0101062c,
  enableOnBackInvokedCallback: 0x0101066c,
};

const STYLES: Readonly<Record<string, number>> = {
  "Theme.Material.NoActionBar": 0x0103022e,
  "Theme.Material.Light.NoActionBar": 0x01030241,
};

/** Returns the id of an attribute such as "label". Throws for attributes that are not in the table. */
export function attributeId(name: string): number {
  const id = ATTRIBUTES[name];
  if (id === undefined) throw new Error(`no id is known for the attribute android:${name}`);
  return id;
}

/** The id of a framework resource such as "style/Theme.Material.NoActionBar". */
export function frameworkId(name: string): number {
  const id = name.startsWith("style/") ? STYLES[name.slice("style/".length)] : undefined;
  if (id === undefined) throw new Error(`no id is known for the resource android:${name}`);
  return id;
}

/** Every attribute of the table with its id, for the check against Android's own list. */
export const KNOWN_ATTRIBUTES = Object.entries(ATTRIBUTES);
