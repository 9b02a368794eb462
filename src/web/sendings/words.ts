// What pages of sendings say in words: their states, whom they reach, and what ending one did.
import type { Ended } from "../../domain/campaigns/end-campaign.ts";
import type { Filters } from "../../domain/campaigns/filters.ts";
import type { CampaignState } from "../../domain/campaigns/progress.ts";
import { listed } from "../parts/clip.ts";
import { countryName, languageName } from "../parts/place-names.ts";
import { counted, figure } from "../parts/words.ts";

/** The chip of each state: the status whose tone it has, and its word. */
export const STATE_CHIPS: Readonly<Record<CampaignState, { state: string; label: string }>> = {
  waiting: { state: "scheduled", label: "Waiting" },
  sending: { state: "sending", label: "Sending" },
  done: { state: "sent", label: "Done" },
  ended: { state: "cancelled", label: "Ended" },
  cancelled: { state: "cancelled", label: "Cancelled" },
  idle: { state: "inactive", label: "Nothing to send" },
};

/** Most values of a filter that are told by name. */
const MAX_TOLD = 12;

/** "259 had gone out". */
export const wentOut = (out: number): string =>
  out === 0 ? "none had gone out" : `${figure(out)} had gone out`;

/** What ending a sending did: "Ended: 41 notifications are cancelled, 259 had gone out." */
export function whatEnded({ cancelled, stopped, out }: Ended): string {
  const went = wentOut(out);
  if (cancelled === 0) {
    return out === 0 ? "Ended. It had made no notifications." : `Nothing was left to end: ${went}.`;
  }
  const are = `${counted(cancelled, "notification")} ${cancelled === 1 ? "is" : "are"} cancelled`;
  const begun =
    stopped === 0 ? "" : ` ${figure(stopped)} of them had begun: what went out of these stays out.`;
  return `Ended: ${are}, ${went}.${begun}`;
}

/** Whom filters reach, a line for each kind. */
export function filterLines(
  filters: Filters,
  appNames: ReadonlyMap<number, string>,
): { label: string; says: string }[] {
  const { apps, countries, languages, audiences, events } = filters;
  const app = (id: number) => appNames.get(id) ?? `app ${id}`;
  const plain = (text: string) => text;
  return [
    { label: "Apps", says: says(apps, "All with push set up", app) },
    {
      label: "Countries",
      says: says(countries, "All", (code) => countryName(code.toUpperCase())),
    },
    { label: "Languages", says: says(languages, "All", languageName) },
    { label: "Audiences", says: says(audiences, "All", plain) },
    { label: "Did", says: says(events, "Anything", plain) },
  ];
}

/** "Germany or France", "All but Austria", "Germany, but not who is in Bavaria" for what a kind lets through. */
function says<Value>(
  { include, exclude }: { include: readonly Value[] | null; exclude: readonly Value[] },
  all: string,
  name: (value: Value) => string,
): string {
  const only = include === null ? null : listed(include.map(name), "or", MAX_TOLD);
  if (exclude.length === 0) return only ?? all;
  const not = listed(exclude.map(name), "and", MAX_TOLD);
  return only === null ? `${all}, but not ${not}` : `${only}, but not ${not}`;
}
