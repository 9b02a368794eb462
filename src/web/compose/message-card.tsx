// The card with what a notification says: its words beside their translations, its links, its buttons.
import type { FormState } from "../dashboard/form-state.ts";
import { described, fieldId, FieldFrame, issueOf, textIn } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { ADVISED } from "../preview/cuts.ts";
import { Counter } from "../preview/counter.tsx";
import { DO } from "../targeting/steps.ts";
import { languageName } from "../parts/place-names.ts";
import { OF } from "./issues.ts";
import { Link } from "./link-field.tsx";
import { More } from "./more.tsx";
import { ADD_BUTTON, ADD_LANGUAGE, NEW_LANGUAGE, removesButton, removesLanguage } from "./steps.ts";
import { buttonsIn, languagesIn } from "./typed.ts";

const MAX_TITLE = 255;
const MAX_BODY = 4000;
const MAX_BUTTON = 100;
const MAX_NAME = 200;
/** More buttons than this the API refuses. */
const MAX_BUTTONS = 10;

/** Languages that are suggested; any other can be typed. */
const SUGGESTED =
  "ar cs da de el en es fi fr he hi hu it ja ko nl no pl pt pt-BR ro ru sv th tr uk vi zh zh-Hant".split(
    " ",
  );

export const MessageCard = ({ form }: { form: FormState }) => {
  const languages = languagesIn(form.fields);
  return (
    <section class="card" aria-labelledby="h-msg">
      <header>
        <h2 id="h-msg">Message</h2>
        <AddLanguage form={form} />
      </header>
      <div class="card-body fields">
        <div class="langs">
          <Words form={form} legend={languages.length === 0 ? null : "For everybody else"} />
          {languages.map((language) => (
            <Words form={form} language={language} legend={languageName(language)} />
          ))}
        </div>
        <div class="fields fields--2">
          <Link form={form} name="url" label="Opens" hint="Empty: your website." />
          <Link form={form} name="image" label="Image" hint="The address of a picture." />
        </div>
        <Buttons form={form} />
        <More form={form} />
      </div>
    </section>
  );
};

const AddLanguage = ({ form }: { form: FormState }) => {
  const id = fieldId(OF, NEW_LANGUAGE);
  const issue = issueOf(form, OF, NEW_LANGUAGE);
  return (
    <div class="stack stack--s">
      <div class="row">
        <label class="vh" for={id}>
          A language to translate it to, such as German, de or pt-BR
        </label>
        <input
          class="input input--s input--8"
          id={id}
          name={NEW_LANGUAGE}
          value={form.fields.text(NEW_LANGUAGE)}
          list="languages"
          placeholder="German, de"
          maxlength={35}
          autocomplete="off"
          {...described(id, false, issue)}
        />
        <button class="btn btn--s" name={DO} value={ADD_LANGUAGE}>
          <Icon name="plus" />
          Language
        </button>
      </div>
      <datalist id="languages">
        {SUGGESTED.map((tag) => (
          <option value={tag}>{languageName(tag)}</option>
        ))}
      </datalist>
      {issue !== undefined && (
        <p class="error" id={`${id}-error`}>
          {issue}
        </p>
      )}
    </div>
  );
};

/** Title and text: the notification's own, or those of a language. */
const Words = ({
  form,
  language,
  legend,
}: {
  form: FormState;
  language?: string;
  legend: string | null;
}) => {
  const of = language === undefined ? "" : `translations.${language}.`;
  const isNew =
    form.fields.text(DO) === ADD_LANGUAGE && languagesIn(form.fields).at(-1) === language;
  return (
    <fieldset
      class="fields"
      data-preview-lang={language ?? ""}
      id={language === undefined ? undefined : fieldId(OF, `translations.${language}`)}
    >
      <legend class={legend === null ? "vh" : undefined}>{legend ?? "Words"}</legend>
      <Text form={form} name={`${of}title`} label="Title" preview="title" autofocus={isNew} />
      <Text form={form} name={`${of}body`} label="Text" preview="body" />
      {language !== undefined && (
        <>
          <details open={["url", "image", "icon"].some((each) => form.issues.has(of + each))}>
            <summary class="small soft">Its own links and pictures</summary>
            <div class="fields">
              <Link form={form} name={`${of}url`} label="Opens" />
              <Link form={form} name={`${of}image`} label="Image" />
              <Link form={form} name={`${of}icon`} label="Icon" />
            </div>
          </details>
          <div>
            <button class="btn btn--s btn--ghost" name={DO} value={removesLanguage(language)}>
              <Icon name="cross" />
              Remove {languageName(language)}
            </button>
          </div>
        </>
      )}
    </fieldset>
  );
};

