// What is wrong with a form and stands at none of its fields, such as a bound of the account.
import type { FormState } from "../dashboard/form-state.ts";
import { Notice } from "./notice.tsx";

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
  const others = [...form.issues].filter(
    ([name]) => !fields.some((each) => name === each || name.startsWith(`${each}.`)),
  );
  const sentences = [
    ...(form.problem === null ? [] : [form.problem]),
    ...others.map(([name, issue]) => says[name] ?? `${name.replaceAll(/[_.]/g, " ")}: ${issue}`),
  ];
  if (sentences.length === 0) return null;
  return (
    <Notice tone="bad">
      {sentences.map((each) => (
        <p>
          <strong>{each}</strong>
        </p>
      ))}
    </Notice>
  );
};
