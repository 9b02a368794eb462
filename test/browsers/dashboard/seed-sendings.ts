// An account that sends to several apps at once: what waits, what is being sent, what is done, what somebody ended.
import type { StackNote } from "../../../dev/state.ts";
import { providersClient } from "../../../dev/providers/client.ts";
import { postForm } from "./seed-people.ts";

export interface SeedSendings {
  account: number;
  /** A key of the account, and the first of its apps. */
  key: string;
  app: { id: number; uuid: string };
  /** The path of the account's sendings. */
  base: string;
  /** The paths of sendings in each state; `bare` has no push yet. */
  waiting: string;
  sending: string;
  done: string;
  ended: string;
  bare: string;
}

type Asked = (token: string, method: string, path: string, json?: unknown) => Promise<any>;

const APPS = [
  "Marrowby Market",
  "Quillhaven News",
  "Rainmoor",
  `Fair of ${"Haberdashery".repeat(7)}`,
];

/** One whose hour of the day is over, and one whose is to come. */
const PEOPLE = [
  { language: "de", timezone: "Pacific/Kiritimati" },
  { language: "en", timezone: "Pacific/Niue" },
];

const PUSH = {
  default_lang: "en",
  translations: [
    {
      language: "en",
      title: "The fair opens on Saturday",
      text: "Forty stalls, from ten to six. Dogs are welcome.",
      link: "https://fair.example.com/programme?from=push&lang=en",
      image: `https://fair.example.com/${"poster-".repeat(12)}.png`,
    },
    { language: "de", title: "Am Samstag ist Markt", text: "Vierzig Stände, von zehn bis sechs." },
    { language: "ar", title: "المعرض يوم السبت", text: "أربعون كشكًا من العاشرة حتى السادسة." },
  ],
};

/** A wall-clock time in UTC, `hours` from now, in the fields of the instant-send API. */
function clock(hours: number): { date: string; time: string } {
  const text = new Date(Date.now() + hours * 3_600_000).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 16) };
}

/** Makes it; `cookieOf` signs its owner in. */
export async function makeSendings(
  note: StackNote,
  asked: Asked,
  cookieOf: (role: "owner", account: number) => Promise<string>,
): Promise<SeedSendings> {
  const admin = "/api/v1/admin/accounts";
  const opened = { name: "Marrowby Fairs", email: "fairs@example.com" };
  const { id } = (await asked(note.admin_token, "POST", admin, opened)).data;
  const { data: key } = await asked(note.admin_token, "POST", `${admin}/${id}/api-keys`, {
    name: "Server",
  });
  const ask = async (method: string, path: string, json?: unknown) =>
    asked(key.key, method, path, json);
  const providers = providersClient(note.providers_url);
  const apps: { id: number; uuid: string }[] = [];
  for (const name of APPS) {
    const { data: app } = await ask("POST", "/api/v1/apps", { name, url: "https://example.com" });
    const path = `/api/v1/push/apps/${app.uuid}`;
    const vapid = await ask("PUT", `${path}/credentials/webpush`, {
      subject: "mailto:push@example.com",
    });
    const sender = vapid.data.public_key;
    const browsers = await providers.makeSubscriptions({ count: PEOPLE.length, sender });
    const subscribers = browsers.map(({ endpoint, p256dh, auth }, at) => {
      const facts = PEOPLE[at];
      return { platform: "web", endpoint, keys: { p256dh, auth }, ...facts };
    });
    await ask("POST", `${path}/subscribers/bulk`, { subscribers });
    apps.push({ id: app.id, uuid: app.uuid });
  }
  const send = async (path: string, json: unknown) => ask("POST", `/api/b/v2${path}`, json);
  const { id: push } = await send("/pushes", PUSH);
  const scheduled = async (name: string, json: object, isBound = true): Promise<number> => {
    const made = await send("/sched/onesend", { name, ...json });
    if (isBound)
      await ask("PUT", `/api/b/v2/sched/onesend/${made.id}/pushes`, { push_ids: [push] });
    return made.id;
  };
  const base = `/dashboard/${id}/sendings`;
  const local = { local_time: true, ...clock(1) };
  const done = await scheduled("Plums are in", { ...local, languages_include: ["de"] });
  const sending = await scheduled("Evening offer", { ...local, all_apps: true });
  const ended = await scheduled("Cancelled fair", {
    ...clock(24),
    timezone: "+00:00",
    countries_exclude: ["AT", "CH"],
    languages_include: ["de"],
    audiences_include: ["regulars"],
  });
  await postForm(note.url, await cookieOf("owner", id), `${base}/${ended}/end`);
  const waiting = await scheduled(`The fair ${"Haberdashery".repeat(18)}`, {
    ...clock(48),
    timezone: "+02:00",
    app_ids_include: apps.map(({ id: app }) => app),
    countries_include: ["DE", "AT", "FR"],
    event_exclude: ["stall_booked"],
  });
  const bare = await scheduled("Autumn", { ...clock(72), timezone: "Z", all_apps: true }, false);
  const at = (sendingId: number) => `${base}/${sendingId}`;
  return {
    account: id,
    key: key.key,
    app: apps[0] ?? { id: 0, uuid: "" },
    base,
    waiting: at(waiting),
    sending: at(sending),
    done: at(done),
    ended: at(ended),
    bare: at(bare),
  };
}
