// A phone with an app on it, drawn from the app's settings: a stand-in for the site, which is not known here.
import { isLight } from "../../protocol/color.ts";

/** What is drawn of a site: lines of text and pictures, in units of the screen. */
const BLOCKS = [
  { x: 20, y: 128, width: 320, height: 150, rx: 14 },
  { x: 20, y: 300, width: 190, height: 16, rx: 8 },
  { x: 20, y: 328, width: 280, height: 12, rx: 6 },
  { x: 20, y: 350, width: 240, height: 12, rx: 6 },
  { x: 20, y: 386, width: 152, height: 108, rx: 12 },
  { x: 188, y: 386, width: 152, height: 108, rx: 12 },
  { x: 20, y: 508, width: 110, height: 12, rx: 6 },
  { x: 188, y: 508, width: 90, height: 12, rx: 6 },
  { x: 20, y: 544, width: 320, height: 96, rx: 12 },
];

/** The system's bars above and below, which the app gives the theme's colour. It has none of its own. */
const BARS = "M0 0h360v48h-360zM0 716h360v24h-360z";

export interface PhoneProps {
  name: string;
  /** As #rrggbb. */
  theme: string;
  background: string;
  isFullscreen?: boolean;
  label: string;
}

/** The phone. What follows the fields of a form says so in `data-text` and `data-fill`. */
export const Phone = ({ name, theme, background, isFullscreen = false, label }: PhoneProps) => {
  const onTheme = isLight(theme) ? "#000" : "#fff";
  const onBackground = isLight(background) ? "#000" : "#fff";
  return (
    <div class="phone">
      <svg viewBox="0 0 360 740" role="img" aria-label={label} font-family="inherit">
        <rect width="360" height="740" fill={background} data-fill="background" />
        <g fill={onBackground} fill-opacity=".1" data-on="background">
          {BLOCKS.map((block) => (
            <rect {...block} />
          ))}
        </g>
        <text
          x="20"
          y="100"
          font-size="22"
          font-weight="700"
          fill={onBackground}
          data-on="background"
          data-text="name"
        >
          {name}
        </text>
        <g data-hidden="fullscreen" display={isFullscreen ? "none" : undefined}>
          <path d={BARS} fill={theme} data-fill="theme" />
          <g fill={onTheme} data-on="theme">
            <text x="30" y="31" font-size="15" font-weight="600">
              14:20
            </text>
            <rect x="286" y="19" width="17" height="12" rx="2" />
            <rect x="309" y="19" width="24" height="12" rx="3" />
            <rect x="120" y="726" width="120" height="4" rx="2" />
          </g>
        </g>
      </svg>
    </div>
  );
};
