// The browser's push subscription, and what the API has of it: both are made what the user last wanted.
import { refusal, type Site } from "../shared/port.ts";
import { update, type Kept } from "./store.ts";
import { tellPages } from "./tell.ts";

declare const self: ServiceWorkerGlobalScope;

/** Longest that an answer of the API is waited for, ms: what follows waits as well. */
const MAX_WAIT_MS = 20_000;
/** Nobody knows the token any more. */
const UNKNOWN = 401;

/** Asks the API with `headers` that prove who asks, and returns the `data` of its answer. Refuses, with its status. */
async function ask(
  { api }: Site,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<any> {
  const { status, ok, told } = await fetch(`${api}/public/${path}`, {
    method,
    headers: body ? { ...headers, "content-type": "application/json" } : headers,
    signal: AbortSignal.timeout(MAX_WAIT_MS),
    ...(body && { body: JSON.stringify(body) }),
  })
    .then(async (answer) => ({ status: answer.status, ok: answer.ok, told: await answer.json() }))
    .catch(() => {
      throw refusal("offline", "the API can't be reached");
    });
  if (ok) return told.data;
  const code = status > 499 || status === 429 ? "offline" : status === 404 ? "not_found" : "invalid";
  throw Object.assign(refusal(code, JSON.stringify(told.details ?? told.message)), { status });
}

/** What a registration says further. */
type More = { tags?: string[] };

const bearer = ({ token }: Kept): Record<string, string> =>
  token ? { authorization: `Bearer ${token}` } : {};

/** Returns what is kept of the app of this worker. */
export function keptHere(): Promise<Kept | undefined> {
  return update(({ apps }) =>
    Object.values(apps).find(({ scope }) => scope === self.registration.scope),
  );
}

/** Keeps what a page says, and `changes`. */
export function keep(site: Site, changes: Partial<Kept>): Promise<Kept> {
  const blank = { wanted: false, endpoint: "", id: "", token: "", tags: [] };
  const { scope } = self.registration;
  return update(
    ({ apps }) => (apps[site.app] = { ...blank, ...apps[site.app], ...site, scope, ...changes }),
  );
}

/** Makes it so, with `more` to register. Returns what is kept then. */
export async function settle(kept: Kept, more?: More): Promise<Kept> {
  const { pushManager } = self.registration;
  let subscription = await pushManager.getSubscription();
  if (!kept.wanted || Notification.permission !== "granted") {
    await subscription?.unsubscribe();
    if (!kept.endpoint) return kept;
    await ask(kept, "DELETE", `subscribers/${kept.id}`, bearer(kept)).catch((error) => {
      // It is gone already.
      if (error.status !== UNKNOWN && error.status !== 404) throw error;
    });
    return noted(kept, { endpoint: "" });
  }
  const keys = await ask(kept, "GET", `apps/${kept.app}/keys`, {});
  const vapid = keys.vapid_public_key;
  if (!vapid) throw refusal("unsupported", "Web Push is not set up");
  if (subscription && keyOf(subscription) !== vapid) {
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await pushManager
    .subscribe({ userVisibleOnly: true, applicationServerKey: vapid })
    .catch(({ name, message }: DOMException) => {
      throw refusal(name === "NotAllowedError" ? "denied" : "offline", message);
    });
  return register({ ...kept, key: keys.public_key }, subscription, more);
}

/** Registers `subscription`: as the same subscriber, or as a new one where nobody knows the token any more. */
async function register(
  kept: Kept,
  subscription: PushSubscription,
  more?: More,
): Promise<Kept> {
  const { key, app, tags } = kept;
  const body = {
    platform: "web",
    ...subscription.toJSON(),
    language: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    // A new subscriber has the tags that the former was given from here.
    ...(!kept.token && tags.length && { tags }),
    ...more,
  };
  const headers = { "x-app-key": key, ...bearer(kept) };
  try {
    const registered = await ask(kept, "POST", `apps/${app}/subscribers`, headers, body);
    return await noted(kept, { ...registered, ...(more?.tags && { tags: more.tags }), endpoint: subscription.endpoint });
  } catch (error) {
    if ((error as { status?: number }).status !== UNKNOWN || !kept.token) throw error;
    return register({ ...kept, token: "" }, subscription, more);
  }
}

async function noted(kept: Kept, changes: Partial<Kept>): Promise<Kept> {
  const now = await keep(kept, changes);
  if (changes.endpoint !== kept.endpoint || now.id !== kept.id) {
    await tellPages({ app: kept.app, change: true });
  }
  return now;
}

/** Sends a request as the subscriber; once it is a new one, where nobody knows the token any more. */
export async function askOwn(
  kept: Kept | undefined,
  method: string,
  path: string,
  body: object | undefined,
  isAgain?: true,
): Promise<any> {
  if (!kept?.endpoint) throw refusal("not_subscribed", "push.subscribe() comes first");
  try {
    const data = await ask(kept, method, path.replace("{id}", kept.id), bearer(kept), body);
    if (data?.tags) await keep(kept, { tags: data.tags });
    return data;
  } catch (error) {
    if (isAgain || (error as { status?: number }).status !== UNKNOWN) throw error;
    return askOwn(await settle(kept), method, path, body, true);
  }
}

/** The VAPID key that a subscription was made with, in base64url. */
function keyOf({ options }: PushSubscription): string {
  return btoa(String.fromCharCode(...new Uint8Array(options.applicationServerKey ?? [])))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
