// Numbers and times as people read them, and the labels of fields.
import type { Total } from "../../kit/pagination.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../kit/time.ts";

/** 18412 as "18,412". */
export const figure = (value: number): string => value.toLocaleString("en");

/** "1 app", "5 apps". */
export const counted = (value: number, thing: string): string =>
  `${figure(value)} ${thing}${value === 1 ? "" : "s"}`;

/** "1 person", "7,214 people". */
export const people = (value: number): string =>
  value === 1 ? "1 person" : `${figure(value)} people`;

/** "7,214", or "10,000 or more" where nobody counted further. */
export const howMany = ({ count, isMinimum }: Total): string =>
  figure(count) + (isMinimum ? " or more" : "");

/** A price in US dollars, without cents where there are none: "29", "9.50". */
export const dollars = (price: number): string =>
  price.toLocaleString("en", {
    minimumFractionDigits: Number.isInteger(price) ? 0 : 2,
    maximumFractionDigits: 2,
  });

/** How long something takes, roughly: "41 s", "3 min", "5 h", "2 days". */
export function span(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(1, Math.round(ms / SECOND_MS))} s`;
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  return ms < DAY_MS ? `${Math.round(ms / HOUR_MS)} h` : counted(Math.round(ms / DAY_MS), "day");
}

/** Labels of fields whose names, made to words, don't say the same as the form. */
const LABELS: Readonly<Record<string, string>> = {
  apns: "APNs",
  app_ids: "Apps",
  callback_url: "Callback address",
  of: "Belongs to",
  email: "E-mail",
  fcm: "FCM",
  expires_at: "Ends after",
  iuid: "Your id for them",
  name: "Name",
  scopes: "May",
  timezone: "Time zone",
  token: "Set-up token",
  url: "Web address",
  version_name: "Version",
};

/** The label of a field, by the name that it has in the API: "callback_url" is "Callback address". */
export function labelOf(name: string): string {
  const words = name
    .replace(/^config\./, "")
    .replaceAll(/[._]/g, " ")
    .replace("color", "colour");
  return LABELS[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}
