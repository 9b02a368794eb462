// A control of an app's design, with its label, its sentence of help and what is wrong with it.
import type { App } from "../../domain/apps/find-app.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { described, fieldId, FieldFrame } from "../parts/field.tsx";
import type { Control } from "./controls.ts";
import { linesOf, ON, shownOf } from "./mapping.ts";

/** The path of the form, below the page's. */
export const OF = "";

/** An input's colour has no other form. */
const HEX = /^#[0-9a-fA-F]{6}$/;

interface Props {
  control: Control;
  app: App;
  form: FormState;
  /** Of who may look only. */
  isDisabled: boolean;
  /** The colour that holds where none is set, by what follows it. */
  defaults: Readonly<Record<string, string>>;
}

export const ControlField = ({ control, app, form, isDisabled, defaults }: Props) => {
  const held = form.posted === OF ? form.fields.all(control.path) : shownOf(control, app);
  const text = held.at(-1) ?? "";
  const issue = issueFor(control, form, text);
  const id = fieldId(OF, control.path);
  const common = {
    id,
    name: control.path,
    disabled: isDisabled,
    ...described(id, true, issue),
  };
  const frame = { id, label: control.label, hint: control.help, issue };
  switch (control.kind) {
    case "text":
      return (
        <FieldFrame {...frame} isOptional={control.isOptional === true}>
          <input
            class={control.isCode ? "input mono" : "input"}
            value={text}
            type={control.type ?? "text"}
            required={control.isOptional !== true}
            maxlength={control.maxLength}
            placeholder={control.placeholder}
            data-bind={control.follows}
            {...(control.type === "number" ? { min: app.versionCode, inputmode: "numeric" } : {})}
            {...common}
          />
        </FieldFrame>
      );
    case "color":
      return (
        <FieldFrame {...frame} isOptional>
          <div class="group">
            <input
              class="input swatch"
              type="color"
              value={HEX.test(text) ? text : defaults[control.follows]}
              aria-label={`Pick: ${control.label}`}
              disabled={isDisabled}
              data-color={control.follows}
              data-for={id}
            />
            <input
              class="input mono"
              value={text}
              pattern="#[0-9a-fA-F]{6}"
              placeholder={defaults[control.follows]}
              data-default={defaults[control.follows]}
              {...common}
            />
          </div>
        </FieldFrame>
      );
    case "choice":
      return (
        <fieldset class="field" id={id} aria-describedby={`${id}-hint`} disabled={isDisabled}>
          <legend>{control.label}</legend>
          <div class="seg">
            {control.options.map(({ value, label }) => (
              <label>
                <input type="radio" name={control.path} value={value} checked={value === text} />
                {label}
              </label>
            ))}
          </div>
          <p class="hint" id={`${id}-hint`}>
            {control.help}
          </p>
          <Wrong id={id} issue={issue} />
        </fieldset>
      );
    case "switch":
      return (
        <>
          <Switch
            label={control.label}
            help={control.help}
            name={control.path}
            value={ON}
            isOn={held.length > 0}
            isDisabled={isDisabled}
            follows={control.follows}
          />
          <Wrong id={id} issue={issue} />
        </>
      );
    case "switches":
      return (
        <>
          <p class="muted small">{control.help}</p>
          {control.options.map((each) => (
            <Switch
              label={each.label}
              help={each.help}
              name={control.path}
              value={each.value}
              isOn={held.includes(each.value)}
              isDisabled={isDisabled}
            />
          ))}
          <Wrong id={id} issue={issue} />
        </>
      );
    case "lines":
    case "sentence":
      return (
        <FieldFrame {...frame} isOptional>
          <textarea
            class={control.kind === "lines" ? "input mono" : "input"}
            rows={
              control.kind === "lines" ? Math.min(Math.max(text.split("\n").length + 1, 3), 12) : 2
            }
            {...(control.kind === "sentence"
              ? { maxlength: control.maxLength }
              : { placeholder: control.placeholder })}
            {...common}
          >
            {text}
          </textarea>
        </FieldFrame>
      );
  }
};

const Wrong = ({ id, issue }: { id: string; issue: string | undefined }) =>
  issue === undefined ? null : (
    <p class="error" id={`${id}-error`}>
      {issue}
    </p>
  );

const Switch = ({
  label,
  help,
  name,
  value,
  isOn,
  isDisabled,
  follows,
}: {
  label: string;
  help: string;
  name: string;
  value: string;
  isOn: boolean;
  isDisabled: boolean;
  follows?: string | undefined;
}) => (
  <label class="setting">
    <span>
      {label}
      <small>{help}</small>
    </span>
    <input
      class="switch"
      type="checkbox"
      role="switch"
      name={name}
      value={value}
      checked={isOn}
      disabled={isDisabled}
      data-switch={follows}
    />
  </label>
);

/** What is wrong with the field, or with which of its lines. */
function issueFor(control: Control, form: FormState, text: string): string | undefined {
  if (form.posted !== OF) return undefined;
  const own = form.issues.get(control.path);
  if (own !== undefined) return own;
  const below = [...form.issues].find(([path]) => path.startsWith(`${control.path}.`));
  if (below === undefined) return undefined;
  const [path, message] = below;
  const line = linesOf(text)[Number(path.slice(control.path.length + 1))];
  return control.kind === "lines" && line !== undefined ? `${line}: ${message}` : message;
}
