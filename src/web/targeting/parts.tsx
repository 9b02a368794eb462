// The parts of the audience builder: groups, conditions, and the templates of both that its script copies.
import { textOf } from "../../domain/composing/typed-values.ts";
import { Icon } from "../parts/icon.tsx";
import { PLATFORMS } from "../parts/subscriber-words.ts";
import { step } from "./steps.ts";
import { blankCondition, inside, isGroup, nameAt, type Condition, type Group } from "./tree.ts";
import type { SegmentName } from "./values.ts";

export interface BuilderProps {
  id: string;
  name: string;
  segments: readonly SegmentName[];
  /** By what number each part is called. */
  numbers: ReadonlyMap<string, number>;
  /** What is wrong with parts. */
  issues: ReadonlyMap<string, string>;
  /** The part that has the focus, or with a + the group whose button has it; null for none. */
  focus: string | null;
}

/** Groups in which groups can be: a condition in the third is the fourth level. */
const MAX_GROUPS = 3;

const FIELDS = [
  { value: "platform", label: "Platform" },
  { value: "tags", label: "Tag" },
  { value: "languages", label: "Language" },
  { value: "countries", label: "Country" },
  { value: "user_ids", label: "User id" },
  { value: "events", label: "Event" },
  { value: "segment", label: "Saved segment" },
] as const;

const HOWS = ["all", "any", "none"];

type Kind = "platform" | "segment" | "tags" | "text";

/** What a condition on a field is filled in by. */
const kindOf = (field: string): Kind =>
  field === "platform" || field === "segment" || field === "tags" ? field : "text";

const COMPARISONS: Readonly<Record<Kind, readonly { value: string; label: string }[]>> = {
  platform: [
    { value: "any", label: "is any of" },
    { value: "none", label: "is none of" },
  ],
  text: [
    { value: "any", label: "is any of" },
    { value: "none", label: "is none of" },
  ],
  tags: [
    { value: "any", label: "is any of" },
    { value: "none", label: "is none of" },
    { value: "all", label: "is all of" },
  ],
  segment: [
    { value: "any", label: "is in" },
    { value: "none", label: "is not in" },
  ],
};

type Option = { value: string; label: string };

/** The options of a choice; one that it does not have is shown as it came, and refused when it is sent. */
const Options = ({ options, chosen }: { options: readonly Option[]; chosen: string }) => {
  const isKnown = options.some(({ value }) => value === chosen);
  const all = isKnown ? options : [...options, { value: chosen, label: chosen }];
  return (
    <>
      {all.map(({ value, label }) => (
        <option value={value} selected={value === chosen}>
          {label}
        </option>
      ))}
    </>
  );
};

const Issue = ({ id, says }: { id: string; says: string | undefined }) =>
  says === undefined ? null : (
    <p class="error" id={`${id}-error`}>
      {says}
    </p>
  );

export const GroupFields = ({
  part,
  level,
  ...props
}: BuilderProps & { part: Group; level: number }) => {
  const { name, numbers, issues, focus } = props;
  const { at, how, of } = part;
  const number = numbers.get(at) ?? 1;
  const issue = issues.get(at);
  const id = `${props.id}-g${at.replaceAll(".", "-")}`;
  return (
    <fieldset class="aud" data-group={at} aria-describedby={issue && `${id}-error`}>
      <legend>
        <span>{at === "" ? "People who match" : "who match"}</span>
        <select
          class="input input--s"
          name={nameAt(name, at, "how")}
          aria-label={`How the conditions of group ${number} combine`}
          data-label="How the conditions of group # combine"
          autofocus={focus === at}
        >
          <Options options={HOWS.map((value) => ({ value, label: value }))} chosen={how} />
        </select>
        <span>of these</span>
        {at !== "" && (
          <span class="push-end">
            <Remove name={name} at={at} label={`Remove group ${number}`} />
          </span>
        )}
      </legend>
      {of.map((each) =>
        isGroup(each) ? (
          <GroupFields {...props} part={each} level={level + 1} />
        ) : (
          <ConditionFields {...props} part={each} />
        ),
      )}
      <Issue id={id} says={issue} />
      <div class="row" data-adds>
        <button
          class="btn btn--s btn--ghost"
          name="do"
          value={step(name, "add", at)}
          data-add="condition"
          autofocus={focus === `${at}+`}
        >
          <Icon name="plus" />
          Condition<span class="vh"> in group {number}</span>
        </button>
        {level < MAX_GROUPS && (
          <button
            class="btn btn--s btn--ghost"
            name="do"
            value={step(name, "group", at)}
            data-add="group"
          >
            <Icon name="plus" />
            Group<span class="vh"> in group {number}</span>
          </button>
        )}
      </div>
    </fieldset>
  );
};

