// What a page says while it has nothing to show: what to do next.
import type { Child } from "hono/jsx";
import { Ways } from "./ways.tsx";

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
    <Ways hull="framed" />
    <h2>{title}</h2>
    <p>{text}</p>
    {children && <div class="row">{children}</div>}
  </div>
);
