// The icon of an app on a page, as builders make it: its own picture on the app's background, which shows where that is
// transparent, or the letter on a colour that they draw for an app without one.
import { sha256Hex } from "../../kit/crypto.ts";
import type { AppConfig } from "../../protocol/config.ts";
import { isLight } from "../../protocol/color.ts";
import { drawnColor, drawnLetter } from "../../protocol/drawn-icon.ts";

/** What builders put behind a picture where the app has no background of its own. */
const WHITE = "#ffffff";

/** What an icon is drawn from. */
export interface IconFacts {
  /** The path of the app's own icon; null for none. */
  src: string | null;
  name: string;
  /** What is behind the picture or the letter, as #rrggbb. */
  color: string;
  /** What is behind a picture of the app, as #rrggbb. */
  behind: string;
  /** Whether that is the owner's choice, and not to be replaced by one that contrasts. */
  isGiven: boolean;
}

/** Returns what the icon of an app is drawn from. `src` is the path of its own, or null. */
export async function iconFacts(
  {
    name,
    config,
  }: {
    name: string;
    config: Pick<AppConfig, "theme_color" | "background_color" | "icon_background">;
  },
  src: string | null,
): Promise<IconFacts> {
  const given = config.icon_background;
  const isGiven = given !== undefined;
  const behind = given ?? config.background_color ?? WHITE;
  if (src !== null) return { src, name, color: behind, behind, isGiven };
  const digest = await sha256Hex(name);
  const color = given ?? config.theme_color ?? drawnColor(Number.parseInt(digest.slice(0, 2), 16));
  return { src, name, color, behind, isGiven };
}

/** What is in the square of an icon, in units of 64: a picture, or the letter. */
export const IconDrawing = ({
  src,
  name,
  color,
  ink = isLight(color) ? "#000" : "#fff",
}: IconFacts & { ink?: string }) => (
  <>
    <rect width="64" height="64" fill={color} />
    {src === null ? (
      <text x="32" y="44" font-size="34" font-weight="600" text-anchor="middle" fill={ink}>
        {drawnLetter(name)?.toUpperCase() ?? ""}
      </text>
    ) : (
      <image href={src} width="64" height="64" data-picture />
    )}
  </>
);

/** The icon, `side` pixels wide and high. */
export const AppIcon = ({ side = 64, ...facts }: IconFacts & { side?: number }) => (
  <svg class="appicon" width={side} height={side} viewBox="0 0 64 64" aria-hidden="true">
    <IconDrawing {...facts} />
  </svg>
);
