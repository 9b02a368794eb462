// A verb's refusal as a form says it, where its fields are not those of the verb: one field of a page may hold what the verb
// knows as several.
import { details } from "../../http/details.ts";
import { invalidField, refuse, RefusalError } from "../../kit/refusal.ts";

/**
 * Waits for `work`. If it is refused as `invalid`, `says` makes of the first thing that is wrong, by its name and phrase, the
 * form's field and a sentence; where it returns null the refusal stays as it is.
 */
export async function refolded<Result>(
  work: Promise<Result>,
  says: (name: string, phrase: string) => [field: string, sentence: string] | null,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof RefusalError) || error.refusal.code !== "invalid") throw error;
    const [first] = Object.entries(details(error.refusal.issues));
    const said = first && says(first[0], first[1][0] ?? "");
    if (!said) throw error;
    return refuse(invalidField([said[0]], said[1]));
  }
}
