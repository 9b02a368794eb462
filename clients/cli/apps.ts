// Finds the app that a website has, or makes one.
import { randomUUID } from "node:crypto";
import type { Api } from "./api.ts";
import { Failure } from "./failure.ts";
import { printable } from "./output.ts";
import { urlOf } from "./settings.ts";

/** An app, as far as commands need it. */
export interface App {
  id: number;
  uuid: string;
  name: string;
  url: string;
  package_name: string;
}

/** Rows of a page, the most that the API gives. */
const PER_PAGE = 100;

/** The app of this id. */
export async function appById(api: Api, id: string, signal: AbortSignal): Promise<App> {
  if (!/^[1-9]\d{0,14}$/.test(id)) {
    throw new Failure("usage", `An app's id is a number, such as 7; not "${printable(id)}".`);
  }
  return (await api.call<{ data: App }>("GET", `/api/v1/apps/${id}`, { signal })).data;
}

/** The id in the push API of the app that a word names, by that id (a UUID) or by its number in API v1. */
export async function pushAppOf(api: Api, word: string, signal: AbortSignal): Promise<string> {
  return /^\d+$/.test(word) ? (await appById(api, word, signal)).uuid : word;
}

/** The app that shows the website; null if there is none. Several can't be told apart. */
export async function appOfUrl(api: Api, url: string, signal: AbortSignal): Promise<App | null> {
  const found: App[] = [];
  for (let page = 1, left = true; left; page++) {
    const path = `/api/v1/apps?per_page=${PER_PAGE}&page=${page}`;
    const { data } = await api.call<{ data: App[] }>("GET", path, { signal });
    found.push(...data.filter((app) => isSame(app.url, url)));
    left = data.length === PER_PAGE;
  }
  if (found.length < 2) return found[0] ?? null;
  const ids = found.map(({ id, name }) => `${id} (${printable(name)})`).join(", ");
  throw new Failure("usage", `Several apps show ${url}: ${ids}. Say which by --app.`);
}

/** Makes the app of a website; its host is the name where none is given. */
export async function makeApp(api: Api, url: string, name: string | null): Promise<App> {
  const body = { url, name: name ?? new URL(url).hostname.replace(/^www\./, "") };
  const sent = { body, idempotencyKey: randomUUID() };
  return (await api.call<{ data: App }>("POST", "/api/v1/apps", sent)).data;
}

/** The website's address, whole. */
export function websiteOf(text: string): string {
  const url = urlOf(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href;
  throw new Failure(
    "usage",
    `"${printable(text)}" is no address of a website, such as https://example.com.`,
  );
}

/** Whether two addresses are of the same page. */
export function isSame(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href;
}
