// The icon of an app on a page: its own, or the letter on a colour that builders draw for an app without one.
import { isLight } from "../../protocol/color.ts";
import { drawnLetter } from "../../protocol/drawn-icon.ts";

/** Pixels on each side. */
const SIDE = 64;

/** `src` is the path of the app's own icon, or null; `color` that of the letter's tile, as #rrggbb. */
export const AppIcon = ({
  src,
  name,
  color,
}: {
  src: string | null;
  name: string;
  color: string;
}) =>
  src === null ? (
    <svg class="appicon" width={SIDE} height={SIDE} viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" fill={color} />
      <text x="32" y="44" fill={isLight(color) ? "#000" : "#fff"}>
        {drawnLetter(name)?.toUpperCase() ?? ""}
      </text>
    </svg>
  ) : (
    <img class="appicon" src={src} width={SIDE} height={SIDE} alt="" />
  );
