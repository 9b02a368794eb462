// The icons of all pages, on a grid of 16 px. What they say, the words beside them say too.
import { raw } from "hono/html";

const SHAPES = {
  team: '<circle cx="6" cy="5.25" r="2.5"/><path d="M1.75 13.25C2 10.75 3.75 9.5 6 9.5s4 1.25 4.25 3.75M10.5 3a2.5 2.5 0 0 1 0 4.5M12 9.75c1.25.5 2 1.75 2.25 3.5"/>',
  key: '<circle cx="5" cy="11" r="2.75"/><path d="M7 9l6-6M10.75 5.25l2 2"/>',
  usage: '<path d="M2.25 13.75h11.5M4.5 11V8.5M8 11V3.5M11.5 11V6"/>',
  build:
    '<path d="M8 1.75 13.5 4.9v6.2L8 14.25 2.5 11.1V4.9z"/><path d="M2.5 4.9 8 8l5.5-3.1M8 8v6.25"/>',
  security:
    '<path d="M8 1.75 13.25 3.5v4.25c0 3-2 5.25-5.25 6.5-3.25-1.25-5.25-3.5-5.25-6.5V3.5z"/><path d="m5.75 8 1.75 1.75L10.5 6.5"/>',
  apps: '<rect x="2.25" y="2.25" width="4.75" height="4.75" rx="1"/><rect x="9" y="2.25" width="4.75" height="4.75" rx="1"/><rect x="2.25" y="9" width="4.75" height="4.75" rx="1"/><rect x="9" y="9" width="4.75" height="4.75" rx="1"/>',
  upload:
    '<path d="M8 10V2.25M4.75 5.5 8 2.25l3.25 3.25M2.5 9.75V13a.75.75 0 0 0 .75.75h9.5a.75.75 0 0 0 .75-.75V9.75"/>',
  bell: '<path d="M4 10.75V7a4 4 0 0 1 8 0v3.75l1 1.25H3zM6.5 14h3"/>',
  globe:
    '<circle cx="8" cy="8" r="5.75"/><path d="M2.25 8h11.5M8 2.25c1.75 1.75 2.5 3.5 2.5 5.75S9.75 12 8 13.75C6.25 12 5.5 10.25 5.5 8S6.25 4 8 2.25"/>',
  updown: '<path d="m5 6 3-3 3 3M5 10l3 3 3-3"/>',
  home: '<path d="M2.5 7 8 2.5 13.5 7v6a.5.5 0 0 1-.5.5H3a.5.5 0 0 1-.5-.5z"/><path d="M6.25 13.25v-4h3.5v4"/>',
  design:
    '<path d="M2 4.75h6.5M12 4.75h2M2 11.25h2M7.5 11.25H14"/><circle cx="10.25" cy="4.75" r="1.75"/><circle cx="5.75" cy="11.25" r="1.75"/>',
  channels:
    '<rect x="2.25" y="2.25" width="4.25" height="4.25" rx=".75"/><rect x="9.5" y="2.25" width="4.25" height="4.25" rx=".75"/><rect x="2.25" y="9.5" width="4.25" height="4.25" rx=".75"/><path d="M9.5 9.5h1.75v1.75M13.75 9.5v.01M13.75 13.75h-1.5M9.5 13.75v.01"/>',
  webhooks:
    '<circle cx="3.75" cy="11.75" r="2"/><circle cx="12.25" cy="11.75" r="2"/><circle cx="8" cy="3.75" r="2"/><path d="M7 5.5 4.75 10M9 5.5l2.25 4.5M5.75 11.75h4.5"/>',
  cross: '<path d="m4 4 8 8M12 4l-8 8"/>',
  lock: '<rect x="3" y="7" width="10" height="6.75" rx="1.25"/><path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2"/>',
  card: '<rect x="1.75" y="3.25" width="12.5" height="9.5" rx="1.5"/><path d="M1.75 6.75h12.5M4.25 10h2.5"/>',
  list: '<path d="M5.75 4h8M5.75 8h8M5.75 12h8M2.5 4v.01M2.5 8v.01M2.5 12v.01"/>',
  person:
    '<circle cx="8" cy="5.25" r="2.75"/><path d="M2.75 14c.4-2.9 2.4-4.25 5.25-4.25s4.85 1.35 5.25 4.25"/>',
  builders:
    '<rect x="2.25" y="2.25" width="11.5" height="5" rx="1"/><rect x="2.25" y="8.75" width="11.5" height="5" rx="1"/><path d="M5 4.75v.01M5 11.25v.01M7.75 4.75h3.5M7.75 11.25h3.5"/>',
  health: '<path d="M1.5 8.5h3L6.25 3.5l3.25 9.5 2-4.5h3"/>',
  theme:
    '<circle cx="8" cy="8" r="5.75"/><path d="M8 2.25v11.5A5.75 5.75 0 0 0 8 2.25" fill="currentColor"/>',
  copy: '<rect x="5.5" y="5.5" width="8" height="8" rx="1.25"/><path d="M10.5 5.5V3.25a.75.75 0 0 0-.75-.75h-6.5a.75.75 0 0 0-.75.75v6.5c0 .4.3.75.75.75H5.5"/>',
  info: '<circle cx="8" cy="8" r="5.75"/><path d="M8 7.5V11M8 5.25v.01"/>',
  "sign-out":
    '<path d="M9.5 2.5H3.25a.75.75 0 0 0-.75.75v9.5c0 .4.3.75.75.75H9.5M6.5 8h7.25M11 5.25 13.75 8 11 10.75"/>',
  menu: '<path d="M2.25 4.5h11.5M2.25 8h11.5M2.25 11.5h11.5"/>',
  search: '<circle cx="7" cy="7" r="4.5"/><path d="m10.25 10.25 3.5 3.5"/>',
  plus: '<path d="M8 3v10M3 8h10"/>',
  back: '<path d="M13 8H3M6.75 4.25 3 8l3.75 3.75"/>',
  more: '<path d="M3.5 8v.01M8 8v.01M12.5 8v.01" stroke-width="2"/>',
  check: '<path d="m3 8.5 3.25 3.25L13 4.75"/>',
  trash:
    '<path d="M2.75 4.25h10.5M6 4.25V2.5h4v1.75M4 4.25l.6 8.8c0 .4.35.7.75.7h5.3c.4 0 .75-.3.75-.7l.6-8.8"/>',
  send: '<path d="M14 2 7.25 8.75M14 2 9.75 14l-2.5-5.25L2 6.25z"/>',
  edit: '<path d="M10.75 2.75 13.25 5.25 5.5 13H3v-2.5z"/>',
  ok: '<circle cx="8" cy="8" r="5.75"/><path d="m5.5 8.25 1.75 1.75 3.25-3.75"/>',
  warning: '<path d="M8 2.25 14.25 13H1.75zM8 6.5v3M8 11.25v.01"/>',
  again: '<path d="M13.5 8a5.5 5.5 0 1 1-1.75-4L13.5 5.5M13.5 2.25V5.5h-3.25"/>',
  bad: '<circle cx="8" cy="8" r="5.75"/><path d="m6 6 4 4M10 6l-4 4"/>',
  download: '<path d="M8 2.25V10M4.75 6.75 8 10l3.25-3.25M2.5 13.75h11"/>',
  replay: '<path d="M2.5 8a5.5 5.5 0 1 0 1.75-4L2.5 5.5M2.5 2.25V5.5h3.25"/>',
  phone: '<rect x="4.25" y="1.75" width="7.5" height="12.5" rx="1.5"/><path d="M7 12h2"/>',
  github:
    '<circle cx="4.5" cy="3.75" r="1.75"/><circle cx="4.5" cy="12.25" r="1.75"/><circle cx="11.5" cy="5.25" r="1.75"/><path d="M4.5 5.5v5M11.5 7c0 2.5-2 2.75-4 3"/>',
  google: '<path d="M13.5 8.25H8.25M13.5 8.25A5.5 5.5 0 1 1 12 4.25"/>',
  picture:
    '<rect x="2.25" y="2.75" width="11.5" height="10.5" rx="1.25"/><circle cx="5.75" cy="6.25" r="1.25"/><path d="m2.5 12 3.75-3.5L8.5 10.5l2.5-2.75 2.75 3"/>',
  clock: '<circle cx="8" cy="8" r="5.75"/><path d="M8 4.75V8l2.25 1.5"/>',
  desktop:
    '<rect x="1.75" y="2.75" width="12.5" height="8.5" rx="1.25"/><path d="M5.5 13.75h5M8 11.25v2.5"/>',
  todo: '<circle cx="8" cy="8" r="5.75" stroke-dasharray="2.4 2.1"/>',
  down: '<path d="m4 6 4 4 4-4"/>',
} as const;

/** Pixels on each side. */
const [SMALL, LARGE] = [16, 20];

export type IconName = keyof typeof SHAPES;

/**
 * An icon; `large` for empty states. Its size and how it is drawn do not hang on the style sheet: without one it would fill
 * the page.
 */
export const Icon = ({ name, large = false }: { name: IconName; large?: boolean }) => (
  <svg
    class={large ? "i i--l" : "i"}
    width={large ? LARGE : SMALL}
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    aria-hidden="true"
  >
    {raw(SHAPES[name])}
  </svg>
);
