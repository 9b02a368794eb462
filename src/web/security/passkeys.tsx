// Passkeys: the list, adding one by the script, removing one.
import type { PasskeyView } from "../../identity/passkeys.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { issueOf, TextField } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Problem } from "../parts/notice.tsx";
import { ACTIONS, Table } from "../parts/table.tsx";
import { PasskeySays } from "../coming-in/passkey-says.tsx";
import { browserName } from "./browser-name.ts";
import type { SecurityFacts } from "./facts.ts";
import { othersOf } from "./others.ts";
import { SECURITY } from "./path.ts";

export const ADD = "/passkeys";

const dialogOf = ({ id }: PasskeyView) => `passkey-${id}`;

export const Passkeys = ({ facts }: { facts: SecurityFacts }) => (
  <section class="card" aria-labelledby="pk-h">
    <header>
      <h2 id="pk-h">Passkeys</h2>
      <Opens
        dialog="add-passkey"
        class="btn btn--s btn--primary"
        data-passkey-opens
        hidden
        disabled={!facts.isFresh}
      >
        <Icon name="plus" />
        Add a passkey
      </Opens>
    </header>
    {facts.passkeys.length > 0 ? (
      <Table
        caption="Passkeys"
        columns={[
          { label: "Name" },
          { label: "Added", class: "md" },
          { label: "Last used", class: "lo" },
          ACTIONS,
        ]}
      >
        {facts.passkeys.map((each) => (
          <Row passkey={each} now={facts.now} />
        ))}
      </Table>
    ) : (
      <div class="card-body">
        <p class="soft">
          None yet. With one, your fingerprint, your face or the PIN of this device lets you in.
        </p>
      </div>
    )}
    <footer>
      A passkey needs no password and no second factor, and works on no copy of this site.
      <span data-passkey-excuse>
        {" "}
        To add one takes JavaScript, and a browser and an address that can have passkeys.
      </span>
    </footer>
  </section>
);

const Row = ({ passkey, now }: { passkey: PasskeyView; now: number }) => (
  <tr>
    <th scope="row">
      {passkey.name}
      <small>
        {passkey.isBackedUp
          ? "Kept by the system, comes along to your other devices"
          : "Stays on the device that it was made on"}
      </small>
    </th>
    <td class="md soft">
      <Moment at={passkey.createdAt} now={now} day />
    </td>
    <td class="lo soft">
      {passkey.usedAt === null ? "Never" : <Moment at={passkey.usedAt} now={now} day />}
    </td>
    <td class="act">
      <Opens dialog={dialogOf(passkey)} class="btn btn--s btn--danger">
        Remove<span class="vh"> {passkey.name}</span>
      </Opens>
    </td>
  </tr>
);

export const PasskeyDialogs = ({ facts, form }: { facts: SecurityFacts; form: FormState }) => (
  <>
    {facts.passkeys.map((each) => (
      <Dialog id={dialogOf(each)} title={`Remove the passkey “${each.name}”?`}>
        <p>It no longer lets you in. {othersOf(facts, "passkey")}</p>
        <form method="post" action={`${SECURITY}/passkeys/${each.id}/remove`} class="stack">
          <div class="actions">
            <Closes dialog={dialogOf(each)} />
            <button class="btn btn--danger btn--primary">Remove it</button>
          </div>
        </form>
      </Dialog>
    ))}
    <AddDialog facts={facts} form={form} />
  </>
);

const AddDialog = ({ facts, form }: { facts: SecurityFacts; form: FormState }) => {
  const current = facts.sessions.find(({ isCurrent }) => isCurrent);
  return (
    <Dialog id="add-passkey" title="Add a passkey" isOpen={form.posted === ADD}>
      <p>Your browser asks for your fingerprint, your face, a PIN or a key to plug in.</p>
      <form
        method="post"
        action={SECURITY + ADD}
        class="stack"
        data-passkey="create"
        data-options={SECURITY + ADD}
        hidden
      >
        <Problem form={form} of={ADD} />
        <input type="hidden" name="credential" />
        <TextField
          form={form}
          of={ADD}
          name="name"
          label="Name"
          value={browserName(current?.browser ?? null).name}
          maxlength={60}
          required
          autofocus
          hint="To know it by, among your passkeys."
        />
        <PasskeySays issue={issueOf(form, ADD, "credential")} />
        <div class="actions">
          <Closes dialog="add-passkey" />
          <button class="btn btn--primary">Add it</button>
        </div>
      </form>
    </Dialog>
  );
};
