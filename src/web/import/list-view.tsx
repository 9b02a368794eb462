// What the page of imports shows: the form that takes a file, what columns it may have, and the imports of the last 30 days.
import { isOpen, type Import } from "../../domain/imports/find-import.ts";
import { MAX_ROWS } from "../../domain/imports/parse-csv.ts";
import { MAX_FILE_BYTES } from "../../domain/imports/read-text.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import type { SideApp } from "../dashboard/side.tsx";
import { Chip } from "../parts/chip.tsx";
import { FileDrop } from "../parts/file-drop.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice, Problem } from "../parts/notice.tsx";
import { Table } from "../parts/table.tsx";
import { figure } from "../parts/words.ts";
import { STATES } from "./words.ts";

/** The path of the form, below the page's. */
export const UPLOAD = "";

const MEGABYTE = 1024 * 1024;
const ACCEPTED = ".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain";

interface ImportsProps {
  ctx: MemberCtx;
  side: SideApp;
  /** The path of the app's pages. */
  ofApp: string;
  form: FormState;
  /** The page's path. */
  path: string;
  all: readonly Import[];
  mayImport: boolean;
}

export const ImportsView = (props: ImportsProps) => {
  const { ctx, side, ofApp, path, all, mayImport } = props;
  const open = all.find(isOpen);
  return (
    <Shell
      ctx={ctx}
      here="audience"
      app={side}
      crumbs={[
        { label: side.name, path: ofApp },
        { label: "Audience", path: `${ofApp}/audience` },
        { label: "Import" },
      ]}
    >
      <PageHead
        title="Import"
        text="Subscribers from a spreadsheet or another service. Only of people who agreed to be written to."
      />
      {open && (
        <Notice tone="wait">
          <p>
            An import is not over yet: <a href={`${path}/${open.uuid}`}>{open.fileName}</a>.{" "}
            {mayImport && "The next file can be uploaded after it."}
          </p>
        </Notice>
      )}
      {mayImport && !open && (
        <>
          <Upload {...props} />
          <Columns />
        </>
      )}
      {all.length > 0 ? (
        <List {...props} />
      ) : (
        !mayImport && <p class="muted">Nothing was imported in the last 30 days.</p>
      )}
    </Shell>
  );
};

const Upload = ({ path, form }: ImportsProps) => {
  return (
    <section class="card" aria-labelledby="up-h">
      <header>
        <h2 id="up-h">A file</h2>
        <span class="muted small">
          CSV, up to {MAX_FILE_BYTES / MEGABYTE} MB and {figure(MAX_ROWS)} rows
        </span>
      </header>
      <form method="post" action={path} enctype="multipart/form-data" class="card-body stack">
        <Problem form={form} of={UPLOAD} />
        <FileDrop
          form={form}
          of={UPLOAD}
          name="file"
          icon="upload"
          what="a file"
          hint="As Excel, LibreOffice, Numbers or Google Sheets save it"
          accept={ACCEPTED}
        />
        <div class="row">
          <button class="btn btn--primary">Check the file</button>
          <span class="muted small">Nothing is changed before you have seen what it would do.</span>
        </div>
      </form>
    </section>
  );
};

const COLUMNS: readonly { names: string; says: string }[] = [
  { names: "platform", says: "web, android or ios" },
  { names: "token", says: "The token of Firebase or of Apple" },
  { names: "endpoint, p256dh, auth", says: "A browser's address with its two keys" },
  { names: "id", says: "In place of these: a subscriber that is known, as an export has it" },
  { names: "user_id", says: "Your own id of the person" },
  {
    names: "tags",
    says: "With commas, semicolons or | between them. They take the place of those there were",
  },
  { names: "language, country, timezone", says: "Such as de, DE, Europe/Berlin" },
  { names: "registered_at", says: "When the device registered the token" },
];

const Columns = () => (
  <section class="card" aria-labelledby="co-h">
    <header>
      <h2 id="co-h">Columns</h2>
    </header>
    <div class="card-body stack">
      <p class="muted small">
        The first row has their names, in any order. A row with a known address or id changes what
        it gives; an empty cell changes nothing.
      </p>
      <dl class="facts facts--list">
        {COLUMNS.map(({ names, says }) => (
          <div>
            <dt>
              {names.split(", ").map((name, at) => (
                <>
                  {at > 0 && ", "}
                  <code>{name}</code>
                </>
              ))}
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
    </div>
  </section>
);

const List = ({ ctx, path, all }: ImportsProps) => (
  <section class="card" aria-labelledby="im-h">
    <header>
      <h2 id="im-h">Imports of the last 30 days</h2>
    </header>
    <Table
      caption="Imports, newest first"
      columns={[
        { label: "File" },
        { label: "State" },
        { label: "Rows", class: "num md" },
        { label: "When", class: "num lo" },
      ]}
    >
      {all.map((each) => (
        <tr>
          <th scope="row">
            <a class="row-link" href={`${path}/${each.uuid}`}>
              {each.fileName}
            </a>
            <small>by {each.byName}</small>
          </th>
          <td>
            <Chip state={each.state} label={STATES[each.state]} />
          </td>
          <td class="num md">{figure(each.rows)}</td>
          <td class="num lo soft">
            <Moment at={each.createdAt} now={ctx.now()} />
          </td>
        </tr>
      ))}
    </Table>
  </section>
);
