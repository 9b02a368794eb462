// The settings of an app's Web Push: its keys, which pages may register, what notifications fall back to.
import type { CredentialVerification } from "../../kit/push/credentials.ts";
import type { Credential } from "../../domain/subscribers/credentials.ts";
import type { PushSettings } from "../../domain/subscribers/push-settings.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { CopyLine } from "../parts/copy.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { FieldFrame, TextArea, TextField, described, fieldId, issueOf } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { Verified } from "../parts/verification.tsx";

/** The forms' paths, below the page's. */
export const KEYS = "/keys";
export const VERIFY = "/verify";
export const ORIGINS = "/origins";
export const DEFAULTS = "/defaults";

interface CardProps {
  form: FormState;
  path: string;
  mayChange: boolean;
}

export const KeysCard = ({
  form,
  path,
  mayChange,
  maySend,
  credential,
  now,
}: CardProps & { maySend: boolean; credential: Credential; now: number }) => {
  const verified = form.posted === VERIFY ? (form.made as CredentialVerification | null) : null;
  return (
    <section class="card" aria-labelledby="va-h">
      <header>
        <h2 id="va-h">Keys</h2>
        {credential.flag === null ? null : (
          <span class="chip" data-tone="warn">
            Complains
          </span>
        )}
      </header>
      <div class="card-body stack">
        {credential.flag !== null && (
          <Notice tone="warn">
            <p>
              <strong>A push service complained.</strong> {credential.flag}
            </p>
          </Notice>
        )}
        <KeyFacts credential={credential} now={now} />
        {verified && <Verified verified={verified} />}
        <div class="row">
          {maySend && (
            <form method="post" action={path + VERIFY}>
              <button class="btn btn--s">
                <Icon name="check" />
                Verify
              </button>
            </form>
          )}
          {mayChange && (
            <Opens dialog="keys" class="btn btn--s">
              Change
            </Opens>
          )}
        </div>
      </div>
    </section>
  );
};

const KeyFacts = ({ credential, now }: { credential: Credential; now: number }) => (
  <dl class="facts facts--list">
    <div>
      <dt>Public key</dt>
      <dd>
        <CopyLine text={String(credential.shown["public_key"])} label="the public key" isClipped />
      </dd>
    </div>
    <div>
      <dt>Contact</dt>
      <dd>
        <span class="small wrap">{String(credential.shown["subject"])}</span>
      </dd>
    </div>
    <div>
      <dt>Since</dt>
      <dd>
        <Moment at={credential.updatedAt} now={now} day />
      </dd>
    </div>
  </dl>
);

/** Changes the contact, or the pair. `contact`: the present one. */
export const KeysDialog = ({
  form,
  path,
  contact,
}: {
  form: FormState;
  path: string;
  contact: string;
}) => (
  <Dialog id="keys" title="Contact and keys" isOpen={form.posted === KEYS && form.made === null}>
    <form method="post" action={path + KEYS} class="stack">
      <Unplaced form={form} of={KEYS} fields={["subject", "public_key", "private_key"]} />
      <ContactField form={form} contact={contact} />
      <details>
        <summary>Use a pair of your own</summary>
        <div class="stack">
          <Notice tone="warn">
            <p>
              Browsers that subscribed with another pair get nothing more until they open your site
              again.
            </p>
          </Notice>
          <TextField
            form={form}
            of={KEYS}
            name="public_key"
            label="Public key"
            hint="base64url, 87 characters"
            autocomplete="off"
          />
          <SecretField form={form} of={KEYS} name="private_key" label="Private key" />
        </div>
      </details>
      <div class="actions">
        <Closes dialog="keys" />
        <button class="btn btn--primary">Save</button>
      </div>
    </form>
  </Dialog>
);

/** A secret, in a line that never shows again what was typed. */
const SecretField = ({
  form,
  of,
  name,
  label,
}: {
  form: FormState;
  of: string;
  name: string;
  label: string;
}) => {
  const id = fieldId(of, name);
  const issue = issueOf(form, of, name);
  return (
    <FieldFrame id={id} label={label} issue={issue}>
      <input
        class="input"
        id={id}
        name={name}
        type="password"
        autocomplete="off"
        {...described(id, false, issue)}
      />
    </FieldFrame>
  );
};

const ContactField = ({ form, contact }: { form: FormState; contact: string }) => (
  <TextField
    form={form}
    of={KEYS}
    name="subject"
    label="Contact for push services"
    value={contact}
    hint="Whom they write to if something goes wrong: mailto: and an address, or a page by https."
    required
    maxlength={255}
  />
);

/** Makes the first pair. */
export const StartCard = ({ form, path, mayChange, contact }: CardProps & { contact: string }) => (
  <section class="card" aria-labelledby="va-h">
    <header>
      <h2 id="va-h">Turn Web Push on</h2>
    </header>
    <div class="card-body stack">
      <p class="soft">
        The app gets a pair of keys of its own. Browsers subscribe with the public one, and push
        services know your messages by it.
      </p>
      {mayChange ? (
        <form method="post" action={path + KEYS} class="stack">
          <Unplaced form={form} of={KEYS} fields={["subject"]} />
          <ContactField form={form} contact={contact} />
          <div class="row">
            <button class="btn btn--primary">Make the keys</button>
          </div>
        </form>
      ) : (
        <p>An owner or a developer of the account can do that.</p>
      )}
    </div>
  </section>
);

export const OriginsCard = ({
  form,
  path,
  mayChange,
  settings,
}: CardProps & { settings: PushSettings }) => (
  <section class="card" aria-labelledby="or-h">
    <header>
      <h2 id="or-h">Pages that may register</h2>
    </header>
    <div class="card-body">
      {mayChange ? (
        <form method="post" action={path + ORIGINS} class="stack">
          <Unplaced form={form} of={ORIGINS} fields={["origins"]} />
          <TextArea
            form={form}
            of={ORIGINS}
            name="origins"
            label="Origins, one a line"
            value={settings.allowed_origins.join("\n")}
            hint="Such as https://example.com. At most 50; none: any page may."
            rows={3}
            spellcheck="false"
          />
          <div class="row">
            <button class="btn btn--s">Save</button>
          </div>
        </form>
      ) : settings.allowed_origins.length === 0 ? (
        <p class="soft">Any page may.</p>
      ) : (
        <ul class="plain-list">
          {settings.allowed_origins.map((each) => (
            <li class="wrap">{each}</li>
          ))}
        </ul>
      )}
    </div>
  </section>
);

export const DefaultsCard = ({
  form,
  path,
  settings,
}: Omit<CardProps, "mayChange"> & { settings: PushSettings }) => (
  <section class="card" aria-labelledby="de-h">
    <header>
      <h2 id="de-h">What notifications fall back to</h2>
    </header>
    <div class="card-body">
      <form method="post" action={path + DEFAULTS} class="stack">
        <Unplaced form={form} of={DEFAULTS} fields={["default_url", "default_icon"]} />
        <TextField
          form={form}
          of={DEFAULTS}
          name="default_url"
          label="Opens"
          value={settings.default_url ?? ""}
          hint="Where a notification leads that names no address."
          type="url"
          isOptional
        />
        <TextField
          form={form}
          of={DEFAULTS}
          name="default_icon"
          label="Icon"
          value={settings.default_icon ?? ""}
          hint="The address of a square picture."
          type="url"
          isOptional
        />
        <div class="row">
          <button class="btn btn--s">Save</button>
        </div>
      </form>
    </div>
  </section>
);
