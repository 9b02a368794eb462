// Reports to the API what became of a notification: that it was delivered, that it was clicked. What can't be sent is kept,
// and sent with the next push, the next load of a page, or when the browser says that there is a network again.
import { change, read } from "./store.ts";

/** Most that are kept: the oldest go first. */
const MAX_RECEIPTS = 100;

/** Reports to `url`, at last. Returns whether nothing is left to be reported. */
export async function report(url: string): Promise<boolean> {
  try {
    // Kept first, since the browser may end a worker at any time.
    await change("receipts", (all = []) => [...all, url].slice(-MAX_RECEIPTS));
  } catch {
    return sent(url);
  }
  return sendKept();
}

/** Sends what is kept. Returns whether nothing is left: the first that can't be sent keeps the others waiting. */
export async function sendKept(): Promise<boolean> {
  for (const url of (await read("receipts")) ?? []) {
    if (!(await sent(url))) return false;
    await change("receipts", (all = []) => all.filter((each) => each !== url));
  }
  return true;
}

/** Whether it need not be sent again: it was taken, or is refused for good. No header, so that no browser asks first. */
function sent(url: string): Promise<boolean> {
  return fetch(url, { method: "POST" }).then(
    ({ status }) => status < 500 && status !== 429,
    () => false,
  );
}
