// What a form posts: its fields by their names, and its files.
import { readBytes } from "../../http/body.ts";
import { refuse } from "../../kit/refusal.ts";
import { MAX_ICON_BYTES } from "../../protocol/builder.ts";

/** Largest body of a form without files, bytes: the longest texts of all fields, percent-encoded. */
const MAX_FORM_BYTES = 256 * 1024;

/** Most fields of a form: the largest of ours has some hundred boxes. */
const MAX_FIELDS = 1000;

/** The field with the id by which a form is known that is posted twice (once.ts). Pages and verbs don't see it. */
export const ONCE = "once";

/** The fields of a form that was posted. Text is as browsers send it, with line ends of \n. */
export class Fields {
  readonly #data: ReadonlyMap<string, readonly (string | File)[]>;
  /** The form's id; "" if none came. */
  readonly once: string;

  constructor(entries: Iterable<readonly [string, string | File]>) {
    const data = new Map<string, (string | File)[]>();
    for (const [name, value] of entries) {
      const normal = typeof value === "string" ? value.replaceAll("\r\n", "\n") : value;
      const known = data.get(name);
      if (known) known.push(normal);
      else data.set(name, [normal]);
    }
    const [once = ""] = data.get(ONCE) ?? [];
    this.once = typeof once === "string" ? once : "";
    data.delete(ONCE);
    this.#data = data;
  }

  /** The names that came. */
  get names(): string[] {
    return [...this.#data.keys()];
  }

  /** The field's text, of several the last; "" if it did not come. */
  text(name: string): string {
    return this.all(name).at(-1) ?? "";
  }

  /** The field's text; undefined where it is empty, so that a verb takes it for not given. */
  given(name: string): string | undefined {
    return this.text(name) === "" ? undefined : this.text(name);
  }

  /** The texts of a field that can come several times, as checkboxes do. */
  all(name: string): string[] {
    return (this.#data.get(name) ?? []).filter((each) => typeof each === "string");
  }

  /** Whether a checkbox is checked. */
  checked(name: string): boolean {
    return this.#data.has(name);
  }

  /** All that came, as one text: the same for the same form posted again. Of files it has the name and the size. */
  print(): string {
    const plain = (value: string | File) =>
      value instanceof File ? [value.name, value.size] : value;
    const all = [...this.#data].map(([name, values]) => [name, values.map(plain)]);
    return JSON.stringify([this.once, all]);
  }

  /** The file that was chosen; null for none. */
  file(name: string): File | null {
    const file = this.#data.get(name)?.find((each) => each instanceof File);
    return file instanceof File && file.size > 0 ? file : null;
  }
}

/** A form that nobody posted, or that can't be read. */
export const NO_FIELDS = new Fields([]);

/** Reads a posted form, whose file has at most `upload` bytes. Refuses `too_large`, and `malformed` for what is no form. */
export async function readFields(request: Request, upload = MAX_ICON_BYTES): Promise<Fields> {
  const type = request.headers.get("content-type") ?? "";
  if (/^multipart\/form-data/i.test(type)) {
    const bytes = await readBytes(request, upload + MAX_FORM_BYTES);
    const copy = new Response(bytes, { headers: { "content-type": type } });
    const data = await copy
      .formData()
      .catch(() => refuse({ code: "malformed", message: "The form can't be read." }));
    return fieldsOf([...data.entries()]);
  }
  const bytes = await readBytes(request, MAX_FORM_BYTES);
  return fieldsOf([...new URLSearchParams(new TextDecoder().decode(bytes))]);
}

function fieldsOf(entries: readonly (readonly [string, string | File])[]): Fields {
  if (entries.length > MAX_FIELDS) {
    const message = `The form must not have more than ${MAX_FIELDS} fields.`;
    refuse({ code: "malformed", message });
  }
  return new Fields(entries);
}
