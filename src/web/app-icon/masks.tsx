// An icon as phones show it: cut by each maker's mask, in one colour by themed launchers, and whole with its safe zone. As
// builders do, the picture is in the middle 66 of 108 units, which no mask cuts but at its corners (Android, adaptive icons).
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

/** Everything that can be seen of an icon, before a mask cuts it. */
const Whole = ({ icon }: { icon: IconFacts }) => (
  <g data-whole data-behind={icon.behind}>
    <rect width="108" height="108" fill={icon.color} data-ground />
    <g transform="translate(21 21) scale(1.03125)" data-drawing>
      <IconDrawing {...icon} />
    </g>
  </g>
);

/** The icon with what no mask cuts. */
export const SafeZone = ({ icon }: { icon: IconFacts }) => (
  <figure>
    <svg
      class="safe"
      viewBox="0 0 108 108"
      role="img"
      aria-label="The icon with its safe zone: a circle of 66 of 108 units is never cut"
    >
      <Whole icon={icon} />
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

export const Masks = ({ icon }: { icon: IconFacts }) => (
  <div class="launchers" role="group" aria-label="On different phones">
    {MASKS.map(({ name, shape }, at) => (
      <figure>
        <svg viewBox="14 14 80 80" role="img" aria-label={`Icon cut as ${name.toLowerCase()}`}>
          <clipPath id={`mask-${at}`}>{shape}</clipPath>
          <g clip-path={`url(#mask-${at})`}>
            <Whole icon={icon} />
          </g>
        </svg>
        <figcaption>{name}</figcaption>
      </figure>
    ))}
    <Themed icon={icon} />
  </div>
);

/** The tint and the ground of a themed launcher; the person chooses others. */
const TINT = "#1d4a58";
const GROUND = "#d5e6ea";

/** The shape in one colour. Of a picture the script finds it, as builders do; without a script it is not shown. */
const Themed = ({ icon }: { icon: IconFacts }) => (
  <figure data-themed hidden={icon.src !== null}>
    <svg
      viewBox="14 14 80 80"
      role="img"
      aria-label="Icon in one colour, as themed launchers show it"
    >
      <circle cx="54" cy="54" r="36" fill={GROUND} />
      <g transform="translate(21 21) scale(1.03125)" data-shape data-tint={TINT}>
        {icon.src === null && <IconDrawing {...icon} color="none" ink={TINT} />}
      </g>
    </svg>
    <figcaption>Themed</figcaption>
  </figure>
);