const Remove = ({ name, at, label }: { name: string; at: string; label: string }) => (
  <button
    class="btn btn--icon btn--ghost btn--s"
    name="do"
    value={step(name, "remove", at)}
    aria-label={label}
    data-label={label.replace(/\d+$/, "#")}
    data-remove
  >
    <Icon name="cross" />
  </button>
);

const ConditionFields = ({ part, ...props }: BuilderProps & { part: Condition }) => {
  const { name, segments, numbers, issues, focus } = props;
  const { at, field, is } = part;
  const number = numbers.get(at) ?? 1;
  const issue = issues.get(at);
  const id = `${props.id}-${at.replaceAll(".", "-")}`;
  const kind = kindOf(field);
  const fields = FIELDS.filter(
    ({ value }) => value !== "segment" || field === value || segments.length > 0,
  );
  return (
    <>
      <div class="cond" data-cond={at} data-kind={kind}>
        <select
          class="input input--s"
          name={nameAt(name, at, "field")}
          aria-label={`Condition ${number}`}
          data-label="Condition #"
          autofocus={focus === at}
          data-field
        >
          <Options options={fields} chosen={field} />
        </select>
        <select
          class="input input--s"
          name={nameAt(name, at, "is")}
          aria-label={`Comparison of condition ${number}`}
          data-label="Comparison of condition #"
          data-is
        >
          <Options options={COMPARISONS[kind]} chosen={is} />
        </select>
        <Values {...props} part={part} id={id} number={number} issue={issue} />
        <Remove name={name} at={at} label={`Remove condition ${number}`} />
      </div>
      <Issue id={id} says={issue} />
    </>
  );
};

const Values = ({
  part: { at, field, values },
  name: prefix,
  segments,
  id,
  number,
  issue,
}: BuilderProps & { part: Condition; id: string; number: number; issue: string | undefined }) => {
  const name = nameAt(prefix, at, "values");
  const label = {
    "aria-label": `Values of condition ${number}`,
    "data-label": "Values of condition #",
  };
  const wrong =
    issue === undefined
      ? {}
      : { "aria-invalid": "true" as const, "aria-describedby": `${id}-error` };
  switch (kindOf(field)) {
    case "platform":
      return (
        <div class="tokens" role="group" data-values {...label} {...wrong}>
          {PLATFORMS.map(({ key, label: text }) => (
            <label class="check small">
              <input
                type="checkbox"
                name={name}
                value={key}
                checked={values.some((value) =>
                  [key, text.toLowerCase()].includes(value.toLowerCase()),
                )}
              />
              <span>{text}</span>
            </label>
          ))}
        </div>
      );
    case "segment": {
      const [chosen = ""] = values;
      const options = [
        ...(chosen === "" ? [{ value: "", label: "Choose one" }] : []),
        ...segments.map((each) => ({ value: each.id, label: each.name })),
      ];
      return (
        <div data-values>
          <select class="input input--s" id={id} name={name} {...label} {...wrong}>
            <Options options={options} chosen={chosen} />
          </select>
        </div>
      );
    }
    default:
      return (
        <div class="tokens" data-values>
          <input
            id={id}
            name={name}
            value={textOf(values)}
            placeholder="Several: with commas between"
            autocomplete="off"
            spellcheck={false}
            {...label}
            {...wrong}
          />
        </div>
      );
  }
};

/** Where a part of a template stands: the script puts its place there. */
const HERE = "HERE";

/** What the script copies: a condition, a group, and what the kinds of conditions are filled in by. */
export const Templates = (given: BuilderProps) => {
  const props: BuilderProps = { ...given, issues: new Map(), focus: null, numbers: new Map() };
  const blank = blankCondition(HERE);
  const group: Group = { at: HERE, how: "any", of: [blankCondition(inside(HERE, 0))] };
  const kinds = [
    { ...blank, field: "platform" },
    { ...blank, field: "countries" },
    ...(given.segments.length > 0 ? [{ ...blank, field: "segment" }] : []),
  ];
  return (
    <>
      <template data-new="group">
        <GroupFields {...props} part={group} level={2} />
      </template>
      {[blank, ...kinds].map((part) => (
        <template data-new={kindOf(part.field)}>
          <ConditionFields {...props} part={part} />
        </template>
      ))}
    </>
  );
};
