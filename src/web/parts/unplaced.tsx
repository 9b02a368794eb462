// What is wrong with a form and stands at none of its fields, such as a bound of the account; and, where much is wrong, a
// list of all of it with links to the fields.
import type { FormState } from "../dashboard/form-state.ts";
import { fieldId } from "./field.tsx";
import { LISTED_FROM, Notice } from "./notice.tsx";
import { labelOf } from "./words.ts";

/** `fields`: the fields that the form shows, whose issues stand there; `says` words for others, by their names. */
export const Unplaced = ({
  form,
  of,
  fields,
  says = {},
}: {
  form: FormState;
  of: string;
  fields: readonly string[];
  says?: Readonly<Record<string, string>>;
}) => {
  if (form.posted !== of) return null;
  const all = [...form.issues].map(([name, issue]) => ({
    issue,
    name,
    field: fields.find((each) => name === each || name.startsWith(`${each}.`)),
  }));
  const others = all.filter(({ field }) => field === undefined);
  const sentences = [
    ...(form.problem === null ? [] : [form.problem]),
    ...others.map(({ name, issue }) => says[name] ?? `${labelOf(name)}: ${issue}`),
  ];
  const placed = all.filter(({ field }) => field !== undefined);
  const isMuch = placed.length >= LISTED_FROM;
  if (sentences.length === 0 && !isMuch) return null;
  return (
    <Notice tone="bad">
      {[...sentences, ...(isMuch ? [`${placed.length} fields are not right yet`] : [])].map(
        (each) => (
          <p>
            <strong>{each}</strong>
          </p>
        ),
      )}
      {isMuch && (
        <ul class="plain-list">
          {placed.map(({ field = "", issue }) => (
            <li>
              <a href={`#${fieldId(of, field)}`}>
                {labelOf(field)}: {issue}
              </a>
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
};
