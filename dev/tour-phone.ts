// The tour's part with a phone: the app that was just built is installed, registers by Play services, is pushed to and
// tapped, and what it reports is counted.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Api } from "./api.ts";
import { Phone, type Runtime } from "./phone/phone.ts";
import type { Shown } from "./phone/app.ts";
import { providersClient } from "./providers/client.ts";
import { heading, line } from "./say.ts";

/** How often counters are read, ms: the push API allows 100 requests a minute. */
const LOOK_EVERY_MS = 200;
/** Longest until something is counted, ms. */
const COUNTED_WITHIN_MS = 30_000;

const Sent = z.object({ data: z.object({ id: z.string() }) });
const Counted = z.object({
  data: z.object({ stats: z.object({ delivered_count: z.int(), clicked_count: z.int() }) }),
});

/**
 * Installs the app on a phone, and sends it something.
 * @returns the phone, whose process goes on
 * @throws when the push does not arrive, or is not counted
 */
export async function runPhoneTour(
  api: Api,
  providersUrl: string,
  app: { uuid: string; apk: Uint8Array },
  runtime: Runtime,
): Promise<Phone> {
  heading("On a phone");
  line("Runs", runtime.name);
  const phone = new Phone(app.apk, runtime, providersClient(providersUrl));
  try {
    await phone.open();
    await phone.letNotify(true);
    const { endpoint } = await phone.state();
    if (endpoint === null) throw new Error("the app did not register");
    line("Registered", `by Play services (a stand-in): ${endpoint.slice(0, 60)}...`);

    const push = `/api/v1/push/apps/${app.uuid}`;
    const content = { title: "Hello", body: "This app was built by Slipway.", send: true };
    const { data: sent } = await api.post(`${push}/notifications`, content, Sent);
    const shown = await arrives(phone, content.title);
    line("Pushed", `"${shown.title}: ${shown.body}" was decrypted, and is on the screen`);
    await phone.tap(shown.tag);
    await counts(api, push, sent.id, "clicked_count");
    line("Counted", "1 delivered, and 1 clicked, since it was tapped");
    return phone;
  } catch (error) {
    await phone.endApp();
    throw error;
  }
}

/** Lets the phone receive what was pushed until this title is on its screen. @throws when it does not come */
export async function arrives(phone: Phone, title: string): Promise<Shown> {
  for (;;) {
    await phone.receive();
    const found = (await phone.screen()).find((shown) => shown.title === title);
    if (found) return found;
  }
}

/** Waits until a delivery or click of the notification was counted. @throws when it is not */
export async function counts(
  api: Api,
  push: string,
  notificationId: string,
  counter: "delivered_count" | "clicked_count",
): Promise<void> {
  for (const end = Date.now() + COUNTED_WITHIN_MS; Date.now() < end; await sleep(LOOK_EVERY_MS)) {
    const { data } = await api.get(`${push}/notifications/${notificationId}`, Counted);
    if (data.stats[counter] === 1 && data.stats.delivered_count === 1) return;
  }
  throw new Error(`${counter} of the notification is not 1`);
}
