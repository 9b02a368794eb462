// Long texts in sentences.

/** Longest value that a sentence repeats, characters. */
const MAX_TOLD = 60;

/** The beginning of a text, with an ellipsis where it goes on. */
export function clip(text: string, max = MAX_TOLD): string {
  const characters = [...text];
  return characters.length > max ? `${characters.slice(0, max - 1).join("")}…` : text;
}
