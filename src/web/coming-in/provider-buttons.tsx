// The buttons by which people come in with what they have at GitHub and Google, where the installation has these.
import type { SignIn } from "../../domain/context.ts";
import { Icon } from "../parts/icon.tsx";

export const PROVIDERS = {
  github: { label: "GitHub", asks: "https://github.com" },
  google: { label: "Google", asks: "https://accounts.google.com" },
} as const;

export type Provider = keyof typeof PROVIDERS;

/** The providers that are set up. */
export const providersOf = ({ providers }: SignIn): Provider[] =>
  (["github", "google"] as const).filter((each) => providers[each] !== undefined);

/** What the page's policy must let forms lead to: browsers hold redirects after a form to it too. */
export const formsOf = (signIn: SignIn) => ({
  forms: providersOf(signIn).map((each) => PROVIDERS[each].asks),
});

/** A button for each, which goes on to `next`, and `or`, what comes below it. */
export const ProviderButtons = ({
  signIn,
  next,
  verb,
  or,
}: {
  signIn: SignIn;
  next: string;
  verb: string;
  or?: string;
}) => {
  const all = providersOf(signIn);
  if (all.length === 0) return null;
  return (
    <>
      <div class="stack stack--s">
        {all.map((each) => (
          <form method="post" action={`/dashboard/auth/${each}`}>
            <input type="hidden" name="next" value={next} />
            <button class="btn btn--block">
              <Icon name={each} />
              {verb} with {PROVIDERS[each].label}
            </button>
          </form>
        ))}
      </div>
      {or && <p class="or">{or}</p>}
    </>
  );
};
