// What the composer's own buttons do to its form: a language more or less, a button more or less. They post the form, and its
// page comes back with what was typed.
import { canonicalLanguage } from "../../domain/subscribers/facts/language.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { Fields } from "../dashboard/fields.ts";
import { DO } from "../targeting/steps.ts";
import { valueOf } from "../targeting/values.ts";
import { buttonsIn, changed, languagesIn } from "./typed.ts";

/** The field in which a language is chosen that is to be added. */
export const NEW_LANGUAGE = "language";
export const ADD_LANGUAGE = "language.add";
export const ADD_BUTTON = "button.add";
export const removesLanguage = (language: string) => `language.remove:${language}`;
export const removesButton = (number: string) => `button.remove:${number}`;

/** Returns the fields after what the button did that was pressed; null if it was another one. Refuses `invalid`. */
export function composerStep(fields: Fields): Fields | null {
  const [what = "", of = ""] = fields.text(DO).split(/:(.*)/s);
  switch (what) {
    case ADD_LANGUAGE:
      return withLanguage(fields);
    case "language.remove":
      return changed(fields, { without: `translations.${of}.` });
    case ADD_BUTTON: {
      const next = Math.max(-1, ...buttonsIn(fields).map(Number)) + 1;
      return changed(fields, { more: [[`actions.${next}.title`, ""]] });
    }
    case "button.remove":
      return changed(fields, { without: `actions.${of}.` });
    default:
      return null;
  }
}

function withLanguage(fields: Fields): Fields {
  const language = canonicalLanguage(valueOf("languages", fields.text(NEW_LANGUAGE).trim(), []));
  if (!language) {
    return refuse(invalidField([NEW_LANGUAGE], "must be a language such as German, de or pt-BR"));
  }
  const isThere = languagesIn(fields).some((each) => canonicalLanguage(each) === language);
  if (isThere) return refuse(invalidField([NEW_LANGUAGE], "must be one that is not there yet"));
  const rest = changed(fields, { without: NEW_LANGUAGE });
  return changed(rest, { more: [[`translations.${language}.title`, ""]] });
}
