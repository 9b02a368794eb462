// The form that filters the list of subscribers.
import { MAX_NAMED } from "../../domain/subscribers/facts/text.ts";
import { PLATFORM_LABELS, STATE_LABELS } from "../parts/subscriber-words.ts";
import { listPath, type Filters } from "./filters.ts";

export const FilterForm = ({
  base,
  filters,
  tags,
}: {
  base: string;
  filters: Filters;
  tags: readonly string[];
}) => (
  <form
    method="get"
    action={base}
    class="card-body filters"
    role="search"
    aria-label="Filter subscribers"
  >
    <label class="vh" for="f-find">
      User id
    </label>
    <input
      class="input input--s"
      type="search"
      id="f-find"
      name="find"
      value={filters.find}
      maxlength={MAX_NAMED}
      placeholder="User id, or its beginning"
    />
    <Choice
      name="platform"
      label="Platform"
      all="All platforms"
      options={PLATFORM_LABELS}
      {...{ filters }}
    />
    <Choice name="status" label="State" all="Any state" options={STATE_LABELS} {...{ filters }} />
    <label class="vh" for="f-tag">
      Tag
    </label>
    <input
      class="input input--s input--8"
      id="f-tag"
      name="tag"
      value={filters.tag}
      maxlength={MAX_NAMED}
      placeholder="Tag"
      list="f-tags"
      autocomplete="off"
    />
    <datalist id="f-tags">
      {tags.map((tag) => (
        <option value={tag} />
      ))}
    </datalist>
    <button class="btn btn--s">Filter</button>
    {listPath(base, filters) !== base && (
      <a class="btn btn--s btn--ghost" href={base}>
        Show all
      </a>
    )}
  </form>
);

const Choice = ({
  name,
  label,
  all,
  options,
  filters,
}: {
  name: "platform" | "status";
  label: string;
  all: string;
  options: Readonly<Record<string, string>>;
  filters: Filters;
}) => (
  <>
    <label class="vh" for={`f-${name}`}>
      {label}
    </label>
    <select class="input input--s" id={`f-${name}`} name={name}>
      <option value="">{all}</option>
      {Object.entries(options).map(([value, text]) => (
        <option value={value} selected={filters[name] === value}>
          {text}
        </option>
      ))}
    </select>
  </>
);