const Text = ({
  form,
  name,
  label,
  preview,
  autofocus = false,
}: {
  form: FormState;
  name: string;
  label: string;
  preview: "title" | "body";
  autofocus?: boolean;
}) => {
  const id = fieldId(OF, name);
  const text = form.fields.text(name);
  const issue = issueOf(form, OF, name);
  const common = {
    class: "input",
    id,
    name,
    "data-preview": preview,
    ...described(id, false, issue),
  };
  return (
    <FieldFrame
      id={id}
      issue={issue}
      label={
        <>
          {label} <Counter for={id} text={text} most={ADVISED[preview]} />
        </>
      }
    >
      {preview === "title" ? (
        <input {...common} value={text} maxlength={MAX_TITLE} autofocus={autofocus} />
      ) : (
        <textarea {...common} maxlength={MAX_BODY} rows={3}>
          {textIn(text)}
        </textarea>
      )}
    </FieldFrame>
  );
};

const Buttons = ({ form }: { form: FormState }) => {
  const numbers = buttonsIn(form.fields);
  const isNew = form.fields.text(DO) === ADD_BUTTON;
  return (
    <fieldset class="field">
      <legend>
        Buttons <span class="opt">optional, Android shows 3, browsers 2</span>
      </legend>
      <div class="stack stack--s">
        {numbers.map((number, index) => (
          <Button
            form={form}
            number={number}
            shown={index + 1}
            autofocus={isNew && index === numbers.length - 1}
          />
        ))}
        {numbers.length < MAX_BUTTONS && (
          <div>
            <button class="btn btn--s btn--ghost" name={DO} value={ADD_BUTTON}>
              <Icon name="plus" />
              Button
            </button>
          </div>
        )}
      </div>
    </fieldset>
  );
};

const Button = ({
  form,
  number,
  shown,
  autofocus,
}: {
  form: FormState;
  number: string;
  shown: number;
  autofocus: boolean;
}) => {
  const input = (of: string, label: string, rest: Record<string, unknown>) => {
    const name = `actions.${number}.${of}`;
    const id = fieldId(OF, name);
    const issue = issueOf(form, OF, name);
    return (
      <input
        class="input"
        id={id}
        name={name}
        value={form.fields.text(name)}
        aria-label={`${label} of button ${shown}`}
        {...described(id, false, issue)}
        {...rest}
      />
    );
  };
  const wrong = ["title", "url", "action"].flatMap((of) => {
    const name = `actions.${number}.${of}`;
    const issue = issueOf(form, OF, name);
    return issue === undefined ? [] : [{ id: `${fieldId(OF, name)}-error`, issue }];
  });
  return (
    <>
      <div class="button-row button-row--3">
        {input("title", "Label", {
          maxlength: MAX_BUTTON,
          placeholder: "What it says",
          "data-preview": `actions.${shown - 1}.title`,
          autofocus,
        })}
        {input("url", "Address", {
          inputmode: "url",
          placeholder: "https://, or as the notification",
        })}
        {input("action", "Name", {
          class: "input mono",
          maxlength: MAX_NAME,
          placeholder: `button_${shown}`,
          title: "By its name clicks are told. dismiss only closes the notification.",
        })}
        <button
          class="btn btn--icon btn--ghost btn--s"
          name={DO}
          value={removesButton(number)}
          aria-label={`Remove button ${shown}`}
        >
          <Icon name="cross" />
        </button>
      </div>
      {wrong.map(({ id, issue }) => (
        <p class="error" id={id}>
          Button {shown}: {issue}
        </p>
      ))}
    </>
  );
};
