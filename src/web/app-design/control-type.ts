// What a control of an app's design can be.

interface Common {
  /** Where the field is in updateApp's input: "name", "config.theme_color". */
  path: string;
  label: string;
  help: string;
}

interface Option {
  value: string;
  label: string;
}

export type Control = Common &
  (
    | {
        kind: "text";
        /** Empty, the field is removed; without this it is required. */
        isOptional?: boolean;
        type?: "url" | "number";
        isCode?: boolean;
        maxLength?: number;
        /** Of a number; without these, the least is the app's version code. */
        range?: readonly [least: number, most: number];
        placeholder?: string;
        /** The name under which the preview follows it. */
        follows?: string;
      }
    | { kind: "color"; follows: string }
    /** The first option is what holds where nothing is said. */
    | { kind: "choice"; options: readonly Option[] }
    | { kind: "switch"; isOnUnlessSaid?: boolean; follows?: string }
    | { kind: "switches"; options: readonly (Option & { help: string })[] }
    | { kind: "lines"; placeholder: string }
    /** Lines of an address, a name and perhaps, behind a bar, a short one. */
    | { kind: "shortcuts"; placeholder: string }
    | { kind: "sentence"; maxLength: number }
    /** HTML, of which a browser would cut away unseen what is too long. */
    | { kind: "page"; placeholder: string }
  );

export interface Group {
  title: string;
  text?: string;
  controls: readonly Control[];
}
