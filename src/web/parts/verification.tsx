// What a provider said when it was asked whether it takes an app's messages.
import type { CredentialVerification } from "../../kit/push/credentials.ts";
import { Notice } from "./notice.tsx";

/** What to do about each error of a verification. */
const ADVICE: Readonly<Record<string, string>> = {
  misconfigured: "Replace the key with one that is right.",
  doubtful: "Look at the key first; a newer device may help too.",
  gone: "The device is gone, which says nothing of the key. Try again once another has registered.",
  rejected: "The device is refused, which says nothing of the key. Try again with another.",
  unreachable: "Try again in a minute.",
};

export const Verified = ({ verified }: { verified: CredentialVerification }) => {
  if (verified.ok) {
    return (
      <Notice tone="ok">
        <p>
          <strong>
            {verified.detail === undefined
              ? "The provider takes messages of this app, asked just now."
              : "The provider takes the key, asked just now."}
          </strong>{" "}
          {verified.detail}
        </p>
      </Notice>
    );
  }
  return (
    <Notice tone={verified.error === "misconfigured" ? "bad" : "warn"}>
      <p>
        <strong>{verified.detail}</strong> {ADVICE[verified.error]}
      </p>
    </Notice>
  );
};
