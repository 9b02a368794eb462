// Collects what an app's launch theme says: its colours, what is shown while the app starts, and whether it is a dark one.
import { must } from "./byte-reader.ts";
import type { DecodedApp } from "./check-app.ts";
import { VALUE_TYPE } from "./chunks.ts";
import type { TypedValue } from "./chunks.ts";
import { isColor, resource } from "./resource-table.ts";
import type { DecodedStyle, DecodedValue } from "./resource-table.ts";

export interface ThemeFacts {
  /** Of the bars, over all API levels, #rrggbb, without repetition. */
  readonly barColors: readonly string[];
  /** Of the bar with the buttons, where dark ones can be had. */
  readonly navigationColors: readonly string[];
  /** Whether signs and buttons on the bars are dark, on every level: above, and below. */
  readonly darkSigns: readonly [status: boolean, navigation: boolean];
  /** Behind a page that is still loading, where the system has a screen of its own for the start. */
  readonly backgroundColors: readonly string[];
  /** Behind the icon while the app starts. */
  readonly splashColors: readonly string[];
  /** Whether it is dark by day, and by night. */
  readonly isDark: readonly [day: boolean, night: boolean];
}

/** All that a theme says. */
const ATTRIBUTE = {
  windowBackground: 0x01010054,
  colorPrimary: 0x01010433,
  colorPrimaryDark: 0x01010434,
  statusBarColor: 0x01010451,
  navigationBarColor: 0x01010452,
  lightStatusBar: 0x010104e0,
  lightNavigationBar: 0x0101056c,
  splashBackground: 0x0101062c,
} as const;

const KNOWN: readonly number[] = Object.values(ATTRIBUTE);
/** What the items of a drawing say. */
const DRAWN = { gravity: 0x010100af, drawable: 0x01010199 } as const;

/** From this API level on the buttons below can be dark. */
const DARK_BUTTONS_SDK = 27;
/** From this API level on the system shows the icon while an app starts. */
const SPLASH_SCREEN_SDK = 31;
/** The levels at which the theme changes. */
const LEVELS = [0, DARK_BUTTONS_SDK, SPLASH_SCREEN_SDK];
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
  const said = styles.flatMap((one) => [...styleOf(one).items.keys()]);
  must(
    said.every((id) => KNOWN.includes(id)),
    "the theme says something that is not known here",
  );
  const late = styles.filter(({ sdk }) => sdk >= SPLASH_SCREEN_SDK);
  const buttoned = styles.filter(({ sdk }) => sdk >= DARK_BUTTONS_SDK);
  const early = styles.filter(({ sdk }) => sdk < SPLASH_SCREEN_SDK);
  const color = (values: readonly DecodedValue[], attribute: number): string[] =>
    values.flatMap((one) => colors(app, styleOf(one).items.get(attribute)));
  return {
    barColors: distinct(
      [ATTRIBUTE.colorPrimary, ATTRIBUTE.colorPrimaryDark, ATTRIBUTE.statusBarColor].flatMap(
        (attribute) => color(styles, attribute),
      ),
    ),
    navigationColors: distinct(color(buttoned, ATTRIBUTE.navigationBarColor)),
    darkSigns: [
      flag(styles, ATTRIBUTE.lightStatusBar),
      flag(buttoned, ATTRIBUTE.lightNavigationBar),
    ],
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

/** Returns what all of them say. */
function flag(styles: readonly DecodedValue[], attribute: number): boolean {
  const values = styles.map((one) => styleOf(one).items.get(attribute));
  must(
    values.every((value) => value?.type === VALUE_TYPE.boolean),
    "the theme does not say whether signs are dark",
  );
  const [first = false, ...others] = distinct(values.map((value) => value?.data !== 0));
  must(others.length === 0, "signs are dark on some levels alone");
  return first;
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
  const drawn = picture?.byId.get(DRAWN.drawable);
  must(drawn?.data === icon?.data, "what is drawn at the start is not the launcher icon");
  must(picture?.byId.get(DRAWN.gravity)?.data === CENTER, "the icon is stretched at the start");
  return colors({ table }, ground.byId.get(DRAWN.drawable));
}

function colors({ table }: Pick<DecodedApp, "table">, value: TypedValue | undefined): string[] {
  const values = resource(table, value);
  must(values.every(isColor), "the theme has something else for a colour");
  return values.map((one) => (one.value?.data ?? 0).toString(16).replace(/^ff/, "#"));
}

const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
