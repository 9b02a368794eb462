// What operators' lists of all accounts have in common: the tabs of states, and the filter by account.
import { accountPath } from "../dashboard/places.ts";

/** Tabs by state, and one for all. `to` is the path for a state; undefined for any. */
export const StateTabs = <State extends string>({
  states,
  chosen,
  to,
}: {
  states: readonly State[];
  chosen: State | undefined;
  to: (state: State | undefined) => string;
}) => (
  <nav class="seg" aria-label="Filter by state">
    {[undefined, ...states].map((state) => (
      <a href={to(state)} aria-current={state === chosen ? "true" : undefined}>
        {state === undefined ? "All" : state.charAt(0).toUpperCase() + state.slice(1)}
      </a>
    ))}
  </nav>
);

/** A form that asks for the rows of one account by its id. `kept` are the filters that stay. */
export const OfAccount = ({
  action,
  account,
  kept,
}: {
  action: string;
  account: number | undefined;
  kept: Readonly<Record<string, string>>;
}) => (
  <form method="get" action={action} class="filters" role="search" aria-label="Filter by account">
    {Object.entries(kept).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <label class="vh" for="of-account">
      Id of an account
    </label>
    <input
      class="input input--s"
      type="number"
      id="of-account"
      name="account"
      min="1"
      value={account === undefined ? undefined : String(account)}
      placeholder="Id of an account"
    />
    <button class="btn btn--s">Filter</button>
  </form>
);

/** Whose rows these are, with the way to its page and back to those of all; `name` is null for an account that is gone. */
export const FilteredTo = ({
  account,
  name,
  all,
}: {
  account: number;
  name: string | null;
  all: string;
}) => (
  <p class="break">
    Of the account{" "}
    {name === null ? (
      `${account}, which is not there any more`
    ) : (
      <a href={accountPath(account)}>{name}</a>
    )}
    . <a href={all}>Show all</a>
  </p>
);
