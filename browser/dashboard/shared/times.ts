// Times: the server writes UTC, and here they become the viewer's: "Today, 14:05", "24 Nov, 14:05", with the year if it is
// another one, and "today" within a sentence. `data-day` on the element leaves out the hour; `data-ago` says of the last day
// how long ago it was.

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A part of a time with two digits. */
export const two = (part: number) => String(part).padStart(2, "0");

/** Writes all times below `root` in the viewer's zone. */
export function localTimes(root: ParentNode): void {
  const now = new Date();
  for (const element of root.querySelectorAll("time[datetime]:not([data-zoned])")) {
    if (!(element instanceof HTMLTimeElement)) continue;
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const day = dayOf(at, now);
    const hour = `${two(at.getHours())}:${two(at.getMinutes())}`;
    const ago = "ago" in element.dataset ? agoOf(now.getTime() - at.getTime()) : null;
    const text = ago ?? ("day" in element.dataset ? day : `${day}, ${hour}`);
    const isWithin = /[\w,]\s*$/.test(element.previousSibling?.textContent ?? "");
    element.textContent = isWithin ? text.replace(/^(?:Today|Now)/, lowered) : text;
    element.title = at.toLocaleString();
    element.dataset["zoned"] = "";
  }
}

const lowered = (word: string) => word.toLowerCase();

function dayOf(at: Date, now: Date): string {
  const ofSameYear = at.getFullYear() === now.getFullYear();
  const day = `${at.getDate()} ${MONTHS[at.getMonth()]}`;
  if (!ofSameYear) return `${day} ${at.getFullYear()}`;
  return at.getMonth() === now.getMonth() && at.getDate() === now.getDate() ? "Today" : day;
}

/** How long ago something was, in words; null if it was more than a day ago, or is yet to come. */
function agoOf(past: number): string | null {
  if (past >= DAY_MS || past < -MINUTE_MS) return null;
  if (past < MINUTE_MS) return "Now";
  return past < HOUR_MS
    ? `${Math.floor(past / MINUTE_MS)} min ago`
    : `${Math.floor(past / HOUR_MS)} h ago`;
}
