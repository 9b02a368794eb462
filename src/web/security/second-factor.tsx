// The second factor: setting up an authenticator, the backup codes, turning it off.
import type { Child } from "hono/jsx";
import { qrCode } from "../../http/qr-svg.ts";
import { PasswordField } from "../coming-in/fields.tsx";
import type { FormState } from "../dashboard/form-state.ts";
import { CopyButton, Secret } from "../parts/copy.tsx";
import { CodeField } from "../parts/code-field.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { Notice, Problem } from "../parts/notice.tsx";
import { Qr } from "../qr.tsx";
import type { SecurityFacts } from "./facts.ts";
import { Username } from "./password.tsx";
import { SECURITY } from "./path.ts";

const BEGIN = "/factor";
export const CONFIRM = "/factor/confirm";
const END = "/factor/end";
export const CODES = "/factor/codes";

/** So few codes are worth a notice. */
const FEW_CODES = 3;

/** What is to be set up: the address in the QR code, the same secret, and the backup codes. */
export interface SetUp {
  uri: string;
  secret: string;
  codes: string[];
}

/**
 * What is being set up: what was just made, or what the page that was refused a code had in hidden fields, since it can't be
 * looked up again. Null for nothing.
 */
export function setUpOf(form: FormState): SetUp | null {
  if (form.posted === BEGIN) return form.made as SetUp | null;
  if (form.posted !== CONFIRM) return null;
  const uri = form.fields.text("uri").slice(0, 500);
  const codes = form.fields.text("codes").slice(0, 500).split(" ");
  if (!/^otpauth:\/\/totp\/[\x21-\x7e]+$/.test(uri) || !URL.canParse(uri)) return null;
  return { uri, secret: new URL(uri).searchParams.get("secret") ?? "", codes };
}

/** The codes that were just made anew; null for none. */
export function newCodesOf(form: FormState): string[] | null {
  return form.posted === CODES ? ((form.made as { codes: string[] } | null)?.codes ?? null) : null;
}

export const SecondFactorCard = ({ facts }: { facts: SecurityFacts }) => {
  const { hasSecondFactor: isOn, codesLeft } = facts;
  return (
    <section class="card" aria-labelledby="tf-h">
      <header>
        <h2 id="tf-h">Second factor</h2>
        <span class="chip" data-tone={isOn ? "ok" : "off"}>
          {isOn ? "On" : "Off"}
        </span>
      </header>
      <div class="card-body stack">
        <p class="soft">
          {isOn
            ? codesLeft === null
              ? "It can't be read here any more, since the key of this installation was changed. Turn it off, then set up another: until then your password doesn't let you in."
              : `A code of your authenticator app, asked for after the password. ${codesLeft === 1 ? "1 backup code is" : `${codesLeft} backup codes are`} left.`
            : "A code of an app on your phone, asked for after the password. Whoever has only the password stays outside."}
        </p>
      </div>
      <footer>
        {isOn ? (
          <span class="row">
            {codesLeft !== null && (
              <Opens dialog="codes" class="btn btn--s">
                Make new codes
              </Opens>
            )}
            <Opens dialog="factor-off" class="btn btn--s btn--danger">
              Turn off
            </Opens>
          </span>
        ) : (
          <Opens dialog="factor" class="btn btn--s">
            Set it up
          </Opens>
        )}
      </footer>
    </section>
  );
};

/** Says that few codes are left. */
export const FewCodes = ({ facts }: { facts: SecurityFacts }) => {
  const { hasSecondFactor, codesLeft } = facts;
  if (!hasSecondFactor || codesLeft === null || codesLeft > FEW_CODES) return null;
  return (
    <Notice tone="warn">
      <p class="row row--between">
        <span>
          <strong>
            {codesLeft === 1 ? "1 of 10 backup codes is" : `${codesLeft} of 10 backup codes are`}{" "}
            left.
          </strong>{" "}
          Without one and without your phone, your password alone doesn't let you in.
        </span>
        <Opens dialog="codes" class="btn btn--s">
          Make new codes
        </Opens>
      </p>
    </Notice>
  );
};

