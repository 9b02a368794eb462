// The addresses of the dashboard's static files.

/** The scripts that a page can name. `base` is on every page. */
export type Script = string;

/** The path of a static file. */
export const asset = (name: string): string => `/assets/${name}`;
