// The mark on pages for everybody: with the name beside it, on its tile, and as a file.
import { Mark } from "./parts/mark.tsx";

/** The hull on its ways, with the name beside it. */
export const Brand = ({ size }: { size: number }) => (
  <span class="brand">
    <Mark size={size} />
    Slipway
  </span>
);

/** The mark on its tile, as an app's icon. */
export const TileIcon = () => (
  <svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" fill="#0b3d49" />
    <g transform="translate(5 4.5) scale(.92)">
      <path fill="#fff" d="M1 2.6 23 7l-3.8 6.6L2.8 10.3z" />
      <path
        fill="#e0663a"
        d="M2.8 10.3l16.4 3.3-1.1 2a3.5 3.5 0 0 1-3.7 1.7L6.2 15.7a4.2 4.2 0 0 1-3.2-3.5z"
      />
      <path
        fill="none"
        stroke="#fff"
        stroke-width="1.9"
        stroke-linecap="round"
        d="M1.2 18.1l21.6 4.4"
      />
    </g>
  </svg>
);

/** The mark as a file, for the browser's tab. */
export const MARK_SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b3d49"/>' +
  '<g transform="translate(5 4.5) scale(.92)"><path fill="#fff" d="M1 2.6 23 7l-3.8 6.6L2.8 10.3z"/>' +
  '<path fill="#e0663a" d="M2.8 10.3l16.4 3.3-1.1 2a3.5 3.5 0 0 1-3.7 1.7L6.2 15.7a4.2 4.2 0 0 1-3.2-3.5z"/>' +
  '<path fill="none" stroke="#fff" stroke-width="1.9" stroke-linecap="round" d="M1.2 18.1l21.6 4.4"/></g></svg>';
