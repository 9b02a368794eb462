// The sizes of saved segments: asked for one after the other, since the server counts one at a time for an account.

/** How long to wait where the server does not say, ms. */
const BUSY_MS = 1000;
/** How often a row is asked for before it keeps its link. */
const TRIES = 5;

const wait = async (ms: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** The two cells of a row, as the server makes them; null where it did not. */
async function cellsOf(address: string): Promise<DocumentFragment | null> {
  for (let left = TRIES; left > 0; left--) {
    const answer = await fetch(address, { redirect: "manual", cache: "no-store" });
    if (answer.status === 200) {
      const template = document.createElement("template");
      template.innerHTML = await answer.text();
      return template.content;
    }
    if (answer.status !== 429) return null;
    await wait(Number(answer.headers.get("retry-after")) * 1000 || BUSY_MS);
  }
  return null;
}

async function countAll(rows: Iterable<HTMLElement>): Promise<void> {
  for (const row of rows) {
    const [, number, share] = row.children;
    if (!number?.querySelector("a")) continue;
    const cells = await cellsOf(row.dataset["size"] ?? "").catch(() => null);
    const [counted, bar] = cells?.children ?? [];
    if (counted) number.replaceWith(counted);
    if (bar) share?.replaceWith(bar);
  }
}

void countAll(document.querySelectorAll<HTMLElement>("tr[data-size]"));
