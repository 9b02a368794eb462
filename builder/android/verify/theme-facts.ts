// Collects what an app's launch theme says: its colours, what is shown while the app starts, and whether it is a dark one.
import { must } from "./byte-reader.ts";
import type { DecodedApp } from "./check-app.ts";
import type { TypedValue } from "./chunks.ts";
import { isColor, resource } from "./resource-table.ts";
import type { DecodedStyle, DecodedValue } from "./resource-table.ts";

export interface ThemeFacts {
  /** Of the bars, over all API levels, #rrggbb, without repetition. */
  readonly barColors: readonly string[];
  /** Behind a page that is still loading, where the system has a screen of its own for the start. */
  readonly backgroundColors: readonly string[];
  /** Behind the icon while the app starts. */
  readonly splashColors: readonly string[];
  /** Whether it is dark by day, and by night. */
  readonly isDark: readonly [day: boolean, night: boolean];
}

const ATTRIBUTE = {
  windowBackground: 0x01010054,
  gravity: 0x010100af,
  drawable: 0x01010199,
  statusBarColor: 0x01010451,
  splashBackground: 0x0101062c,
} as const;

/** From this API level on the system shows the icon while an app starts. */
const SPLASH_SCREEN_SDK = 31;
/** The levels at which the theme changes. */
const LEVELS = [0, 27, SPLASH_SCREEN_SDK];
/** Theme.Material.NoActionBar, and its light form. */
const PARENTS = new Map([
  [0x0103022e, true],
  [0x01030241, false],
]);
/** Gravity.CENTER. */
const CENTER = 0x11;

/**
 * Returns the facts. Throws MalformedApp for a theme that lacks one.
 * @param reference the theme of the activity that the launcher starts
 * @param icon the launcher icon
 */
export function themeFacts(
  app: DecodedApp,
  reference: TypedValue | undefined,
  icon: TypedValue | undefined,
): ThemeFacts {
  const styles = resource(app.table, reference);
  const byNight = styles.filter(({ night }) => night);
  const byDay = styles.filter(({ night }) => !night);
  for (const mode of [byDay, byNight]) {
    const levels = mode.map(({ sdk }) => sdk).join();
    must(mode.length === 0 || levels === LEVELS.join(), "a theme is not there for every level");
  }
  const late = styles.filter(({ sdk }) => sdk >= SPLASH_SCREEN_SDK);
  const early = styles.filter(({ sdk }) => sdk < SPLASH_SCREEN_SDK);
  const color = (values: readonly DecodedValue[], attribute: number): string[] =>
    values.flatMap((one) => colors(app, styleOf(one).items.get(attribute)));
  return {
    barColors: distinct(color(styles, ATTRIBUTE.statusBarColor)),
    backgroundColors: distinct(color(late, ATTRIBUTE.windowBackground)),
    splashColors: distinct([
      ...color(late, ATTRIBUTE.splashBackground),
      ...early.flatMap((one) => drawnSplash(app, one, icon)),
    ]),
    isDark: [isDark(byDay), isDark(byNight.length === 0 ? byDay : byNight)],
  };
}

function styleOf({ style }: DecodedValue): DecodedStyle {
  must(style !== null, "the theme is no style");
  return style;
}

function isDark(styles: readonly DecodedValue[]): boolean {
  const [first, ...others] = distinct(styles.map((one) => PARENTS.get(styleOf(one).parent)));
  must(first !== undefined && others.length === 0, "the theme builds on another");
  return first;
}

/** Returns the colours of the drawing before Android 12: the launcher icon in the middle of one. */
function drawnSplash(
  { table, files, decodeXml }: DecodedApp,
  value: DecodedValue,
  icon: TypedValue | undefined,
): readonly string[] {
  const [file, ...more] = resource(table, styleOf(value).items.get(ATTRIBUTE.windowBackground));
  const bytes = files.get(file?.value?.text ?? "");
  must(bytes !== undefined && more.length === 0, "what is drawn at the start is not one file");
  const { name, children } = decodeXml(bytes);
  const [ground, picture, ...others] = children;
  const isKnown = name === "layer-list" && ground !== undefined && others.length === 0;
  must(isKnown, "what is drawn at the start is not a colour and a picture");
  const drawn = picture?.byId.get(ATTRIBUTE.drawable);
  must(drawn?.data === icon?.data, "what is drawn at the start is not the launcher icon");
  must(picture?.byId.get(ATTRIBUTE.gravity)?.data === CENTER, "the icon is stretched at the start");
  return colors({ table }, ground.byId.get(ATTRIBUTE.drawable));
}

function colors({ table }: Pick<DecodedApp, "table">, value: TypedValue | undefined): string[] {
  const values = resource(table, value);
  must(values.every(isColor), "the theme has something else for a colour");
  return values.map((one) => (one.value?.data ?? 0).toString(16).replace(/^ff/, "#"));
}

const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
