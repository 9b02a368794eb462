// How a device shows a text that is too long for it: the same as src/web/preview/cuts.ts, which a test compares.

export function cut(text: string, most: number): string {
  const characters = [...text.trim().replaceAll(/\s+/g, " ")];
  if (characters.length <= most) return characters.join("");
  return `${characters
    .slice(0, most - 1)
    .join("")
    .trimEnd()}…`;
}
