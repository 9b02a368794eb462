// A counter in the label of a field: how many characters of those that devices show it has. The script `preview` counts as
// one types.

/** `for`: the id of the field, whose text is `text`. */
export const Counter = ({ for: id, text, most }: { for: string; text: string; most: number }) => {
  const characters = [...text.trim()].length;
  return (
    <output class={characters > most ? "counter bad" : "counter"} for={id} data-most={most}>
      {characters} of {most}
    </output>
  );
};
