// What is being written in the composer, above the list.
import type { App } from "../../domain/apps/find-app.ts";
import type { ListedDraft } from "../../domain/composing/find-draft.ts";
import { hasRight } from "../../domain/people/roles.ts";
import type { Page } from "../../kit/pagination.ts";
import { composerPath } from "../compose/saving.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { Moment } from "../parts/moment.tsx";
import { Table } from "../parts/table.tsx";
import { figure } from "../parts/words.ts";

/** Nothing where nothing is being written. */
export const DraftsCard = ({
  ctx,
  app,
  drafts,
}: {
  ctx: MemberCtx;
  app: App;
  drafts: Pick<Page<ListedDraft>, "rows" | "total">;
}) => {
  const { rows, total } = drafts;
  if (total === 0) return null;
  const mayWrite = hasRight(ctx.role, "push:write");
  return (
    <section class="card" aria-labelledby="dr-h">
      <header>
        <h2 id="dr-h">Being written</h2>
        {total > rows.length && (
          <span class="muted small">
            {figure(rows.length)} of {figure(total)}, saved last
          </span>
        )}
      </header>
      <Table
        caption="Drafts, the one first that was saved last"
        columns={[
          { label: "Message" },
          { label: "By", class: "md" },
          { label: "Saved", class: "num" },
        ]}
        region={mayWrite ? undefined : "Drafts"}
      >
        {rows.map(({ id, title, notification, updatedBy, updatedAt }) => (
          <tr>
            <th scope="row">
              {mayWrite ? (
                <a class="row-link" href={composerPath(app, id)}>
                  {title || "Without a title"}
                </a>
              ) : (
                title || "Without a title"
              )}
              {notification !== null && <small>Changes one that is there</small>}
            </th>
            <td class="md soft">{updatedBy ?? "Somebody who is gone"}</td>
            <td class="num soft">
              <Moment at={updatedAt} now={ctx.now()} />
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
};
