// Long texts, and many of them, in sentences.
import { figure } from "./words.ts";

/** Longest value that a sentence repeats, characters. */
const MAX_TOLD = 60;

/** The beginning of a text, with an ellipsis where it goes on. */
export function clip(text: string, max = MAX_TOLD): string {
  const characters = [...text];
  return characters.length > max ? `${characters.slice(0, max - 1).join("")}…` : text;
}

/** "a, b or c", each clipped; of more than `most` the first ones, and how many more. */
export function listed(values: readonly string[], word: "and" | "or", most: number): string {
  const rest = values.length - most;
  // "1 more" takes no less room than to name it.
  const named = rest > 1 ? values.slice(0, most) : values;
  const all = named.map((each) => clip(each.trim()));
  if (rest > 1) all.push(`${figure(rest)} more`);
  const last = all.at(-1) ?? "";
  return all.length < 2 ? last : `${all.slice(0, -1).join(", ")} ${word} ${last}`;
}
