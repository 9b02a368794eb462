// Collects what an app's manifest says of how the app and its activity behave, each attribute of which is known here, and of the
// features that a device should have.
import type { DecodedElement } from "./binary-xml.ts";
import { must } from "./byte-reader.ts";
import { VALUE_TYPE } from "./chunks.ts";
import type { TypedValue } from "./chunks.ts";

/** The attributes by which an element behaves, in the order of the manifest's rules, and those that are read elsewhere. */
const ATTRIBUTES = {
  application: {
    own: {
      allowBackup: 0x01010280,
      hardwareAccelerated: 0x010102d3,
      supportsRtl: 0x010103af,
      enableOnBackInvokedCallback: 0x0101066c,
    },
    // theme, label, icon, debuggable, taskAffinity, networkSecurityConfig, roundIcon
    others: [0x01010000, 0x01010001, 0x01010002, 0x0101000f, 0x01010012, 0x01010527, 0x0101052c],
  },
  activity: {
    own: { launchMode: 0x0101001d, configChanges: 0x0101001f, windowSoftInputMode: 0x0101022b },
    // theme, label, name, exported, screenOrientation
    others: [0x01010000, 0x01010001, 0x01010003, 0x01010010, 0x0101001e],
  },
} as const;
const ICON = 0x01010002;
const ROUND_ICON = 0x0101052c;
const NAME = 0x01010003;
const REQUIRED = 0x0101028e;

/** By the names of the attributes, and whether the round icon is the icon. */
export type Behaviour = Readonly<Record<string, number | boolean | null>>;

/** Returns what both say; null stands for what is left out. Throws MalformedApp for an attribute that is not known here. */
export function behaviourFacts(application: DecodedElement, activity: DecodedElement): Behaviour {
  const { byId } = application;
  const hasOneIcon = byId.get(ROUND_ICON)?.data === byId.get(ICON)?.data;
  return { hasOneIcon, ...saidOf(application, "application"), ...saidOf(activity, "activity") };
}

/** Returns the names of the features, sorted. Throws MalformedApp for one without which an app could not be had. */
export function featuresOf({ children }: DecodedElement): readonly string[] {
  return children
    .filter(({ name }) => name === "uses-feature")
    .map(({ byId }) => {
      const name = byId.get(NAME)?.text ?? "";
      const required = byId.get(REQUIRED);
      const isLeft = required?.type === VALUE_TYPE.boolean && required.data === 0;
      must(isLeft && byId.size === 2, `the feature ${name} is required`);
      return name;
    })
    .toSorted();
}

function saidOf({ byId }: DecodedElement, kind: keyof typeof ATTRIBUTES): Behaviour {
  const { own, others } = ATTRIBUTES[kind];
  const known: readonly number[] = [...Object.values(own), ...others];
  const strange = [...byId.keys()].find((id) => !known.includes(id));
  must(
    strange === undefined,
    `the ${kind} says 0x${strange?.toString(16)}, which is not known here`,
  );
  return Object.fromEntries(Object.entries(own).map(([name, id]) => [name, plain(byId.get(id))]));
}

function plain(value: TypedValue | undefined): number | boolean | null {
  if (value === undefined) return null;
  return value.type === VALUE_TYPE.boolean ? value.data !== 0 : value.data;
}
