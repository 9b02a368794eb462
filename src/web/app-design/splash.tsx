// What a phone shows while the app starts: the icon on the background, as Android draws it.
import { IconDrawing, type IconFacts } from "../parts/app-icon.tsx";

export const Splash = ({
  icon,
  made,
  background,
  name,
}: {
  icon: IconFacts;
  /** The colour behind the drawn icon where none is set. */
  made: string;
  background: string;
  name: string;
}) => (
  <div class="launchers">
    <figure>
      <svg viewBox="0 0 72 148" role="img" aria-label={`What is shown while ${name} starts`}>
        <clipPath id="splash-screen">
          <rect width="72" height="148" rx="8" />
        </clipPath>
        <clipPath id="splash-icon">
          <circle cx="32" cy="32" r="32" />
        </clipPath>
        <g clip-path="url(#splash-screen)">
          <rect width="72" height="148" fill={background} data-fill="splash" />
          <g
            transform="translate(22 60) scale(.4375)"
            clip-path="url(#splash-icon)"
            data-drawn={icon.src === null ? made : undefined}
            data-pictured={icon.src === null ? undefined : ""}
          >
            <IconDrawing {...icon} />
          </g>
        </g>
        <rect
          x=".5"
          y=".5"
          width="71"
          height="147"
          rx="8"
          fill="none"
          stroke="currentColor"
          stroke-opacity=".3"
        />
      </svg>
      <figcaption>At start</figcaption>
    </figure>
  </div>
);
