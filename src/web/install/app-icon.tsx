// The icon of an app on a page, as builders make it: its own picture on the app's background, which shows where that is
// transparent, or the letter on a colour that they draw for an app without one.
import { isLight } from "../../protocol/color.ts";
import { drawnLetter } from "../../protocol/drawn-icon.ts";

/** Pixels on each side. */
const SIDE = 64;

/** `src` is the path of the app's own icon, or null; `color` what is behind it or the letter, as #rrggbb. */
export const AppIcon = ({
  src,
  name,
  color,
}: {
  src: string | null;
  name: string;
  color: string;
}) => (
  <svg class="appicon" width={SIDE} height={SIDE} viewBox="0 0 64 64" aria-hidden="true">
    <rect width="64" height="64" fill={color} />
    {src === null ? (
      <text x="32" y="44" fill={isLight(color) ? "#000" : "#fff"}>
        {drawnLetter(name)?.toUpperCase() ?? ""}
      </text>
    ) : (
      <image href={src} width="64" height="64" />
    )}
  </svg>
);
