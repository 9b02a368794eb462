// The credentials of FCM and APNs: what each app has, whether it works, and setting another.
import type { Child } from "hono/jsx";
import type { Credential } from "../../domain/subscribers/credentials.ts";
import type { CredentialVerification, Provider } from "../../kit/push/credentials.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import {
  described,
  fieldId,
  FieldFrame,
  issueOf,
  SelectField,
  TextField,
} from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { Verified } from "../parts/verification.tsx";

/** Those that the page is about; Web Push has one of its own. */
export type Native = Exclude<Provider, "webpush">;

/** The forms' paths, below the page's. */
export const SET: Readonly<Record<Native, string>> = { fcm: "/fcm", apns: "/apns" };
export const VERIFY = (provider: string) => `/${provider}/verify`;
export const REMOVE = (provider: string) => `/${provider}/remove`;

const NAMES: Readonly<Record<Native, { title: string; short: string; why: string }>> = {
  fcm: {
    title: "FCM, for Android apps with Firebase",
    short: "FCM",
    why: "Apps that are built here need no Firebase. This is for apps of your own that register tokens of FCM.",
  },
  apns: {
    title: "APNs, for iOS apps",
    short: "APNs",
    why: "For iOS apps of your own, by a key of your Apple developer account. One key serves all apps of a team.",
  },
};

/** What is shown of a credential, by the names that it is stored by. */
const FACTS: Readonly<Record<Native, readonly (readonly [string, string])[]>> = {
  fcm: [
    ["project_id", "Project"],
    ["client_email", "Service account"],
  ],
  apns: [
    ["key_id", "Key id"],
    ["team_id", "Team id"],
    ["topic", "Topic"],
    ["environment", "Environment"],
  ],
};

export interface CardProps {
  provider: Native;
  /** null for none. */
  credential: Credential | null;
  form: FormState;
  path: string;
  /** What somebody may do who looks. */
  maySet: boolean;
  mayVerify: boolean;
  now: number;
}

export const CredentialCard = (props: CardProps) => {
  const { provider, credential, form, path, maySet, mayVerify, now } = props;
  const id = `${provider}-h`;
  const verified =
    form.posted === VERIFY(provider) ? (form.made as CredentialVerification | null) : null;
  return (
    <section class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{NAMES[provider].title}</h2>
        <StateChip credential={credential} />
      </header>
      <div class="card-body stack">
        {credential === null && <p class="soft">{NAMES[provider].why}</p>}
        {credential !== null && credential.flag !== null && (
          <Notice tone="warn">
            <p>
              <strong>{NAMES[provider].short} complained.</strong> {credential.flag}
            </p>
          </Notice>
        )}
        {credential && (
          <dl class="facts">
            {FACTS[provider].map(([name, label]) => (
              <div>
                <dt>{label}</dt>
                <dd class="wrap">{String(credential.shown[name])}</dd>
              </div>
            ))}
            <div>
              <dt>Changed</dt>
              <dd>
                <Moment at={credential.updatedAt} now={now} />
              </dd>
            </div>
          </dl>
        )}
        {verified && <Verified verified={verified} />}
        <div class="row">
          {credential && mayVerify && (
            <form method="post" action={path + VERIFY(provider)}>
              <button class="btn btn--s">
                <Icon name="check" />
                Verify<span class="vh"> {NAMES[provider].short}</span>
              </button>
            </form>
          )}
          {maySet && (
            <Opens dialog={`set-${provider}`} class="btn btn--s">
              {credential ? "Replace the key" : `Set up ${NAMES[provider].short}`}
              {credential && <span class="vh"> of {NAMES[provider].short}</span>}
            </Opens>
          )}
          {maySet && credential && (
            <Opens dialog={`rm-${provider}`} class="btn btn--s btn--danger">
              Remove<span class="vh"> {NAMES[provider].short}</span>
            </Opens>
          )}
        </div>
      </div>
    </section>
  );
};

const StateChip = ({ credential }: { credential: Credential | null }) => {
  const [tone, label] =
    credential === null
      ? ["idle", "Not set up"]
      : credential.flag !== null
        ? ["warn", "Complains"]
        : credential.acceptedBy.length > 0
          ? ["ok", "Works"]
          : ["wait", "Not tried yet"];
  return (
    <span class="chip" data-tone={tone}>
      {label}
    </span>
  );
};

