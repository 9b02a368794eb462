// Where somebody who came in goes on: to the account that they looked at last, or their only one; of several they choose, and
// who has none is told what to do. With ?choose they always choose.
import { openAccount, mayOpenAccount } from "../../domain/people/open-account.ts";
import { accountsOf, type OwnAccount } from "../../domain/people/members.ts";
import type { Person, PersonCtx } from "../../domain/context.ts";
import { accountOf } from "../dashboard/cookies.ts";
import { Door } from "../dashboard/door.tsx";
import { INSTALLATION } from "../dashboard/places.ts";
import { form, goTo, personPage, type View } from "../dashboard/page.ts";
import { Chip } from "../parts/chip.tsx";
import { Notice } from "../parts/notice.tsx";
import { PAGE_RATE } from "../rate.ts";
import { DOOR_RATE } from "./visitor.ts";

const pathOf = ({ id }: { id: number }) => `/dashboard/${id}`;

export const accountsPages = personPage({
  path: "",
  operationId: "showDashboard",
  summary: "Leads to the account that was looked at last, or the only one",
  rate: PAGE_RATE,
  show: async (ctx, { request, query, form: state }) => {
    const all = await accountsOf(ctx, ctx.person);
    if (state.posted !== null || "choose" in query) return listOf(ctx, all);
    const [only] = all;
    const last = all.find(({ id }) => id === accountOf(request));
    const to = last ?? (all.length === 1 ? only : undefined);
    return to ? goTo(pathOf(to)) : listOf(ctx, all);
  },
  forms: [
    form({
      path: "/accounts",
      operationId: "openAccount",
      summary: "Open an account, for who has none",
      rate: DOOR_RATE,
      run: async (ctx) => {
        await openAccount(ctx);
        return { to: "/dashboard" };
      },
    }),
  ],
});

async function listOf(ctx: PersonCtx, all: readonly OwnAccount[]): Promise<View> {
  if (all.length > 0)
    return { title: "Accounts", body: <Accounts person={ctx.person} all={all} /> };
  const mayOpen = await mayOpenAccount(ctx, ctx.person);
  return { title: "No account yet", body: <None person={ctx.person} mayOpen={mayOpen} /> };
}

const Accounts = ({ person, all }: { person: Person; all: readonly OwnAccount[] }) => (
  <Door
    title={`Where to, ${person.name}?`}
    text={`You are a member of ${all.length === 1 ? "one account" : `${all.length} accounts`}.`}
    says="Everybody has a role, and a log keeps who did what."
  >
    <ul class="stack stack--s">
      {all.map((each) => (
        <li class="card card--link">
          <div class="card-body row row--between">
            <a class="cover" href={pathOf(each)}>
              <b>{each.name}</b>
            </a>
            {each.isSuspended && <Chip state="suspended" />}
            <span class="muted small">
              {each.role}, {each.members === 1 ? "1 member" : `${each.members} members`}
            </span>
          </div>
        </li>
      ))}
    </ul>
    <Ways person={person} />
  </Door>
);

const None = ({ person, mayOpen }: { person: Person; mayOpen: boolean }) => (
  <Door
    title="You belong to no account"
    text={`You are signed in as ${person.email}. Apps, builds and people live in accounts.`}
  >
    {mayOpen ? (
      <form method="post" action="/dashboard/accounts">
        <button class="btn btn--primary btn--block">Open an account of your own</button>
      </form>
    ) : (
      <Notice tone="idle">
        <p>
          <strong>Have yourself invited.</strong> An owner of an account invites you by this
          address: {person.email}. For an account of your own, ask whoever runs this installation.
        </p>
      </Notice>
    )}
    <Ways person={person} />
  </Door>
);

/** What else somebody can do who is in no account at the moment. */
const Ways = ({ person }: { person: Person }) => (
  <div class="row">
    {person.isOperator && (
      <a class="btn btn--s" href={INSTALLATION}>
        Installation
      </a>
    )}
    <a class="btn btn--s" href="/dashboard/security">
      Sign-in and security
    </a>
    <form method="post" action="/dashboard/sign-out">
      <button class="btn btn--s btn--ghost">Sign out</button>
    </form>
  </div>
);
