// Cuts a list into pieces of one size, for whatever takes only so many at once.

/** `items` in their order, in arrays of `size` and a last one of what is left; none for an empty list. */
export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
