// The pages by which people come in, before there is an account.
import type { Operation } from "../../http/operation.ts";
import { accountsPages } from "./accounts.tsx";
import { forgotPage } from "./forgot.tsx";
import { invitePage } from "./invite.tsx";
import { passkeyPage } from "./passkey.ts";
import { providerPages } from "./provider.ts";
import { resetPage } from "./reset.tsx";
import { secondPage } from "./second.tsx";
import { setupPage } from "./setup.tsx";
import { signInPage } from "./sign-in.tsx";
import { signOutPage } from "./sign-out.ts";
import { signUpPage } from "./sign-up.tsx";
import { verifyPage } from "./verify.tsx";

export const comingIn: readonly Operation[] = [
  ...signInPage,
  ...secondPage,
  ...passkeyPage,
  ...providerPages,
  ...signOutPage,
  ...signUpPage,
  ...verifyPage,
  ...forgotPage,
  ...resetPage,
  ...setupPage,
  ...invitePage,
  ...accountsPages,
];
