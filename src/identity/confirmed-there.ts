// What GitHub and Google say of somebody, taken only where they confirmed the address. Anybody can name somebody else's there:
// whether that has a user here would show in how the sign-in ends, and a user made by it would wait for who has the address.
import { github, google } from "better-auth/social-providers";

/** The provider did not confirm the address. */
export class UnconfirmedThere extends Error {}

const PROVIDERS = { github, google };

/** What better-auth asks a provider with. It throws UnconfirmedThere. */
export function confirmedThere(
  name: keyof typeof PROVIDERS,
  secrets: { clientId: string; clientSecret: string },
) {
  const provider = PROVIDERS[name](secrets);
  return async (token: Parameters<typeof provider.getUserInfo>[0]) => {
    const info = await provider.getUserInfo(token);
    if (info && !info.user.emailVerified) throw new UnconfirmedThere();
    return info;
  };
}
