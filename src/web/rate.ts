// The rate limit of these pages for one network address.

/** Requests a minute, the same as for the public surface. */
export const PAGE_RATE = { name: "page", limit: 200 } as const;
