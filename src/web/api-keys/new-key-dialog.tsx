// The dialog in which a key is made.
import type { App } from "../../domain/apps/find-app.ts";
import { Scope } from "../../domain/scopes.ts";
import type { Page } from "../../kit/pagination.ts";
import { DAY_MS, utcDay } from "../../kit/time.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { Closes, Dialog } from "../parts/dialog.tsx";
import { fieldId, TextField } from "../parts/field.tsx";
import { Unplaced } from "../parts/unplaced.tsx";

/** The path of the form, below the page's. */
const OF = "";
const SCOPES_ID = fieldId(OF, "scopes");
const APPS_ID = fieldId(OF, "app_ids");
const FIELDS = ["name", "scopes", "app_ids", "expires_at"];

/** What each scope lets a key do. */
const SAYS: Readonly<Record<Scope, string>> = {
  "account:read": "See the account, its plan and usage.",
  "account:write": "Make and end API keys.",
  "apps:read": "See apps.",
  "apps:write": "Make, change and delete apps.",
  "builds:read": "See builds, their logs and downloads.",
  "builds:write": "Build, and manage keystores.",
  "push:read": "See subscribers and results.",
  "push:write": "Send, register devices, manage channels and webhooks.",
  "*": "Everything, also what is added later.",
};

export const NewKeyDialog = ({
  base,
  form,
  apps,
  now,
}: {
  base: string;
  form: FormState;
  apps: Page<App>;
  now: number;
}) => (
  <Dialog
    id="new-key"
    title="New API key"
    size="m"
    isOpen={form.posted === OF && form.made === null}
  >
    <form method="post" action={base} class="stack">
      <Unplaced
        form={form}
        of={OF}
        fields={FIELDS}
        says={{ api_keys: "This account has as many keys as it can have. End some first." }}
      />
      <div class="fields">
        <TextField
          form={form}
          of={OF}
          name="name"
          label="Name"
          required
          maxlength={100}
          placeholder="What it is for"
          autocomplete="off"
        />
        <Scopes form={form} />
        <Reach form={form} apps={apps} />
        <TextField
          form={form}
          of={OF}
          name="expires_at"
          label="Ends after"
          isOptional
          type="date"
          min={utcDay(now)}
          max={utcDay(now + 3650 * DAY_MS)}
          hint="The last day on which it works, in UTC. Without one, it works until you end it."
        />
      </div>
      <div class="actions">
        <Closes dialog="new-key" />
        <button class="btn btn--primary">Make the key</button>
      </div>
    </form>
  </Dialog>
);

const Scopes = ({ form }: { form: FormState }) => {
  const chosen = wasPosted(form) ? form.fields.all("scopes") : ["builds:read", "builds:write"];
  const issue = issueIn(form, "scopes");
  return (
    <fieldset class="field" id={SCOPES_ID} aria-describedby={issue && `${SCOPES_ID}-error`}>
      <legend>May</legend>
      <div class="choices">
        {Scope.options.map((scope) => (
          <label class="check">
            <input type="checkbox" name="scopes" value={scope} checked={chosen.includes(scope)} />
            <span>
              {scope === "*" ? "Everything" : <code>{scope}</code>}
              <small>{scope === "*" ? "Also what is added later." : SAYS[scope]}</small>
            </span>
          </label>
        ))}
      </div>
      {issue !== undefined && (
        <p class="error" id={`${SCOPES_ID}-error`}>
          {chosen.length === 0 ? "Choose at least one." : issue}
        </p>
      )}
    </fieldset>
  );
};

/** All apps, or some: the boxes count only with "Only these". */
const Reach = ({ form, apps }: { form: FormState; apps: Page<App> }) => {
  const some = wasPosted(form) && form.fields.text("reach") === "some";
  const chosen = some ? form.fields.all("app_ids") : [];
  const issue = issueIn(form, "app_ids");
  if (apps.total === 0) return <input type="hidden" name="reach" value="all" />;
  return (
    <fieldset class="field" id={APPS_ID} aria-describedby={issue && `${APPS_ID}-error`}>
      <legend>Apps</legend>
      <div class="choices">
        <label class="check">
          <input type="radio" name="reach" value="all" checked={!some} />
          <span>All apps, also later ones</span>
        </label>
        <label class="check">
          <input type="radio" name="reach" value="some" checked={some} />
          <span>Only these</span>
        </label>
      </div>
      <div class="choices">
        {apps.rows.map((app) => (
          <label class="check">
            <input
              type="checkbox"
              name="app_ids"
              value={String(app.id)}
              checked={chosen.includes(String(app.id))}
            />
            <span>{app.name}</span>
          </label>
        ))}
      </div>
      {apps.total > apps.rows.length && (
        <p class="hint">
          The newest {apps.rows.length} of {apps.total} apps. For others, make the key by the API.
        </p>
      )}
      {issue !== undefined && (
        <p class="error" id={`${APPS_ID}-error`}>
          {some && chosen.length === 0 ? "Choose at least one app." : issue}
        </p>
      )}
    </fieldset>
  );
};

const wasPosted = (form: FormState) => form.posted === OF && form.made === null;

/** What is wrong with a list, or with one of its items. */
function issueIn({ posted, issues }: FormState, name: string): string | undefined {
  if (posted !== OF) return undefined;
  return [...issues].find(([each]) => each === name || each.startsWith(`${name}.`))?.[1];
}
