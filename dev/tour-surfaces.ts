// The tour's last part: the other two surfaces that make the same notifications, on the phone with the app. A person scans
// the QR code of a channel, whose sends then reach that phone; an instant send reaches the apps that its filters select.
import { z } from "zod";
import type { Api } from "./api.ts";
import type { Phone } from "./phone/phone.ts";
import { heading, line } from "./say.ts";
import { arrives, counts } from "./tour-phone.ts";

/** The owner's own id of the person who scans the code. */
const IUID = "customer-7";

const Channel = z.object({ data: z.object({ id: z.string(), api_key: z.string() }) });
const Code = z.object({ deepLink: z.url() });
const Instant = z.object({ sched_id: z.int(), push_id: z.int() });
const Notifications = z.object({ data: z.array(z.object({ id: z.string(), title: z.string() })) });

export interface TourApp {
  id: number;
  uuid: string;
}

/**
 * Sends by a channel and by an instant send.
 * @throws when one of them does not arrive
 */
export async function runSurfacesTour(
  api: Api,
  url: string,
  app: TourApp,
  phone: Phone,
): Promise<void> {
  heading("Channels and instant sends");
  const push = `/api/v1/push/apps/${app.uuid}`;
  await subscribeByCode(api, url, app, phone, push);

  const filters = { app_ids_include: [app.id] };
  const translations = [{ language: "en", title: "Sale", text: "Today only." }];
  const wanted = { name: "Sale", filters, push: { default_lang: "en", translations } };
  const made = await api.post("/api/b/v2/send/instant", wanted, Instant);
  line("Instant send", `${made.sched_id}, due in two minutes; the push API sends it now`);
  const { data: due } = await api.get(`${push}/notifications?status=scheduled`, Notifications);
  for (const { id } of due) await api.post(`${push}/notifications/${id}/send`, {}, z.unknown());
  await arrives(phone, "Sale");
  line("Arrived", "on the same phone");
}

/** Makes a channel, has the phone open the link of its QR code, and sends as the channel's owner does. */
async function subscribeByCode(
  api: Api,
  url: string,
  app: TourApp,
  phone: Phone,
  push: string,
): Promise<void> {
  const wanted = { name: "Orders", app_id: app.id };
  const { data: channel } = await api.post("/api/v1/channels", wanted, Channel);
  const asChannel = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${url}/channels/${channel.id}${path}`, {
      method,
      headers: { "x-channel-api-key": channel.api_key, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (answer.status !== 200) throw new Error(`the channel answered ${await answer.text()}`);
    return answer.json();
  };
  const { deepLink } = Code.parse(await asChannel("GET", `/subscriptions/${IUID}/code`));
  line("QR code", `leads to ${deepLink}`);
  await phone.openLink(deepLink);
  const told = await phone.told();
  if (!told?.includes(wanted.name)) throw new Error(`the app redeemed no code: it says ${told}`);
  // Terminals show the marks that set a name apart from the text around it.
  line("Redeemed", `by the app, which says: ${told.replaceAll(/[\u2068\u2069]/g, "")}`);

  const words = { title: "Your order", text: "It has been sent." };
  await asChannel("POST", `/notifications/${IUID}`, words);
  await arrives(phone, words.title);
  const { data: all } = await api.get(`${push}/notifications`, Notifications);
  const sent = all.find(({ title }) => title === words.title);
  await counts(api, push, sent?.id ?? "", "delivered_count");
  line("Channel", "a notification for that person reached the phone, and was counted");
}
