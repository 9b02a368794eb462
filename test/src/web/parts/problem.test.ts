// What stands on top of a form that was refused.
import { expect, test } from "vitest";
import { invalidField, RefusalError } from "../../../../src/kit/refusal.ts";
import { Fields } from "../../../../src/web/dashboard/fields.ts";
import { refused, type FormState } from "../../../../src/web/dashboard/form-state.ts";
import { TextField } from "../../../../src/web/parts/field.tsx";
import { Problem } from "../../../../src/web/parts/notice.tsx";

/** The state of a form with this many wrong fields. */
function wrong(...names: string[]): FormState {
  const issues = names.flatMap((name) => {
    const refusal = invalidField(name.split("."), "must be shorter");
    return refusal.code === "invalid" ? refusal.issues : [];
  });
  const { refusal } = new RefusalError({ code: "invalid", issues });
  return refused("/new", new Fields([]), refusal).form;
}

/** The HTML of a component; what it makes is a string, which its type does not say. */
const htmlOf = (made: unknown) => (made as { toString: () => string }).toString();
const shown = (form: FormState, of = "/new") => htmlOf(Problem({ form, of }) ?? "");

test("from three wrong fields on, a list stands on top, whose links lead to the fields", () => {
  expect(shown(wrong("name", "url"))).toBe("");
  const form = wrong("name", "url", "config.theme_color");
  const html = shown(form);
  expect(html).toContain("3 fields are not right yet");
  const links = [...html.matchAll(/href="#([^"]+)">\s*([^<]+)</g)].map(([, id, text]) => [
    id,
    text,
  ]);
  expect(links.map(([, text]) => text)).toEqual([
    "Name: Must be shorter.",
    "Web address: Must be shorter.",
    "Theme colour: Must be shorter.",
  ]);
  const field = htmlOf(
    TextField({ form, of: "/new", name: "config.theme_color", label: "Colour" }),
  );
  expect(field).toContain(`id="${links[2]![0]}"`);
});

test("a refusal of no field stands there by itself, and only at the form that was posted", () => {
  const { form } = refused("/new", new Fields([]), { code: "active_build" });
  expect(shown(form)).toContain("App already has an active build in progress.");
  expect(shown(form, "/other")).toBe("");
  expect(shown(wrong("a", "b", "c"), "/other")).toBe("");
});
