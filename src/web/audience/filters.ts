// By what the list of subscribers is filtered. What the form does not offer is not filtered by.
import { MAX_NAMED } from "../../domain/subscribers/facts/text.ts";
import { PlaceText, type SubscriberFilters } from "../../domain/subscribers/walk.ts";
import { PLATFORM_LABELS, STATE_LABELS } from "../parts/subscriber-words.ts";

export type Filters = SubscriberFilters;

/** What is asked for, by the names of the form's fields. */
export function filtersOf(given: (name: string) => string | undefined): Filters {
  const text = (name: string) => [...(given(name) ?? "").trim()].slice(0, MAX_NAMED).join("");
  const [find, tag, platform, status] = ["find", "tag", "platform", "status"].map(text);
  return {
    ...(find ? { find } : {}),
    ...(tag ? { tag } : {}),
    ...(isKey(PLATFORM_LABELS, platform) ? { platform } : {}),
    ...(isKey(STATE_LABELS, status) ? { status } : {}),
  };
}

/** Where in the list a request asks to go on; nothing for the first page, also where the text is no place. */
export function placeOf(query: Readonly<Record<string, string>>): { after?: string } {
  const { after = "" } = query;
  return PlaceText.safeParse(after).success ? { after } : {};
}

/** The path of the list with these filters, from `after` on. */
export function listPath(base: string, filters: Filters, after?: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) query.set(name, value ?? "");
  if (after !== undefined) query.set("after", after);
  return query.size === 0 ? base : `${base}?${query.toString()}`;
}

function isKey<Key extends string>(of: Readonly<Record<Key, string>>, key = ""): key is Key {
  return Object.hasOwn(of, key);
}
