// Deleting an app: a dialog that says what goes with it and wants its name.
import type { AppFigures } from "../../domain/overviews/app-figures.ts";
import type { App } from "../../domain/apps/find-app.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { Closes, Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import { Problem } from "../parts/notice.tsx";
import { counted } from "../parts/words.ts";

/** The path of the form, below the overview's. */
export const DELETE = "/delete";
export const DELETE_DIALOG = "delete-app";

export const DeleteDialog = ({
  app,
  figures,
  path,
  form,
}: {
  app: App;
  figures: AppFigures;
  /** The app's path. */
  path: string;
  form: FormState;
}) => (
  <Dialog id={DELETE_DIALOG} title={`Delete ${app.name}?`} size="m" isOpen={form.posted === DELETE}>
    <p>
      {counted(figures.builds, "build")} with files and logs,{" "}
      {counted(figures.subscribers, "subscriber")}, {counted(figures.notifications, "notification")}
      , {counted(figures.channels, "channel")} and the icon go with it. Nobody can bring them back.
    </p>
    <p class="soft">
      The app stays on the phones that have it, and gets nothing more. Keystores stay in the
      account.
    </p>
    <Problem form={form} of={DELETE} />
    <form method="post" action={path + DELETE} class="stack">
      <TextField
        form={form}
        of={DELETE}
        name="name"
        label={`Type ${app.name} to delete it`}
        autocomplete="off"
        required
      />
      <div class="actions">
        <Closes dialog={DELETE_DIALOG} />
        <button class="btn btn--primary btn--danger">Delete it</button>
      </div>
    </form>
  </Dialog>
);
