// What a page says while it has nothing to show: what to do next.
import type { Child } from "hono/jsx";

/** `children` are the actions. */
export const Empty = ({
  title,
  text,
  children,
}: {
  title: string;
  text: Child;
  children?: Child;
}) => (
  <div class="card empty">
    <Ways />
    <h2>{title}</h2>
    <p>{text}</p>
    {children && <div class="row">{children}</div>}
  </div>
);

/** A frame on the ways, which waits for its hull. */
const Ways = () => (
  <svg class="ways" viewBox="0 0 220 96" aria-hidden="true">
    <g transform="translate(20.4 8.7) rotate(17)">
      <path
        fill="none"
        stroke="currentColor"
        stroke-dasharray="3 3"
        stroke-width="1.25"
        d="M0 0h62l-7 14a8 8 0 0 1-7 4H14a9 9 0 0 1-8-5z"
      />
      <path
        stroke="currentColor"
        stroke-width="1"
        stroke-dasharray="3 3"
        d="M16 0v18M28 0v18M40 0v18"
      />
    </g>
    <path
      fill="none"
      stroke="currentColor"
      stroke-width="1.25"
      stroke-linecap="round"
      d="M6 26 142 67.5M6 26v58M34 34.5V84M62 43.1V84M90 51.6V84M118 60.2V84M6 84h112"
    />
    <path
      fill="none"
      stroke="currentColor"
      stroke-width="1.25"
      stroke-linecap="round"
      d="M130 70h84M150 79h20M184 79h14M140 84h12M166 86h30"
    />
  </svg>
);
