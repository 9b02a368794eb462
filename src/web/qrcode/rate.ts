// How often one address may look at these pages.

/** Requests a minute: as those of the public routes. */
export const PAGE_RATE = { name: "page", limit: 200 } as const;
