// The audience builder: a card of a form in which people say who gets something. Its fields are those of tree.ts. Without a
// script its buttons post (steps.ts); with the script `audience` the same happens in place, and the size follows.
import { Targeting, type Audience } from "../../domain/audiences/targeting.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { fieldId } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Offers, type Offered } from "./offers.tsx";
import { GroupFields, Templates, type BuilderProps } from "./parts.tsx";
import { sentenceOf } from "./sentence.ts";
import { pressed, step } from "./steps.ts";
import { built, placedIssues, type Built } from "./targeting-of.ts";
import { aimOf, aimOfFields, isGroup, SEGMENT, type Aim, type Part } from "./tree.ts";
import { issuesIn, Sentence, SizeFoot, Used, whyUncounted, type CountedSize } from "./size.tsx";
import type { SegmentName } from "./values.ts";

export interface AudienceProps {
  /** The path of the form that it is in, as fields have it. */
  of?: string;
  name?: string;
  /** What it shows before anything was typed; null for conditions that somebody is to fill in. */
  audience: Audience | null;
  /** Those that conditions may name: none in a segment's own. */
  segments: readonly SegmentName[];
  /** What conditions can name, to choose from. */
  offered: Offered;
  /** What was typed, and what is wrong with it. */
  state: Pick<FormState, "fields" | "issues">;
  /** The size of what it shows; null while nobody counted. */
  size: CountedSize | null;
  /** Where the script asks for the size: the form that answers with `sizeAnswer`. */
  sizePath: string;
  title?: string;
  /** How the choice to set conditions is called. */
  own?: string;
}

/** The builder of one form, as a card with the size below. */
export const AudienceBuilder = (given: AudienceProps) => {
  const { size, sizePath, title = "Audience", own = "Built for this one" } = given;
  const { aim, known, props, wrong, why } = shownOf(given);
  const { id, name, segments } = props;
  return (
    <section
      class="card"
      aria-labelledby={`${id}-h`}
      data-audience={name}
      data-size={sizePath}
      id={id}
    >
      <header>
        <h2 id={`${id}-h`}>{title}</h2>
        <Start {...props} start={aim.start} own={own} />
      </header>
      <div class="card-body stack">
        <div class="stack" data-start="built">
          <GroupFields {...props} part={aim.tree} level={1} />
          <p class="row row--between muted small">
            <Used known={known} />
            <button class="btn btn--s btn--ghost" name="do" value={step(name, "json")}>
              Write as JSON
            </button>
          </p>
        </div>
        <p class="soft" data-start="all">
          Everyone who can be reached now: all platforms, languages and countries.
        </p>
        {wrong !== undefined && aim.start !== "json" && <p class="error">{wrong}</p>}
        <Json {...props} aim={aim} wrong={wrong} />
        <Sentence text={aim.start === "all" ? "" : inWords(known, segments)} />
      </div>
      <SizeFoot name={name} size={size} why={why} />
      <Templates {...props} />
      <Offers {...given.offered} />
    </section>
  );
};

/** What the builder shows: what was typed, or else the audience, and what is wrong with it. */
function shownOf({ of = "", name = "targeting", audience, segments, state }: AudienceProps) {
  const aim = aimOfFields(state.fields, name) ?? aimOf(audience);
  const known = built(aim, segments);
  const button = pressed(state.fields, name);
  const asks = button?.what === "size";
  const wrongWith = asks ? issuesIn(known, name) : state.issues;
  const issues = placedIssues(wrongWith, { aim, built: known }, name);
  const props: BuilderProps = {
    id: fieldId(of, name),
    name,
    segments,
    numbers: numbered(aim.tree),
    issues: new Map(issues.flatMap(({ at, says }) => (at === null ? [] : [[at, says]]))),
    focus: focusOf(button, aim),
  };
  return {
    aim,
    known,
    props,
    // What is wrong with no part of the tree.
    wrong: issues.find(({ at }) => at === null)?.says,
    why: asks && issues.length > 0 ? whyUncounted(issues) : "Not counted yet.",
  };
}

const Start = ({
  id,
  name,
  segments,
  start,
  own,
}: BuilderProps & { start: string; own: string }) => {
  const saved = segments.map((each) => ({
    value: SEGMENT + each.id,
    label: `Saved: ${each.name}`,
  }));
  const isGone = start.startsWith(SEGMENT) && !saved.some(({ value }) => value === start);
  const options = [
    { value: "built", label: own },
    { value: "all", label: "Everyone" },
    ...(start === "json" ? [{ value: "json", label: "As JSON" }] : []),
    ...saved,
    ...(isGone ? [{ value: start, label: "Saved: one that is gone" }] : []),
  ];
  return (
    <label class="row small">
      <span class="vh">Start from</span>
      <select class="input input--s" id={`${id}-start`} name={`${name}.start`} data-from>
        {options.map(({ value, label }) => (
          <option value={value} selected={value === start}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
};

/** The targeting as the API has it: shown where the fields can't show it, and for who would rather write it. */
const Json = ({ id, name, aim, wrong }: BuilderProps & { aim: Aim; wrong: string | undefined }) => {
  if (aim.start !== "json") return <input type="hidden" name={`${name}.json`} value="" />;
  return (
    <div class="field" data-start="json">
      <label for={`${id}-json`}>As JSON, for the API</label>
      <textarea
        class="input mono"
        id={`${id}-json`}
        name={`${name}.json`}
        rows={12}
        spellcheck={false}
        aria-describedby={
          wrong === undefined ? `${id}-json-hint` : `${id}-json-hint ${id}-json-error`
        }
        aria-invalid={wrong === undefined ? undefined : "true"}
      >
        {aim.json}
      </textarea>
      <p class="hint" id={`${id}-json-hint`}>
        It is taken as it stands here. Some conditions can be said in no other way.
      </p>
      {wrong !== undefined && (
        <p class="error" id={`${id}-json-error`}>
          {wrong}
        </p>
      )}
      <div>
        <button class="btn btn--s" name="do" value={step(name, "fields")}>
          <Icon name="edit" />
          Show as fields
        </button>
      </div>
    </div>
  );
};

/** What the conditions say, if they are whole. */
function inWords({ targeting }: Built, segments: readonly SegmentName[]): string {
  const { success, data } = Targeting.safeParse(targeting);
  return success ? sentenceOf(data, segments) : "";
}

/** The numbers by which parts are called: of conditions, and of groups. */
function numbered(tree: Part): Map<string, number> {
  const numbers = new Map<string, number>();
  const next = { groups: 0, conditions: 0 };
  const walk = (part: Part) => {
    numbers.set(part.at, isGroup(part) ? ++next.groups : ++next.conditions);
    if (isGroup(part)) part.of.forEach(walk);
  };
  walk(tree);
  return numbers;
}

/** Which part has the focus after a button was pressed: the one that it added, or the group that lost one. */
function focusOf(button: { what: string; at: string } | null, { tree }: Aim): string | null {
  if (button?.what === "remove")
    return `${button.at.slice(0, Math.max(0, button.at.lastIndexOf(".")))}+`;
  if (button?.what !== "add" && button?.what !== "group") return null;
  const find = (part: Part): Part | undefined => {
    if (!isGroup(part)) return undefined;
    return part.at === button.at ? part.of.at(-1) : part.of.map(find).find(Boolean);
  };
  return find(tree)?.at ?? null;
}