/** The dialogs of a card: setting the credential, and removing it. */
export const CredentialDialogs = ({ provider, credential, form, path }: CardProps) => (
  <>
    <Dialog
      id={`set-${provider}`}
      title={`${credential ? "Replace" : "Set"} the key of ${NAMES[provider].short}`}
      size="m"
      isOpen={form.posted === SET[provider] && form.made === null}
    >
      <form method="post" action={path + SET[provider]} enctype="multipart/form-data" class="stack">
        {provider === "fcm" ? <FcmFields form={form} /> : <ApnsFields {...{ form, credential }} />}
        <div class="actions">
          <Closes dialog={`set-${provider}`} />
          <button class="btn btn--primary">Check and save</button>
        </div>
      </form>
    </Dialog>
    {credential && (
      <Dialog id={`rm-${provider}`} title={`Remove ${NAMES[provider].short}?`}>
        <p>
          Nobody is unsubscribed, but devices that {NAMES[provider].short} carries messages to get
          none until a key is set again. Messages that are being sent fail there.
        </p>
        <form method="post" action={path + REMOVE(provider)}>
          <div class="actions">
            <Closes dialog={`rm-${provider}`} />
            <button class="btn btn--danger">Remove it</button>
          </div>
        </form>
      </Dialog>
    )}
  </>
);

const FcmFields = ({ form }: { form: FormState }) => (
  <>
    <Unplaced form={form} of={SET.fcm} fields={["service_account"]} />
    <KeyField
      form={form}
      of={SET.fcm}
      name="service_account"
      label="Key file of the service account"
      accept="application/json,.json"
      hint="Firebase console, Project settings, Service accounts, “Generate new private key”: the JSON file. It is kept sealed, and never shown again."
    />
  </>
);

const APNS_FIELDS = ["private_key", "key_id", "team_id", "topic", "environment"] as const;

const ApnsFields = ({ form, credential }: { form: FormState; credential: Credential | null }) => {
  const known = (name: string) => {
    const value = credential?.shown[name];
    return typeof value === "string" ? value : undefined;
  };
  const line = { form, of: SET.apns, autocomplete: "off", required: true };
  return (
    <>
      <Unplaced form={form} of={SET.apns} fields={APNS_FIELDS} />
      <KeyField
        form={form}
        of={SET.apns}
        name="private_key"
        label="Key file"
        accept=".p8"
        hint="Apple developer account, Keys: the .p8 file. It is kept sealed, and never shown again."
      />
      <div class="fields fields--2">
        <TextField {...line} name="key_id" label="Key id" value={known("key_id")} maxlength={10} />
        <TextField
          {...line}
          name="team_id"
          label="Team id"
          value={known("team_id")}
          maxlength={10}
        />
      </div>
      <TextField
        {...line}
        name="topic"
        label="Topic"
        value={known("topic")}
        hint="The app's bundle id, such as com.example.app."
        maxlength={155}
      />
      <SelectField
        form={form}
        of={SET.apns}
        name="environment"
        label="Environment"
        value={known("environment") ?? "production"}
        hint="Sandbox is for apps that a developer installed by Xcode."
        options={[
          { value: "production", label: "Production" },
          { value: "sandbox", label: "Sandbox" },
        ]}
      />
    </>
  );
};

/** A secret file, chosen or pasted; what was given is never shown again. */
const KeyField = ({
  form,
  of,
  name,
  label,
  accept,
  hint,
}: {
  form: FormState;
  of: string;
  name: string;
  label: string;
  accept: string;
  hint: Child;
}) => {
  const id = fieldId(of, name);
  const issue = issueOf(form, of, name);
  return (
    <>
      <FieldFrame id={id} label={label} hint={hint} issue={issue}>
        <input
          class="input"
          id={id}
          name={name}
          type="file"
          accept={accept}
          {...described(id, true, issue)}
        />
      </FieldFrame>
      <div class="field">
        <label for={`${id}-text`}>
          Or its text <span class="opt">(optional)</span>
        </label>
        <textarea
          class="input"
          id={`${id}-text`}
          name={`${name}_text`}
          rows={3}
          autocomplete="off"
          spellcheck={false}
        />
      </div>
    </>
  );
};
