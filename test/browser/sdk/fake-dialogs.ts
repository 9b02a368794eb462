// As much of a document as the soft prompt needs. Markup as text, and styles as an attribute, are refused, as under a strict
// Content-Security-Policy with Trusted Types.

export interface FakeElement {
  tag: string;
  children: (FakeElement | string)[];
  root?: FakeElement & { adoptedStyleSheets: unknown[] };
  [name: string]: any;
}

const REFUSED = new Set(["innerHTML", "outerHTML", "style", "srcdoc"]);

function element(tag: string): FakeElement {
  const made: FakeElement = {
    tag,
    children: [],
    isOpen: false,
    appendChild: (child: FakeElement) => {
      made.children.push(child);
      child["parent"] = made;
      return child;
    },
    setAttribute: (name: string, value: string) => {
      if (REFUSED.has(name) || name.startsWith("on"))
        throw new TypeError(`a policy refuses ${name}`);
      made[name] = value;
    },
    append: (...children: (FakeElement | string)[]) => void made.children.push(...children),
    remove: () => {
      const { parent } = made;
      parent.children = parent.children.filter((each: unknown) => each !== guarded);
    },
    attachShadow: () => {
      made.root = element("#shadow") as NonNullable<FakeElement["root"]>;
      return made.root;
    },
    showModal: () => {
      made["isOpen"] = true;
    },
    close: () => {
      made["isOpen"] = false;
      setImmediate(() => made["onclose"]?.());
    },
  };
  const guarded: FakeElement = new Proxy(made, {
    set(target, name: string, value) {
      if (REFUSED.has(name)) throw new TypeError(`a policy refuses ${name}`);
      target[name] = value;
      return true;
    },
  });
  return guarded;
}

export class FakeDialogs {
  readonly body = element("body");
  readonly document = { body: this.body, createElement: element };
  readonly CSSStyleSheet = class {
    text = "";
    replaceSync(text: string) {
      this.text = text;
    }
  };

  /** The dialog that is open, if there is one. */
  get dialog(): FakeElement | undefined {
    const [host] = this.body.children as FakeElement[];
    return host?.root?.children.find((each) => typeof each === "object" && each["isOpen"]) as
      | FakeElement
      | undefined;
  }

  /** The elements of the open dialog with this tag. */
  all(tag: string): FakeElement[] {
    const below = (from: FakeElement): FakeElement[] =>
      from.children.flatMap((each) => (typeof each === "string" ? [] : [each, ...below(each)]));
    return this.dialog ? below(this.dialog).filter((each) => each.tag === tag) : [];
  }
}
