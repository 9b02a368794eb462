// A notice: what happened, why, and what to do.
import type { Child } from "hono/jsx";
import type { FormState } from "../dashboard/form-state.ts";
import { fieldId } from "./field.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { labelOf } from "./words.ts";

export type Tone = "ok" | "bad" | "warn" | "wait" | "live" | "idle" | "off";

const ICONS: Partial<Record<Tone, IconName>> = { ok: "ok", bad: "bad", warn: "warning" };

export const Notice = ({ tone, children }: { tone: Tone; children?: Child }) => (
  <div class="notice" data-tone={tone} role={tone === "bad" ? "alert" : undefined}>
    <Icon name={ICONS[tone] ?? "info"} />
    <div>{children}</div>
  </div>
);

/** From how many issues on a list of them stands on top of the form, each with a link to its field. */
export const LISTED_FROM = 3;

/** What is wrong with this form: what belongs to no field by itself, and many issues at once. */
export const Problem = ({ form, of }: { form: FormState; of: string }) => {
  if (form.posted !== of) return null;
  const issues = [...form.issues];
  if (form.problem === null && issues.length < LISTED_FROM) return null;
  return (
    <Notice tone="bad">
      <p>
        <strong>{form.problem ?? `${issues.length} fields are not right yet`}</strong>
      </p>
      {issues.length >= LISTED_FROM && (
        <ul class="plain-list">
          {issues.map(([name, says]) => (
            <li>
              <a href={`#${fieldId(of, name)}`}>
                {labelOf(name)}: {says}
              </a>
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
};
