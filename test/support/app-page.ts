// Somebody who is signed in, and an app of their account.
import type { Role } from "../../src/domain/people/roles.ts";
import { signedIn, type TestPerson } from "./person.ts";
import { newApp } from "./scenario.ts";

/** A person with this role, an app of the account, and the path of the app's pages. */
export async function withApp(
  role: Role = "owner",
  app: Record<string, unknown> = {},
): Promise<{ person: TestPerson; app: any; path: string }> {
  const person = await signedIn(role);
  const made = await newApp(person.account.key, app);
  return { person, app: made, path: `${person.base}/apps/${made.id}` };
}

const unescaped = (text: string) =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

/** What people read of a page's main part. */
export function wordsOf(html: string): string {
  const [, main = html] = /<main[^>]*>(.*?)<\/main>/s.exec(html) ?? [];
  return unescaped(main.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ")).trim();
}

/** What stands as wrong at a field, by the end of its id; null for nothing. */
export function errorAt(html: string, id: string): string | null {
  const found = new RegExp(`<p class="error" id="${id}-error">(.*?)</p>`, "s").exec(html);
  return found ? unescaped(found[1] ?? "").trim() : null;
}

/** What a browser would post of the form with this action: its fields as they stand, the hidden one apart. */
export function formIn(html: string, action: string): Record<string, string[]> {
  const [, inner = ""] =
    new RegExp(`<form[^>]*action="${action}"[^>]*>(.*?)</form>`, "s").exec(html) ?? [];
  const fields: Record<string, string[]> = {};
  const add = (name: string | undefined, value: string) => {
    if (name !== undefined && name !== "once")
      fields[name] = [...(fields[name] ?? []), unescaped(value)];
  };
  for (const [tag] of inner.matchAll(/<input\b[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
    const type = attribute("type") ?? "text";
    const isCheckable = type === "checkbox" || type === "radio";
    if (isCheckable && !/\bchecked\b/.test(tag)) continue;
    if (/\bdisabled\b/.test(tag)) continue;
    add(attribute("name"), attribute("value") ?? (isCheckable ? "on" : ""));
  }
  for (const [, attributes = "", text = ""] of inner.matchAll(
    // HTML takes away a line end that begins it, and knows one kind.
    /<textarea\b([^>]*)>\n?(.*?)<\/textarea>/gs,
  )) {
    add(/\bname="([^"]*)"/.exec(attributes)?.[1], text.replaceAll(/\r\n?/g, "\n"));
  }
  return fields;
}