/** The second step: the code to scan, and the codes to keep. */
export const SetUpCard = ({ setUp, form }: { setUp: SetUp; form: FormState }) => (
  <section class="card" aria-labelledby="su-h">
    <header>
      <h2 id="su-h">Set up the second factor</h2>
    </header>
    <div class="card-body stack stack--l">
      <Problem form={form} of={CONFIRM} />
      <div class="install">
        <Qr qr={qrCode(setUp.uri)} label="for an authenticator app" />
        <div class="stack">
          <p>
            <strong>1.</strong> Scan this with your authenticator app, or type its secret there.
          </p>
          <p class="copy-line small">
            <code>{setUp.secret.replaceAll(/.{4}(?=.)/g, "$& ")}</code>
            <CopyButton text={setUp.secret} label="the secret" />
          </p>
        </div>
      </div>
      <Codes codes={setUp.codes}>
        <strong>2.</strong> Keep these backup codes where you find them without your phone. Each
        lets you in once. They are shown once.
      </Codes>
      <form method="post" action={SECURITY + CONFIRM} class="stack">
        <input type="hidden" name="uri" value={setUp.uri} />
        <input type="hidden" name="codes" value={setUp.codes.join(" ")} />
        <p>
          <strong>3.</strong> Type the code that the app shows. Then it is on.
        </p>
        {/* At first the QR code is to be seen, which is above. */}
        <CodeField form={form} of={CONFIRM} autofocus={form.posted === CONFIRM} />
        <div class="row">
          <button class="btn btn--primary">Turn it on</button>
          <a class="btn btn--ghost" href={SECURITY}>
            Cancel
          </a>
        </div>
      </form>
    </div>
  </section>
);

const Codes = ({ codes, children }: { codes: readonly string[]; children?: Child }) => (
  <div class="stack">
    <p>{children}</p>
    <Secret label="Backup codes" text={codes.join("\n")} />
  </div>
);

/** The codes that were just made in place of the others. */
export const NewCodesCard = ({ codes }: { codes: readonly string[] }) => (
  <section class="card" aria-labelledby="nc-h">
    <header>
      <h2 id="nc-h">Your new backup codes</h2>
    </header>
    <div class="card-body stack">
      <Codes codes={codes}>
        Keep them where you find them without your phone. Each lets you in once. They are shown
        once, and those before work no more.
      </Codes>
    </div>
    <footer>
      <a class="btn btn--s" href={SECURITY}>
        I have kept them
      </a>
    </footer>
  </section>
);

export const SecondFactorDialogs = ({ facts, form }: { facts: SecurityFacts; form: FormState }) => {
  if (!facts.hasSecondFactor) {
    return (
      <WithPassword
        facts={facts}
        form={form}
        of={BEGIN}
        id="factor"
        title="Set up a second factor"
        verb="Go on"
      >
        You need an authenticator app on your phone, such as one that your system has. Then signing
        in by password asks for its code too.
      </WithPassword>
    );
  }
  return (
    <>
      <WithPassword
        facts={facts}
        form={form}
        of={CODES}
        id="codes"
        title="Make new backup codes?"
        verb="Make them"
      >
        The {facts.codesLeft ?? 0} that are left stop working at once. The 10 new ones are shown
        once.
      </WithPassword>
      <WithPassword
        facts={facts}
        form={form}
        of={END}
        id="factor-off"
        title="Turn the second factor off?"
        verb="Turn it off"
        isFinal
      >
        Your password alone then lets in whoever has it. The {facts.codesLeft ?? "10"} backup codes
        end too. For another phone, turn it off and set it up again.
      </WithPassword>
    </>
  );
};

/** A dialog that asks for the password of who has one. */
const WithPassword = ({
  facts,
  form,
  of,
  id,
  title,
  verb,
  isFinal = false,
  children,
}: {
  facts: SecurityFacts;
  form: FormState;
  of: string;
  id: string;
  title: string;
  verb: string;
  isFinal?: boolean;
  children?: Child;
}) => (
  <Dialog id={id} title={title} isOpen={form.posted === of && form.made === null}>
    <p>{children}</p>
    <form method="post" action={SECURITY + of} class="stack">
      <Problem form={form} of={of} />
      {facts.hasPassword && (
        <div class="fields">
          <Username email={facts.person.email} />
          <PasswordField form={form} of={of} autofocus />
        </div>
      )}
      <div class="actions">
        <Closes dialog={id} />
        <button class={isFinal ? "btn btn--danger btn--primary" : "btn btn--primary"}>
          {verb}
        </button>
      </div>
    </form>
  </Dialog>
);
