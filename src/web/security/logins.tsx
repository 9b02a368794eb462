// The accounts at GitHub and Google by which somebody comes in: what they are, and ending one.
import type { FormState } from "../dashboard/form-state.ts";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { issueOf } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { PROVIDERS } from "../coming-in/provider-buttons.tsx";
import type { SecurityFacts } from "./facts.ts";
import { othersOf } from "./others.ts";
import { SECURITY } from "./path.ts";

type Provider = keyof typeof PROVIDERS;

const dialogOf = (provider: Provider) => `login-${provider}`;
const pathOf = (provider: Provider) => `/logins/${provider}/end`;

export const Logins = ({ facts }: { facts: SecurityFacts }) => {
  const { providers, logins, person } = facts;
  const shown = (["github", "google"] as const).filter(
    (each) => providers.includes(each) || logins.some(({ provider }) => provider === each),
  );
  if (shown.length === 0) return null;
  return (
    <section class="card" aria-labelledby="ca-h">
      <header>
        <h2 id="ca-h">GitHub and Google</h2>
      </header>
      <div class="card-body">
        {shown.map((each) => {
          const login = logins.find(({ provider }) => provider === each);
          return (
            <div class="setting">
              <span class="person">
                <Icon name={each} />
                <span>
                  {PROVIDERS[each].label}
                  <small>
                    {login
                      ? "Lets you in"
                      : facts.endedLogins.includes(each)
                        ? "Disconnected by you"
                        : `Sign in by it once with ${person.email}, and it lets you in`}
                  </small>
                </span>
              </span>
              {login ? (
                <Opens dialog={dialogOf(each)} class="btn btn--s">
                  Disconnect<span class="vh"> {PROVIDERS[each].label}</span>
                </Opens>
              ) : facts.endedLogins.includes(each) ? (
                <form method="post" action={`${SECURITY}/logins/${each}/allow`}>
                  <button class="btn btn--s">
                    Let it in again<span class="vh">: {PROVIDERS[each].label}</span>
                  </button>
                </form>
              ) : (
                <span class="chip" data-tone="off">
                  Off
                </span>
              )}
            </div>
          );
        })}
      </div>
    </section>
  );
};

export const LoginDialogs = ({ facts, form }: { facts: SecurityFacts; form: FormState }) => (
  <>
    {(["github", "google"] as const)
      .filter((each) => facts.logins.some(({ provider }) => provider === each))
      .map((each) => (
        <Dialog
          id={dialogOf(each)}
          title={`Disconnect ${PROVIDERS[each].label}?`}
          isOpen={form.posted === pathOf(each)}
        >
          <p>It lets you in no more, until you allow it here again. {othersOf(facts, each)}</p>
          <Refused issue={issueOf(form, pathOf(each), "provider")} />
          <form method="post" action={SECURITY + pathOf(each)} class="stack">
            <div class="actions">
              <Closes dialog={dialogOf(each)} />
              <button class="btn btn--danger btn--primary">Disconnect it</button>
            </div>
          </form>
        </Dialog>
      ))}
  </>
);

const Refused = ({ issue }: { issue: string | undefined }) =>
  issue === undefined ? null : <p class="error">{issue}</p>;
