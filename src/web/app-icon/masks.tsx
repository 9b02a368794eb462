// An icon as phones show it: cut by each maker's mask, in one colour by themed launchers, and whole with its safe zone. A picture
// is in the middle 66 of 108 units, which no mask cuts but at its corners (Android, adaptive icons); where the script runs, it
// places the picture as builders do, by what it shows. Layers of the owner's own are as they are.
import type { Child } from "hono/jsx";
import { IconDrawing, type IconFacts } from "../parts/app-icon.tsx";

const MASKS: readonly { name: string; shape: Child }[] = [
  { name: "Circle", shape: <circle cx="54" cy="54" r="36" /> },
  {
    name: "Squircle",
    shape: <path d="M54 18C84 18 90 24 90 54S84 90 54 90 18 84 18 54 24 18 54 18z" />,
  },
  { name: "Rounded", shape: <rect x="18" y="18" width="72" height="72" rx="18" /> },
  { name: "Square", shape: <rect x="18" y="18" width="72" height="72" rx="5" /> },
];

/** The paths of the layers of the owner's own; null for none. */
export interface Layers {
  foreground: string | null;
  monochrome: string | null;
}

interface Shown {
  icon: IconFacts;
  layers: Layers;
}

/** Everything that can be seen of an icon, before a mask cuts it. */
const Whole = ({ icon, layers: { foreground } }: Shown) => (
  <g data-whole data-behind={icon.behind} data-given={icon.isGiven}>
    <rect
      width="108"
      height="108"
      fill={foreground === null ? icon.color : icon.behind}
      data-ground
    />
    {foreground === null ? (
      <g transform="translate(21 21) scale(1.03125)" data-drawing>
        <IconDrawing {...icon} />
      </g>
    ) : (
      <image href={foreground} width="108" height="108" data-layer />
    )}
  </g>
);

/** The icon with what no mask cuts. */
const SafeZone = (shown: Shown) => (
  <figure>
    <svg
      class="safe"
      viewBox="0 0 108 108"
      role="img"
      aria-label="The icon with its safe zone: a circle of 66 of 108 units is never cut"
    >
      <Whole {...shown} />
      <path
        fill="#0006"
        fill-rule="evenodd"
        d="M0 0h108v108H0zM54 21a33 33 0 1 0 0 66 33 33 0 0 0 0-66z"
      />
      <circle
        cx="54"
        cy="54"
        r="33"
        fill="none"
        stroke="#fff"
        stroke-width=".8"
        stroke-dasharray="2.5 2"
      />
    </svg>
  </figure>
);

const Masks = (shown: Shown) => (
  <div class="launchers" role="group" aria-label="On different phones">
    {MASKS.map(({ name, shape }, at) => (
      <figure>
        <svg viewBox="14 14 80 80" role="img" aria-label={`Icon cut as ${name.toLowerCase()}`}>
          <clipPath id={`mask-${at}`}>{shape}</clipPath>
          <g clip-path={`url(#mask-${at})`}>
            <Whole {...shown} />
          </g>
        </svg>
        <figcaption>{name}</figcaption>
      </figure>
    ))}
    <Themed {...shown} />
  </div>
);

/** The tint and the ground of a themed launcher; the person chooses others. */
const TINT = "#1d4a58";
const GROUND = "#d5e6ea";

/** The shape in one colour. Of a picture the script finds it, as builders do; without a script it is not shown. */
const Themed = ({ icon, layers: { foreground, monochrome } }: Shown) => {
  const isDrawn = icon.src === null && foreground === null;
  return (
    <figure data-themed hidden={!isDrawn && monochrome === null}>
      <svg
        viewBox="14 14 80 80"
        role="img"
        aria-label="Icon in one colour, as themed launchers show it"
      >
        <circle cx="54" cy="54" r="36" fill={GROUND} />
        {monochrome === null ? (
          <g transform="translate(21 21) scale(1.03125)" data-shape data-tint={TINT}>
            {isDrawn && <IconDrawing {...icon} color="none" ink={TINT} />}
          </g>
        ) : (
          <>
            <mask id="mask-own" mask-type="alpha">
              <image href={monochrome} width="108" height="108" data-own />
            </mask>
            <clipPath id="mask-themed">
              <circle cx="54" cy="54" r="36" />
            </clipPath>
            <g clip-path="url(#mask-themed)">
              <rect width="108" height="108" fill={TINT} mask="url(#mask-own)" />
            </g>
          </>
        )}
      </svg>
      <figcaption>Themed</figcaption>
    </figure>
  );
};

/** The card that shows the icon. */
export const Seen = ({ icon, layers }: Shown) => (
  <section class="card" aria-labelledby="seen-h">
    <header>
      <h2 id="seen-h">As phones show it</h2>
      <span class="muted small">{saysFrom(icon.src, layers)}</span>
    </header>
    <div class="card-body stack">
      <div class="install">
        <SafeZone icon={icon} layers={layers} />
        <div class="stack stack--s">
          <p>
            Each maker of phones cuts icons to a shape of its own. What is inside the dashed circle
            is never cut.
          </p>
          <p class="muted small">{saysHow(icon.src, layers)}</p>
        </div>
      </div>
      <Masks icon={icon} layers={layers} />
    </div>
  </section>
);

/** Where the icon that is shown comes from. */
function saysFrom(src: string | null, { foreground }: Layers): string {
  if (foreground !== null) return "Your foreground layer";
  return src === null ? "Drawn from the name" : "Your picture";
}

/** How it is placed. */
function saysHow(src: string | null, { foreground }: Layers): string {
  if (foreground !== null) return "The layer is shown as it is, on the background colour.";
  return src === null
    ? "The letter stands on the colour that is chosen below, or the theme's, or one made from the name."
    : "A picture that fills its square fills the whole shape. A logo on nothing is made to fit into the circle, on the background colour.";
}
