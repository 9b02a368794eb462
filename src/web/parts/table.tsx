// A table that scrolls sideways within its card where it must.
import type { Child } from "hono/jsx";

/** A column; `class` is that of its cells: `num`, `mid`, and `md` or `lo` for one that goes where the table is narrow. */
export interface Column {
  label: string;
  class?: string;
}

/** Its cells hold buttons: the column has a name for screen readers alone. */
export const ACTIONS: Column = { label: "Actions" };

/**
 * `children` are the rows. `region` names a table without links and buttons, which the keyboard reaches by itself, in case
 * that it scrolls.
 */
export const Table = ({
  caption,
  columns,
  region,
  children,
}: {
  caption: string;
  columns: readonly Column[];
  region?: string | undefined;
  children?: Child;
}) => (
  <div
    class="table-wrap"
    {...(region === undefined ? {} : { tabindex: 0, role: "region", "aria-label": region })}
  >
    <table class="table">
      <caption class="vh">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) =>
            column === ACTIONS ? (
              <th scope="col">
                <span class="vh">{column.label}</span>
              </th>
            ) : (
              <th scope="col" class={column.class}>
                {column.label}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);

/** What stands in a cell for which there is nothing. */
export const None = () => <span class="muted">–</span>;
