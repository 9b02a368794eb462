// The browser's push subscription, and what the API has of it: both are made what the user last wanted.
import { MAX_WAIT_MS } from "../shared/limits.ts";
import { refusal, type Registration, type Site } from "../shared/port.ts";
import { isForLater, UNKNOWN } from "./status.ts";
import { update, type Kept } from "./store.ts";

declare const self: ServiceWorkerGlobalScope;

/** What an answer of the API holds; the operations that are called here say what that is. */
// oxlint-disable-next-line typescript/no-explicit-any -- each caller knows its operation
type Data = any;

/** Asks the API as what is kept says, and returns the `data` of its answer. Refuses, with the answer's status. */
async function ask(
  { api, key, token }: Kept,
  method: string,
  path: string,
  body?: object,
): Promise<Data> {
  let answer;
  let told;
  try {
    answer = await fetch(`${api}/public/${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        "x-app-key": key,
        ...(token && { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.timeout(MAX_WAIT_MS),
      body: JSON.stringify(body),
    });
    told = await answer.json();
  } catch {
    throw refusal("offline", "no answer");
  }
  const { status } = answer;
  if (answer.ok) return told.data;
  throw Object.assign(
    refusal(
      isForLater(status) ? "offline" : status === 404 ? "not_found" : "invalid",
      JSON.stringify(told.details ?? told.message),
    ),
    { status },
  );
}

/** Returns what is kept of the app that this worker serves. */
export function keptHere(): Promise<Kept | undefined> {
  return update(({ apps }) =>
    Object.values(apps).find(({ scope }) => scope === self.registration.scope),
  );
}

/** Keeps what a page says, and `changes`. */
export function keep(site: Site, changes: Partial<Kept>): Promise<Kept> {
  return update(
    ({ apps }) =>
      (apps[site.app] = {
        ...apps[site.app],
        ...site,
        scope: self.registration.scope,
        ...changes,
      }),
  );
}

/** Makes it so, with `more` to register. Returns what is kept then. */
export async function settle(kept: Kept, more: Registration = {}): Promise<Kept> {
  const { pushManager } = self.registration;
  const present = await pushManager.getSubscription();
  if (!kept.wanted || Notification.permission !== "granted") {
    if (!kept.endpoint) return kept;
    // Another one is the site's own.
    if (present?.endpoint === kept.endpoint) await present.unsubscribe();
    await ask(kept, "DELETE", `subscribers/${kept.id}`).catch((error) => {
      // It is gone already.
      if (error.status !== UNKNOWN) throw error;
    });
    return keep(kept, { endpoint: "" });
  }
  const { public_key: key, vapid_public_key: vapid } = await ask(
    kept,
    "GET",
    `apps/${kept.app}/keys`,
  );
  if (!vapid) throw refusal("unsupported", "no push");
  // Gives the one there is, unless it was made with another key (W3C Push API, section 5.5).
  const subscribe = () =>
    pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: vapid });
  const subscription = await subscribe().catch(async (error) => {
    if (error.name !== "InvalidStateError") throw error;
    await present?.unsubscribe();
    return subscribe();
  });
  const tags = more.tags ?? kept.tags;
  let { user_token: user } = more;
  let { token } = kept;
  const register = (): Promise<Data> =>
    ask({ ...kept, key, token }, "POST", `apps/${kept.app}/subscribers`, {
      platform: "web",
      ...subscription.toJSON(),
      language: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      // A new subscriber has the tags that the former was given from here.
      tags: token ? more.tags : tags,
      user_token: user,
    }).catch((error) => {
      if (token && error.status === UNKNOWN) token = "";
      // It may have run out since the page was given it. Nobody's then, since the last user may have been another.
      else if (user && /user_token/.test(error)) user = null;
      else throw error;
      return register();
    });
  const { id, token: own } = await register();
  return keep(kept, { key, id, token: own, endpoint: subscription.endpoint, tags });
}

/** Sends a request as the subscriber, or about it (path ""): as a new one, where nobody knows the token any more. */
export async function askOwn(
  kept: Kept | undefined,
  method: string,
  path: string,
  body?: object,
): Promise<Data> {
  if (!kept?.wanted || !kept.endpoint) throw refusal("not_subscribed", "subscribe first");
  let now = kept;
  const send = () => ask(now, method, path || `subscribers/${now.id}`, body);
  const data = await send().catch(async (error) => {
    if (error.status !== UNKNOWN) throw error;
    now = await settle(now);
    return send();
  });
  if (data?.tags) await keep(now, { tags: data.tags });
  return data;
}
