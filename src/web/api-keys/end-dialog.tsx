// The dialog in which a key is ended. One that something uses wants its name typed.
import type { ApiKey } from "../../domain/accounts/api-keys.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { Ago } from "../parts/ago.tsx";
import { Closes, Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import { isInUse } from "./in-use.ts";

export const EndDialog = ({
  base,
  form,
  apiKey,
  now,
  page,
}: {
  base: string;
  form: FormState;
  apiKey: ApiKey;
  now: number;
  page: number;
}) => {
  const { id, name, lastUsedAt } = apiKey;
  const of = `/${id}/end`;
  const dialog = `end-${id}`;
  const query = page === 1 ? "" : `?page=${page}`;
  return (
    <Dialog id={dialog} title={`End the key ${name}?`} isOpen={form.posted === of}>
      <form method="post" action={base + of + query} class="stack">
        <p>
          {lastUsedAt === null ? (
            "It was never used. "
          ) : (
            <>
              It was last used: <Ago at={lastUsedAt} now={now} />.{" "}
            </>
          )}
          Whatever uses it stops working at once.
        </p>
        {isInUse(apiKey, now) && (
          <TextField
            form={form}
            of={of}
            name="confirm"
            label="Type the key's name to end it"
            autocomplete="off"
            required
          />
        )}
        <div class="actions">
          <Closes dialog={dialog} />
          <button class="btn btn--danger btn--primary">End it</button>
        </div>
      </form>
    </Dialog>
  );
};
