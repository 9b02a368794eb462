// Works through a list with a fixed number of items under way.

/** Calls `work` on each of `items`, `atOnce` at a time. Rejects as soon as one does, and begins no more on that lane. */
export async function eachOf<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const lane = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
