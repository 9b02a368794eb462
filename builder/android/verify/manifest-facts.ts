// Collects the facts that Android reads from an app's manifest and resource table.
import { behaviourFacts, featuresOf } from "./behaviour-facts.ts";
import type { Behaviour } from "./behaviour-facts.ts";
import { must } from "./byte-reader.ts";
import type { DecodedElement } from "./binary-xml.ts";
import { VALUE_TYPE } from "./chunks.ts";
import type { TypedValue } from "./chunks.ts";
import { checkXmlReferences } from "./references.ts";
import { resource } from "./resource-table.ts";
import type { DecodedTable } from "./resource-table.ts";

export interface ManifestFacts {
  readonly packageName: string;
  readonly versionCode: number;
  readonly versionName: string;
  readonly minSdk: number;
  readonly targetSdk: number;
  readonly label: string;
  /** What the launcher shows: the activity's label, or else the application's. */
  readonly launcherLabel: string;
  readonly debuggable: boolean;
  /** Of the application: "" keeps other apps' activities out of its task. */
  readonly taskAffinity: string;
  /** What else the application and the launcher's activity say. */
  readonly behaviour: Behaviour;
  /** What a device should have, but need not, sorted. */
  readonly features: readonly string[];
  /** The reference to the file that says which connections may be made. */
  readonly networkConfig: TypedValue | undefined;
  /** Sorted. */
  readonly permissions: readonly string[];
  /** Class of the activity that the launcher starts. */
  readonly launchActivity: string;
  /** What starts the activities, in the manifest's order. */
  readonly filters: readonly Filter[];
  /** What other apps can reach, or the system: everything but activities, in the manifest's order. */
  readonly components: readonly Component[];
  /** The packages of other apps that the app may see, and actions with the addresses that they are for, sorted. */
  readonly visible: readonly string[];
  readonly orientation: "any" | "portrait" | "landscape" | "other";
  /** The reference to the launcher icon. */
  readonly icon: TypedValue | undefined;
  /** The resources that hold the labels; none when the manifest itself does. */
  readonly labelIds: readonly number[];
  /** The reference to the file of the shortcuts; undefined in an app without. */
  readonly shortcutFile: TypedValue | undefined;
  /** The reference to the launch theme. */
  readonly theme: TypedValue | undefined;
}

/** A receiver, service or provider. */
export interface Component {
  readonly kind: string;
  readonly name: string;
  readonly exported: boolean;
  /** What a caller must hold; null for nothing. */
  readonly permission: string | null;
  readonly actions: readonly string[];
}

/** An intent filter. */
export interface Filter {
  readonly autoVerify: boolean;
  readonly actions: readonly string[];
  readonly categories: readonly string[];
  /** The attributes of each `data`, by name. */
  readonly data: readonly Readonly<Record<string, string>>[];
}

/** The resource ids of the attributes that are read here. */
const ID = {
  theme: 0x01010000,
  label: 0x01010001,
  icon: 0x01010002,
  resource: 0x01010025,
  name: 0x01010003,
  permission: 0x01010006,
  debuggable: 0x0101000f,
  exported: 0x01010010,
  taskAffinity: 0x01010012,
  screenOrientation: 0x0101001e,
  scheme: 0x01010027,
  host: 0x01010028,
  port: 0x01010029,
  pathPrefix: 0x0101002b,
  minSdk: 0x0101020c,
  versionCode: 0x0101021b,
  versionName: 0x0101021c,
  targetSdk: 0x01010270,
  sspPrefix: 0x010103e4,
  autoVerify: 0x010104ee,
  networkConfig: 0x01010527,
} as const;

/** What an address may be told by; a filter that has another attribute is not known here. */
const DATA = ["scheme", "host", "port", "sspPrefix", "pathPrefix"] as const;

/** What a component may say. */
const COMPONENT: readonly number[] = [ID.name, ID.exported, ID.permission];

const LAUNCHER = "android.intent.category.LAUNCHER";

/** Returns the facts. Throws MalformedApp if something that every app needs is missing. */
export function manifestFacts(manifest: DecodedElement, table: DecodedTable): ManifestFacts {
  must(manifest.name === "manifest", "the manifest has another root");
  const sdk = child(manifest, "uses-sdk");
  const application = child(manifest, "application");
  const activity = launchActivity(application);
  checkXmlReferences(manifest, table);
  const labels = [application.byId.get(ID.label), activity.byId.get(ID.label)];
  const [labelValue, ownLabel = labelValue] = labels;
  return {
    packageName: text(manifest.byName.get("package"), "package"),
    versionCode: number(manifest.byId.get(ID.versionCode), "version code"),
    versionName: text(manifest.byId.get(ID.versionName), "version name"),
    minSdk: number(sdk.byId.get(ID.minSdk), "minimum SDK"),
    targetSdk: number(sdk.byId.get(ID.targetSdk), "target SDK"),
    label: label(labelValue, table),
    launcherLabel: label(ownLabel, table),
    debuggable: flag(application.byId.get(ID.debuggable), false),
    taskAffinity: text(application.byId.get(ID.taskAffinity), "task affinity"),
    behaviour: behaviourFacts(application, activity),
    features: featuresOf(manifest),
    networkConfig: application.byId.get(ID.networkConfig),
    permissions: manifest.children
      .filter(({ name }) => name === "uses-permission")
      .map(({ byId }) => text(byId.get(ID.name), "permission"))
      .toSorted(),
    filters: application.children
      .filter(({ name }) => name === "activity")
      .flatMap(({ children }) => children)
      .filter(({ name }) => name !== "meta-data")
      .map(filter),
    components: application.children.filter(({ name }) => name !== "activity").map(component),
    visible: visible(manifest),
    launchActivity: text(activity.byId.get(ID.name), "activity's name"),
    orientation: orientation(activity.byId.get(ID.screenOrientation)),
    icon: application.byId.get(ID.icon),
    labelIds: labels
      .filter((value) => value?.type === VALUE_TYPE.reference)
      .map((value) => value?.data ?? 0),
    shortcutFile: shortcutFile(activity),
    theme: activity.byId.get(ID.theme) ?? application.byId.get(ID.theme),
  };
}

