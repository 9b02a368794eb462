// The accounts at GitHub and Google by which somebody comes in.
import { Icon } from "../parts/icon.tsx";
import { PROVIDERS } from "../coming-in/provider-buttons.tsx";
import type { SecurityFacts } from "./facts.ts";

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
                      : `Sign in by it once with ${person.email}, and it lets you in`}
                  </small>
                </span>
              </span>
              <span class="chip" data-tone={login ? "ok" : "off"}>
                {login ? "On" : "Off"}
              </span>
            </div>
          );
        })}
      </div>
    </section>
  );
};
