// The dialogs of the page of keystores: generate, upload, export, delete.
import type { Child } from "hono/jsx";
import type { KeystoreUse } from "../../domain/builds/keystore-uses.ts";
import type { Keystore } from "../../domain/keystores/find-keystore.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { UNTOUCHED } from "../dashboard/form-state.ts";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { TextField, typed } from "../parts/field.tsx";
import { Notice } from "../parts/notice.tsx";
import { DELETE, EXPORT, GENERATE, UPLOAD } from "./forms.ts";
import { needsName } from "./words.ts";

/** Whether the form was refused for what is in its fields: then its dialog stands open. */
const wasRefused = (form: FormState, of: string) =>
  form.posted === of && form.issues.size > 0 && !form.issues.has("keystores");

/** The state of a form that each keystore has, under a path of its own: untouched, if another's was posted. */
function ownForm(form: FormState, of: string, { id }: Keystore): { form: FormState; of: string } {
  const isOwn = form.posted === of && form.fields.text("keystore") === String(id);
  const own = of.replace("{keystore}", String(id));
  return { form: isOwn ? { ...form, posted: own } : UNTOUCHED, of: own };
}

interface Props {
  form: FormState;
  /** The page's path. */
  path: string;
}

const ALGORITHMS = [
  { value: "rsa", label: "RSA 2048", hint: "Every store and device" },
  { value: "ec", label: "EC P-256", hint: "Smaller and quicker" },
];

export const GenerateDialog = ({ form, path }: Props) => {
  const algorithm = typed(form, GENERATE, "algorithm", "rsa");
  return (
    <Dialog id="new-key" title="Generate a keystore" isOpen={wasRefused(form, GENERATE)}>
      <form method="post" action={path + GENERATE}>
        <p>Valid for 30 years, kept sealed, yours to export.</p>
        <div class="fields">
          <TextField form={form} of={GENERATE} name="name" label="Name" required maxlength={100} />
          <fieldset class="field">
            <legend>Key</legend>
            <div class="choices">
              {ALGORITHMS.map(({ value, label, hint }) => (
                <label class="choice">
                  <input
                    type="radio"
                    name="algorithm"
                    value={value}
                    checked={value === algorithm}
                  />
                  <span>
                    {label}
                    <small>{hint}</small>
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
        </div>
        <Actions dialog="new-key">
          <button class="btn btn--primary">Generate</button>
        </Actions>
      </form>
    </Dialog>
  );
};

export const UploadDialog = ({ form, path }: Props) => (
  <Dialog id="upload-key" title="Upload a keystore" isOpen={wasRefused(form, UPLOAD)}>
    <form method="post" action={path + UPLOAD} enctype="multipart/form-data">
      <p>To go on with the key that an app is signed with already.</p>
      <PasswordOf name="keystore" />
      <div class="fields">
        <TextField
          form={{ ...form, fields: UNTOUCHED.fields }}
          of={UPLOAD}
          name="file"
          label="File"
          hint="PKCS #12 or JKS, up to 256 KiB."
          type="file"
          accept=".p12,.pfx,.jks,.keystore"
          required
        />
        <TextField form={form} of={UPLOAD} name="name" label="Name" required maxlength={100} />
        <div class="fields fields--2">
          <TextField
            form={form}
            of={UPLOAD}
            name="store_password"
            label="Store password"
            type="password"
            autocomplete="off"
          />
          <TextField
            form={form}
            of={UPLOAD}
            name="key_password"
            label="Key password"
            hint="If it is another one."
            type="password"
            autocomplete="off"
            isOptional
          />
        </div>
        <TextField
          form={form}
          of={UPLOAD}
          name="alias"
          label="Alias"
          hint="If the file holds several keys."
          autocapitalize="none"
          spellcheck="false"
          isOptional
        />
      </div>
      <Actions dialog="upload-key">
        <button class="btn btn--primary">Upload</button>
      </Actions>
    </form>
  </Dialog>
);

export const exportDialogId = ({ id }: Keystore) => `export-key-${id}`;
export const deleteDialogId = ({ id }: Keystore) => `delete-key-${id}`;

export const ExportDialog = ({ form, path, keystore }: Props & { keystore: Keystore }) => {
  const own = ownForm(form, EXPORT, keystore);
  const id = exportDialogId(keystore);
  return (
    <Dialog id={id} title={`Export ${keystore.name}`} isOpen={wasRefused(own.form, own.of)}>
      <form method="post" action={path + own.of} data-answer="file">
        <input type="hidden" name="keystore" value={keystore.id} />
        <PasswordOf name={keystore.name} />
        <p>
          A PKCS #12 file with the key and its certificate. Who has it can sign updates of your app.
        </p>
        <TextField
          {...own}
          name="password"
          label="Password for the file"
          hint="At least 6 characters. You choose it now, and Slipway doesn't keep it."
          type="password"
          autocomplete="new-password"
          minlength={6}
          maxlength={1000}
          required
        />
        <Actions dialog={id}>
          <button class="btn btn--primary">Download .p12</button>
        </Actions>
      </form>
    </Dialog>
  );
};

export const DeleteDialog = ({
  form,
  path,
  keystore,
  use,
}: Props & { keystore: Keystore; use: KeystoreUse }) => {
  const own = ownForm(form, DELETE, keystore);
  const id = deleteDialogId(keystore);
  const isReleased = needsName(keystore);
  return (
    <Dialog id={id} title={`Delete ${keystore.name}?`} isOpen={wasRefused(own.form, own.of)}>
      <form method="post" action={path + own.of}>
        <input type="hidden" name="keystore" value={keystore.id} />
        {isReleased ? (
          <>
            <p>
              Its key signed releases
              {use.packages.length > 0 && (
                <>
                  {" "}
                  of <code>{use.packages.join(", ")}</code>
                </>
              )}
              .
            </p>
            <Notice tone="bad">
              <p>
                <strong>Without the key nobody can update the installed app, not even you.</strong>{" "}
                Phones keep the version they have, and the key can't be made again. Only a new app
                with another package name can follow it.
              </p>
            </Notice>
            <Notice tone="idle">
              <p>With a copy of the file, the key can be uploaded again.</p>
              <p>
                <Opens dialog={exportDialogId(keystore)} class="btn btn--s">
                  Export it first
                </Opens>
              </p>
            </Notice>
            <TextField
              {...own}
              name="name"
              label={`Type ${keystore.name} to delete it`}
              autocomplete="off"
              autocapitalize="none"
              spellcheck="false"
              required
            />
          </>
        ) : (
          <p>
            It signed no release. Apps that it signed to try can't be updated by builds with another
            key, only installed anew.
          </p>
        )}
        <Actions dialog={id} keep="Keep it">
          <button class="btn btn--danger btn--primary">
            {isReleased ? "Delete it for good" : "Delete it"}
          </button>
        </Actions>
      </form>
    </Dialog>
  );
};

/** What a password manager keeps the password under, which would guess otherwise. */
const PasswordOf = ({ name }: { name: string }) => (
  <input type="text" autocomplete="username" value={name} hidden readonly />
);

const Actions = ({
  dialog,
  keep,
  children,
}: {
  dialog: string;
  keep?: string;
  children?: Child;
}) => (
  <div class="actions">
    <Closes dialog={dialog}>{keep}</Closes>
    {children}
  </div>
);