function child(parent: DecodedElement, name: string): DecodedElement {
  const [found, ...others] = parent.children.filter((one) => one.name === name);
  must(found !== undefined && others.length === 0, `the manifest has not one <${name}>`);
  return found;
}

function launchActivity(application: DecodedElement): DecodedElement {
  const activity = application.children.find(
    (one) =>
      one.name === "activity" &&
      one.children
        .flatMap((filter) => filter.children)
        .some(({ byId }) => byId.get(ID.name)?.text === LAUNCHER),
  );
  must(activity !== undefined, "no activity is for the launcher");
  must(flag(activity.byId.get(ID.exported), false), "the launcher's activity is not exported");
  return activity;
}

/** Returns what the activity's meta-data refers to, of which only this one is known here. */
function shortcutFile({ children }: DecodedElement): TypedValue | undefined {
  const [found, ...others] = children.filter(({ name }) => name === "meta-data");
  if (found === undefined) return undefined;
  const isKnown = text(found.byId.get(ID.name), "meta-data's name") === "android.app.shortcuts";
  must(isKnown && others.length === 0, "the activity has other meta-data than its shortcuts");
  return found.byId.get(ID.resource);
}

function component(element: DecodedElement): Component {
  const { byId } = element;
  const strange = [...byId.keys()].some((id) => !COMPONENT.includes(id));
  must(!strange, "a component says something that is not known here");
  return {
    kind: element.name,
    name: text(byId.get(ID.name), "component's name"),
    // Android 12 and later refuse an app that leaves it out beside a filter.
    exported: flag(byId.get(ID.exported), false),
    permission: byId.has(ID.permission) ? text(byId.get(ID.permission), "permission") : null,
    actions: actionsIn(element),
  };
}

function filter({ name, byId, children }: DecodedElement): Filter {
  must(name === "intent-filter", `an activity has a <${name}>`);
  const named = (kind: string) =>
    children.filter((one) => one.name === kind).map((one) => text(one.byId.get(ID.name), kind));
  return {
    autoVerify: flag(byId.get(ID.autoVerify), false),
    actions: named("action"),
    categories: named("category"),
    data: children.filter((one) => one.name === "data").map(addresses),
  };
}

function addresses({ byId }: DecodedElement): Filter["data"][number] {
  const known = DATA.filter((name) => byId.has(ID[name]));
  must(known.length === byId.size, "a filter tells addresses by something else");
  return Object.fromEntries(known.map((name) => [name, text(byId.get(ID[name]), name)]));
}

function visible(manifest: DecodedElement): readonly string[] {
  const queries = manifest.children.filter(({ name }) => name === "queries");
  const packages = queries
    .flatMap(({ children }) => children)
    .filter(({ name }) => name === "package")
    .map(({ byId }) => text(byId.get(ID.name), "package's name"));
  const intents = queries.flatMap(({ children }) =>
    children.filter(({ name }) => name === "intent"),
  );
  return [...packages, ...intents.map(seen)].toSorted();
}

/** An intent of another app's, as a text: its actions and the parts of its addresses. */
function seen({ children }: DecodedElement): string {
  const addressed = children.filter(({ name }) => name === "data").map(addresses);
  const actions = children.filter(({ name }) => name === "action");
  const names = actions.map(({ byId }) => text(byId.get(ID.name), "action's name"));
  return [...names, ...addressed.flatMap(Object.values)].join(" ");
}

/** The actions of all filters in an element. */
function actionsIn({ children }: DecodedElement): readonly string[] {
  return children
    .flatMap((filter) => filter.children)
    .filter(({ name }) => name === "action")
    .map(({ byId }) => text(byId.get(ID.name), "action's name"));
}

/** Returns the text of a label, which may be a reference. */
export function label(value: TypedValue | undefined, table: DecodedTable): string {
  if (value?.type !== VALUE_TYPE.reference) return text(value, "label");
  const [first] = resource(table, value);
  return text(first?.value ?? undefined, "label");
}

/** Returns the text of an attribute. Throws MalformedApp when it is missing. */
export function text(value: TypedValue | undefined, what: string): string {
  must(typeof value?.text === "string", `the ${what} is missing`);
  return value.text;
}

function number(value: TypedValue | undefined, what: string): number {
  must(value !== undefined && value.text === null, `the ${what} is missing`);
  return value.data;
}

function flag(value: TypedValue | undefined, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  must(value.type === VALUE_TYPE.boolean, "an attribute is not a boolean");
  return value.data !== 0;
}

function orientation(value: TypedValue | undefined): ManifestFacts["orientation"] {
  if (value === undefined) return "any";
  return ({ 0: "landscape", 1: "portrait" } as const)[value.data] ?? "other";
}
