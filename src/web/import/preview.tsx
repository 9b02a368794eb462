// What an import would do, before it begins: how many rows of each kind, the first rows, and what its columns mean.
import type { Import } from "../../domain/imports/find-import.ts";
import { issueOf } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Notice, Problem } from "../parts/notice.tsx";
import { Table } from "../parts/table.tsx";
import { counted, figure } from "../parts/words.ts";
import { START, type ImportProps } from "./props.ts";
import { FIELDS } from "./words.ts";

/** What is found, and the form that begins the import. */
export const Begin = (props: ImportProps) => {
  const { one, path, mayImport } = props;
  const good = one.newRows + one.knownRows;
  return (
    <section class="card" aria-labelledby="fo-h">
      <header>
        <h2 id="fo-h">What it will do</h2>
      </header>
      <div class="card-body stack">
        <dl class="stats stats--3">
          <div class="stat">
            <dt>New</dt>
            <dd>{figure(one.newRows)}</dd>
            <dd>become subscribers</dd>
          </div>
          <div class="stat">
            <dt>Known</dt>
            <dd>{figure(one.knownRows)}</dd>
            <dd>change what they give</dd>
          </div>
          <div class="stat">
            <dt>Not right</dt>
            <dd>{figure(one.invalidRows)}</dd>
            <dd>are left out</dd>
          </div>
        </dl>
        {one.invalidRows > 0 && mayImport && (
          <div class="row">
            <a class="btn" href={`${path}/errors`} download>
              <Icon name="download" />
              The rows that are not right
            </a>
            <span class="muted small">With what is wrong with each.</span>
          </div>
        )}
        {good === 0 && (
          <Notice tone="bad">
            <p>No row of the file is right, so there is nothing to import.</p>
          </Notice>
        )}
        {good > 0 && mayImport && <BeginForm {...props} rows={good} />}
      </div>
    </section>
  );
};

const BeginForm = ({ one, path, form, rows }: ImportProps & { rows: number }) => {
  const unknown = one.columns.filter(({ field }) => field === null);
  const issue = issueOf(form, START, "leave_out");
  return (
    <form method="post" action={path + START} class="stack">
      <Problem form={form} of={START} />
      {unknown.length > 0 && (
        <div class="field">
          <label class="check">
            <input
              type="checkbox"
              name="leave_out"
              id="leave-out"
              required
              {...(issue === undefined
                ? {}
                : { "aria-invalid": "true", "aria-describedby": "leave-out-error" })}
            />
            <span>
              Leave out {unknown.length === 1 ? "the column" : `${unknown.length} columns`} that
              mean
              {unknown.length === 1 ? "s" : ""} nothing here:{" "}
              {unknown
                .map(({ header }) => (header === "" ? "one without a name" : header))
                .join(", ")}
            </span>
          </label>
          {issue !== undefined && (
            <p class="error" id="leave-out-error">
              {issue}
            </p>
          )}
        </div>
      )}
      <div class="row">
        <button class="btn btn--primary">Import {counted(rows, "row")}</button>
      </div>
    </form>
  );
};

/** The first rows, as they were understood. */
export const Preview = ({ one }: { one: Import }) => (
  <section class="card" aria-labelledby="pv-h">
    <header>
      <h2 id="pv-h">The first rows</h2>
    </header>
    <Table
      caption="The first rows of the file"
      region="Rows of the file"
      columns={[
        { label: "Row" },
        { label: "Problem" },
        ...one.columns.flatMap(({ field, header }) =>
          field === null ? [] : [{ label: labelOf(field, header) }],
        ),
      ]}
    >
      {one.preview.map(({ row, cells, problem }) => (
        <tr>
          <th scope="row">{figure(row)}</th>
          <td>{problem === null ? <span class="muted">None</span> : problem}</td>
          {cells.map((cell) => (
            <td>{cell === "" ? <span class="muted">Empty</span> : <bdi>{cell}</bdi>}</td>
          ))}
        </tr>
      ))}
    </Table>
  </section>
);

/** What a column means, and what the file calls it where that is something else. */
function labelOf(field: string, header: string): string {
  const means = FIELDS[field] ?? field;
  const isSame = [field, means].some((name) => name.toLowerCase() === header.toLowerCase());
  return isSame ? means : `${means} (“${header}”)`;
}
