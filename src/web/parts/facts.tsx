// Items of lists of terms: a fact, for `dl.facts`, and a figure, for `dl.stats`.
import type { Child } from "hono/jsx";

/** What there is to say of `name`. */
export const Fact = ({ name, children }: { name: string; children?: Child }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** A figure large enough to be read from afar; `says` is what stands below it. */
export const Stat = ({ name, value, says }: { name: string; value: Child; says?: Child }) => (
  <div class="stat">
    <dt>{name}</dt>
    <dd>{value}</dd>
    {says !== undefined && <dd>{says}</dd>}
  </div>
);
