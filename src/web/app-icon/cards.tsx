// The cards of the icon's page on which things change: another picture, the colour behind it, and the layers of its own.
import type { App } from "../../domain/apps/find-app.ts";
import { MAX_ICON_BYTES, type IconPicture } from "../../protocol/builder.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import { FileDrop } from "../parts/file-drop.tsx";
import { Icon } from "../parts/icon.tsx";
import { Problem } from "../parts/notice.tsx";
import { LAYERS, MEGABYTE, formPath, removePath, type LayerWords } from "./layers.ts";
import type { Layers } from "./masks.tsx";

/** Where the colour is in updateApp's input. */
export const COLOR = "config.icon_background";
const KINDS = "image/png,image/jpeg,image/webp,image/svg+xml";

export const Upload = ({ path, form }: { path: string; form: FormState }) => (
  <section class="card" aria-labelledby="new-h">
    <header>
      <h2 id="new-h">Another picture</h2>
      <span class="muted small">PNG, JPEG, WebP or SVG, up to {MAX_ICON_BYTES / MEGABYTE} MB</span>
    </header>
    <PictureForm
      picture="icon"
      path={path}
      form={form}
      hint="Square, 512 by 512 or larger"
      button="Set as the icon"
    />
  </section>
);

/** The form that sets a picture. Its script shows the picture before it is sent. */
const PictureForm = (props: {
  picture: IconPicture;
  path: string;
  form: FormState;
  hint: string;
  button: string;
}) => {
  const { picture, path, form, hint, button } = props;
  const of = formPath(picture);
  return (
    <form
      method="post"
      action={`${path}/icon${of}`}
      enctype="multipart/form-data"
      class="card-body stack"
      data-picture-form
    >
      <Problem form={form} of={of} />
      <FileDrop
        form={form}
        of={of}
        name="icon"
        icon="picture"
        what="a picture"
        hint={hint}
        accept={KINDS}
        input={{ "data-pick": picture }}
        drop={{ "data-drop": true }}
      />
      <div class="row">
        <button class={picture === "icon" ? "btn btn--primary" : "btn"}>{button}</button>
        <span class="muted small" role="status" data-picked />
      </div>
    </form>
  );
};

export const Background = (props: {
  path: string;
  of: string;
  form: FormState;
  value: string | undefined;
}) => {
  const { path, of, form, value } = props;
  return (
    <section class="card" aria-labelledby="background-h">
      <header>
        <h2 id="background-h">Background</h2>
      </header>
      <form method="post" action={path} class="card-body stack">
        <Problem form={form} of={of} />
        <TextField
          form={form}
          of={of}
          name={COLOR}
          label="Colour behind the logo"
          value={value}
          isOptional
          hint="Such as #1d4a58; the design has a picker for it. Empty: the app's background colour, or another one on which the logo can be seen."
          placeholder="#rrggbb"
          maxlength={7}
          spellcheck="false"
        />
        <div class="row">
          <button class="btn">Save the colour</button>
        </div>
      </form>
    </section>
  );
};

/** The cards of the layers, folded away: a picture is all that most have. */
export const LayerCards = (props: {
  path: string;
  form: FormState;
  layers: Layers;
  mayWrite: boolean;
}) => {
  const { layers, form } = props;
  const isOpen = LAYERS.some(
    ({ picture }) => layers[picture] !== null || form.posted === formPath(picture),
  );
  return (
    <details class="stack" open={isOpen || undefined}>
      <summary>Layers, for an icon that a designer drew in parts</summary>
      {LAYERS.map((words) => (
        <Layer {...props} words={words} src={layers[words.picture]} />
      ))}
    </details>
  );
};

const Layer = (props: {
  words: LayerWords;
  path: string;
  form: FormState;
  /** The path of the layer's picture; null for none. */
  src: string | null;
  mayWrite: boolean;
}) => {
  const { words, path, form, src, mayWrite } = props;
  const { picture, title, help, without } = words;
  return (
    <section class="card" aria-labelledby={`${picture}-h`}>
      <header>
        <h2 id={`${picture}-h`}>{title}</h2>
        <span class="muted small">{src === null ? without : "Your picture"}</span>
        {mayWrite && src !== null && (
          <Opens dialog={`remove-${picture}`}>
            <Icon name="trash" />
            Remove the layer
          </Opens>
        )}
      </header>
      <div class="card-body">
        <p>{help}</p>
      </div>
      {mayWrite && (
        <PictureForm
          picture={picture}
          path={path}
          form={form}
          hint="Square, 432 by 432 or larger: the circle is 264 wide then, in the middle"
          button={`Set the ${title.toLowerCase()}`}
        />
      )}
    </section>
  );
};

const REMOVED: Readonly<Record<IconPicture, { called: string; next: string }>> = {
  icon: { called: "picture", next: "has a letter drawn from the name again" },
  foreground: { called: "foreground layer", next: "has one made of the icon again" },
  monochrome: { called: "monochrome layer", next: "has one made of the icon again" },
};

export const RemoveDialog = (props: { picture: IconPicture; path: string; app: App }) => {
  const { picture, path, app } = props;
  const { called, next } = REMOVED[picture];
  const id = `remove-${picture}`;
  return (
    <Dialog id={id} title={`Remove the ${called} of ${app.name}?`}>
      <p>The next build {next}. Builds that are made keep the picture.</p>
      <form method="post" action={`${path}/icon${removePath(picture)}`}>
        <div class="actions">
          <Closes dialog={id} />
          <button class="btn btn--primary btn--danger">Remove it</button>
        </div>
      </form>
    </Dialog>
  );
};
