// Small pictures of the pages: the mark, and icons on a grid of 16 px.
import type { Child } from "hono/jsx";

/** The hull on its ways, with the name beside it. */
export const Brand = ({ size }: { size: number }) => (
  <span class="brand">
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path fill="currentColor" d="M1 2.6 23 7l-3.8 6.6L2.8 10.3z" />
      <path
        class="hull"
        d="M2.8 10.3l16.4 3.3-1.1 2a3.5 3.5 0 0 1-3.7 1.7L6.2 15.7a4.2 4.2 0 0 1-3.2-3.5z"
      />
      <path
        fill="none"
        stroke="currentColor"
        stroke-width="1.9"
        stroke-linecap="round"
        d="M1.2 18.1l21.6 4.4"
      />
    </svg>
    Slipway
  </span>
);

/** Its size and how it is drawn do not hang on the style sheet: without one it would fill the page. */
const Icon = ({ children }: { children: Child }) => (
  <svg
    class="i"
    width="16"
    height="16"
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    aria-hidden="true"
  >
    {children}
  </svg>
);

export const DownloadIcon = () => (
  <Icon>
    <path d="M8 2.25V10M4.75 6.75 8 10l3.25-3.25M2.5 13.75h11" />
  </Icon>
);

export const InfoIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="5.75" />
    <path d="M8 7.5V11M8 5.25v.01" />
  </Icon>
);

export const PersonIcon = () => (
  <Icon>
    <circle cx="8" cy="5.25" r="2.75" />
    <path d="M2.75 14c.4-2.9 2.4-4.25 5.25-4.25s4.85 1.35 5.25 4.25" />
  </Icon>
);

export const PhoneIcon = () => (
  <Icon>
    <rect x="4.25" y="1.75" width="7.5" height="12.5" rx="1.5" />
    <path d="M7 12h2" />
  </Icon>
);

export const BoxIcon = () => (
  <Icon>
    <path d="M8 1.75 13.5 4.9v6.2L8 14.25 2.5 11.1V4.9z" />
    <path d="M2.5 4.9 8 8l5.5-3.1M8 8v6.25" />
  </Icon>
);

export const BellIcon = () => (
  <Icon>
    <path d="M4 10.75V7a4 4 0 0 1 8 0v3.75l1 1.25H3zM6.5 14h3" />
  </Icon>
);

export const SendIcon = () => (
  <Icon>
    <path d="M14 2 7.25 8.75M14 2 9.75 14l-2.5-5.25L2 6.25z" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon>
    <path d="m3 8.5 3.25 3.25L13 4.75" />
  </Icon>
);

export const CrossIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="5.75" />
    <path d="m6 6 4 4M10 6l-4 4" />
  </Icon>
);

export const TurnIcon = () => (
  <Icon>
    <path d="M13.5 8a5.5 5.5 0 1 1-1.75-4L13.5 5.5M13.5 2.25V5.5h-3.25" />
  </Icon>
);

export const ShareIcon = () => (
  <Icon>
    <path d="M8 10V2.25M4.75 5.5 8 2.25l3.25 3.25M2.5 9.75V13a.75.75 0 0 0 .75.75h9.5a.75.75 0 0 0 .75-.75V9.75" />
  </Icon>
);

export const PlusIcon = () => (
  <Icon>
    <path d="M8 3v10M3 8h10" />
  </Icon>
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
