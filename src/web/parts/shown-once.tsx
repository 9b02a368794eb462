// What a form made and the page shows this once: a sentence on top, and a dialog that is open until it is stored.
import type { Child } from "hono/jsx";
import { Closes, Dialog, Opens } from "./dialog.tsx";
import { Icon } from "./icon.tsx";
import { Secret } from "./copy.tsx";

export interface Once {
  label: string;
  secret: string;
}

/** The sentence on top, with the button that opens the dialog again; `shown` says what is in that. */
export const MadeNotice = ({
  what,
  shown = "It is shown once. Put it where it belongs.",
  opens,
}: {
  what: Child;
  shown?: string;
  opens: string;
}) => (
  <div class="notice" data-tone="ok">
    <Icon name="ok" />
    <div>
      <p class="row row--between">
        <span>
          <strong>{what}</strong> {shown}
        </span>
        <Opens dialog="shown" class="btn btn--s">
          {opens}
        </Opens>
      </p>
    </div>
  </div>
);

/** The dialog with the secrets; `children` say more. */
export const ShownOnce = ({
  title,
  text = "This is the only time it is shown. Slipway keeps just its hash.",
  closes = "I have stored it",
  secrets,
}: {
  title: string;
  text?: Child;
  closes?: string;
  secrets: readonly Once[];
}) => (
  <Dialog id="shown" title={title} size="m" isOpen>
    <p>{text}</p>
    {secrets.map(({ label, secret }) => (
      <Secret text={secret} label={label} />
    ))}
    <div class="actions">
      <Closes dialog="shown">{closes}</Closes>
    </div>
  </Dialog>
);
