// By what the list of accounts is filtered, and the form for it: what their name or address begins with, their plan, and whether
// they are suspended.
import { MAX_SEARCH } from "../../domain/operators/list-accounts.ts";
import { label } from "../../kit/fields.ts";
import { accountsPath } from "../dashboard/places.ts";

export interface Filters {
  /** As it was typed; what no name can begin with finds nothing. */
  q: string;
  plan: string;
  suspended: "true" | "false" | "";
}

/** What the form asks for; what it does not offer is not filtered by. */
export function filtersOf(
  { q = "", plan = "", suspended = "" }: Readonly<Record<string, string>>,
  plans: readonly { name: string }[],
): Filters {
  const fit = label(MAX_SEARCH).safeParse(q);
  return {
    q: fit.data ?? "",
    plan: plans.some(({ name }) => name === plan) ? plan : "",
    suspended: suspended === "true" || suspended === "false" ? suspended : "",
  };
}

/** The filters that are set, as the verb and a link take them. */
export function listQuery(filters: Filters): Record<string, string> {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ""));
}

export const FilterForm = ({
  plans,
  filters,
}: {
  plans: readonly { name: string }[];
  filters: Filters;
}) => (
  <form
    method="get"
    action={accountsPath()}
    class="filters"
    role="search"
    aria-label="Filter accounts"
  >
    <label class="vh" for="ac-q">
      Name or e-mail
    </label>
    <input
      class="input input--s"
      id="ac-q"
      name="q"
      type="search"
      value={filters.q}
      maxlength={MAX_SEARCH}
      placeholder="Name or e-mail"
    />
    <label class="vh" for="ac-plan">
      Plan
    </label>
    <select class="input input--s" id="ac-plan" name="plan">
      <option value="">All plans</option>
      {plans.map(({ name }) => (
        <option value={name} selected={name === filters.plan}>
          {name}
        </option>
      ))}
    </select>
    <label class="vh" for="ac-suspended">
      Suspended
    </label>
    <select class="input input--s" id="ac-suspended" name="suspended">
      <option value="">Suspended or not</option>
      <option value="true" selected={filters.suspended === "true"}>
        Suspended
      </option>
      <option value="false" selected={filters.suspended === "false"}>
        Not suspended
      </option>
    </select>
    <button class="btn btn--s">Filter</button>
  </form>
);
