// A control of an app's design, with its label, its sentence of help and what is wrong with it.
import type { FormState } from "../dashboard/form-state.ts";
import { described, fieldId, FieldFrame, textIn } from "../parts/field.tsx";
import type { Control } from "./control-type.ts";
import { type Design, linesOf, ON, shownOf } from "./mapping.ts";
import { Switch } from "./switch.tsx";

/** The path of the form, below the page's. */
export const OF = "";

/** An input's colour has no other form. */
const HEX = /^#[0-9a-fA-F]{6}$/;
/** Fewest and most lines that a list of lines shows at once. */
const LINES = { fewest: 3, most: 12 };

interface ControlProps {
  control: Control;
  design: Design;
  form: FormState;
  /** Of who may look only. */
  isDisabled: boolean;
  /** The colour that holds where none is set, by what follows it. */
  defaults: Readonly<Record<string, string>>;
}

type Kind<Name extends Control["kind"]> = Extract<Control, { kind: Name }>;

/** A control of one kind, with what it holds. */
interface Held<Name extends Control["kind"]> {
  control: Kind<Name>;
  id: string;
  held: readonly string[];
  issue: string | undefined;
  isDisabled: boolean;
}

export const ControlField = ({ control, design, form, isDisabled, defaults }: ControlProps) => {
  const held = form.posted === OF ? form.fields.all(control.path) : shownOf(control, design);
  const common = {
    id: fieldId(OF, control.path),
    held,
    issue: issueFor(control, form, held.at(-1) ?? ""),
    isDisabled,
  };
  switch (control.kind) {
    case "text":
      return <Line control={control} {...common} least={design.version_code} />;
    case "color":
      return <Color control={control} {...common} fallback={defaults[control.follows] ?? ""} />;
    case "choice":
      return <Choice control={control} {...common} />;
    case "switch":
    case "switches":
      return <Switches control={control} {...common} />;
    case "lines":
    case "shortcuts":
    case "sentence":
    case "page":
      return <Lines control={control} {...common} />;
  }
};

/** What controls of all kinds have. */
interface Any extends Omit<Held<"text">, "control"> {
  control: Pick<Control, "path" | "label" | "help">;
}

/** What a control with a frame of its own has in common with others of its kind. */
const frameOf = ({ control, id, issue }: Any) => ({
  id,
  label: control.label,
  hint: control.help,
  issue,
});

const inputOf = ({ control, id, issue, isDisabled }: Any) => ({
  id,
  name: control.path,
  disabled: isDisabled,
  ...described(id, true, issue),
});

/** `least` is the least that a number may be. */
const Line = ({ least, ...props }: Held<"text"> & { least: number }) => {
  const { control, held } = props;
  return (
    <FieldFrame {...frameOf(props)} isOptional={control.isOptional === true}>
      <input
        class={control.isCode ? "input mono" : "input"}
        value={held.at(-1) ?? ""}
        type={control.type ?? "text"}
        required={control.isOptional !== true}
        maxlength={control.maxLength}
        placeholder={control.placeholder}
        data-bind={control.follows}
        {...(control.type === "number" ? numberOf(control.range ?? [least]) : {})}
        {...inputOf(props)}
      />
    </FieldFrame>
  );
};

const numberOf = ([min, max]: readonly [number, number?]) => ({
  min,
  max,
  inputmode: "numeric" as const,
});

/** A picker and the colour as text, either of which the script lets the other follow; the text alone is posted. */
const Color = ({ fallback, ...props }: Held<"color"> & { fallback: string }) => {
  const { control, id, held, isDisabled } = props;
  const text = held.at(-1) ?? "";
  return (
    <FieldFrame {...frameOf(props)} isOptional>
      <div class="group">
        <input
          class="input swatch"
          type="color"
          value={HEX.test(text) ? text : fallback}
          aria-label={`Pick: ${control.label}`}
          disabled={isDisabled}
          data-color={control.follows}
          data-for={id}
        />
        <input
          class="input mono"
          value={text}
          pattern={HEX.source.slice(1, -1)}
          title="A colour is # and six digits or letters from a to f, such as #3366ff"
          placeholder={fallback}
          data-default={fallback}
          {...inputOf(props)}
        />
      </div>
    </FieldFrame>
  );
};

const Choice = ({ control, id, held, issue, isDisabled }: Held<"choice">) => (
  <fieldset
    class="field"
    id={id}
    aria-describedby={described(id, true, issue)["aria-describedby"]}
    disabled={isDisabled}
  >
    <legend>{control.label}</legend>
    <div class="seg">
      {control.options.map(({ value, label }) => (
        <label>
          <input
            type="radio"
            name={control.path}
            value={value}
            checked={value === held.at(-1)}
            disabled={isDisabled}
          />
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

const Switches = ({ control, id, held, issue, isDisabled }: Held<"switch" | "switches">) => {
  const one = (value: string, label: string, help: string, follows?: string) => (
    <Switch
      id={control.kind === "switch" || value === control.options[0]?.value ? id : undefined}
      issue={issue}
      label={label}
      help={help}
      name={control.path}
      value={value}
      isOn={held.includes(value)}
      isDisabled={isDisabled}
      follows={follows}
    />
  );
  return (
    <>
      {control.kind === "switch" ? (
        one(ON, control.label, control.help, control.follows)
      ) : (
        <>
          <p class="muted small">{control.help}</p>
          {control.options.map(({ value, label, help }) => one(value, label, help))}
        </>
      )}
      <Wrong id={id} issue={issue} />
    </>
  );
};

const Lines = (props: Held<"lines" | "shortcuts" | "sentence" | "page">) => {
  const { control, held } = props;
  const text = held.at(-1) ?? "";
  const count = text.split("\n").length + 1;
  const attributes =
    control.kind === "sentence"
      ? { class: "input", rows: 2, maxlength: control.maxLength }
      : {
          class: "input mono",
          rows: Math.min(Math.max(count, LINES.fewest), LINES.most),
          placeholder: control.placeholder,
        };
  return (
    <FieldFrame {...frameOf(props)} isOptional>
      <textarea {...attributes} {...inputOf(props)}>
        {textIn(text)}
      </textarea>
    </FieldFrame>
  );
};

const Wrong = ({ id, issue }: { id: string; issue: string | undefined }) =>
  issue === undefined ? null : (
    <p class="error" id={`${id}-error`}>
      {issue}
    </p>
  );

/** What is wrong with the field, or with which of its lines: all of them. */
function issueFor(control: Control, form: FormState, text: string): string | undefined {
  if (form.posted !== OF) return undefined;
  const own = form.issues.get(control.path);
  if (own !== undefined) return own;
  const below = [...form.issues].filter(([path]) => path.startsWith(`${control.path}.`));
  if (below.length === 0) return undefined;
  const lines = control.kind === "lines" || control.kind === "shortcuts" ? linesOf(text) : [];
  const wrong = new Map<string, string[]>();
  for (const [path, message] of below) {
    // "config.shortcuts.0.url": the line is what the number says.
    const line = lines[Number.parseInt(path.slice(control.path.length + 1), 10)];
    wrong.set(message, [...(wrong.get(message) ?? []), ...(line === undefined ? [] : [line])]);
  }
  return [...wrong]
    .map(([message, of]) => (of.length === 0 ? message : `${of.join(", ")}: ${message}`))
    .join(" ");
}
