// Divides a list into parts of equal size, for calls that accept a limited number of items.

/** Returns `items` in order, in arrays of `size` and a last one with the rest; no arrays for an empty list. */
export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
