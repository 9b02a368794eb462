// Downloads that a page hands over to the app, since their addresses mean something in the page alone (blob:).
import { expect, onTestFinished, test, vi } from "vitest";
import { aPage, connected, run, settled } from "./bridged-page.ts";
import type { AppEnd, TestPage } from "./bridged-page.ts";

const URL_OF_BLOB = "blob:https://www.example.com/5f2c";
const MINUTE = 60_000;

/** The part of a browser's that the script uses; Node has none. */
class Reader {
  result: string | null = null;
  onload: () => void = () => undefined;
  onerror: (error: unknown) => void = () => undefined;
  readAsDataURL(blob: Blob): void {
    blob.arrayBuffer().then((bytes) => {
      const data = Buffer.from(bytes).toString("base64");
      this.result = data === "" ? "data:" : `data:x/y;base64,${data}`;
      this.onload();
    }, this.onerror);
  }
}

/** The blob that is at the address; none where the page has given it up. */
function give(blob: Blob | null): void {
  vi.stubGlobal("FileReader", Reader);
  vi.stubGlobal("fetch", async (url: string) => {
    expect(url).toBe(URL_OF_BLOB);
    if (blob === null) throw new TypeError("Failed to fetch");
    return new Response(blob);
  });
  onTestFinished(() => void vi.unstubAllGlobals());
}

/** What the shell calls. */
function ask(page: TestPage, url = URL_OF_BLOB): string | undefined {
  const found = page as unknown as Record<symbol, (url: string) => string>;
  return found[Symbol.for("slipway-file")]?.(url);
}

/** The parts that the app gets, up to the last one. */
async function parts(app: AppEnd): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  for (;;) {
    const { id, call, with: part } = await app.call();
    expect(call).toBe("file");
    all.push(part as Record<string, unknown>);
    app.says({ id });
    if (part === undefined || "type" in (part as object)) return all;
  }
}

function bytesOf(all: Record<string, unknown>[]): Buffer {
  return Buffer.concat(all.map(({ data }) => Buffer.from(data as string, "base64")));
}

test("a file comes in parts that fit into a call, the last with its type", async () => {
  const bytes = Buffer.alloc(50_000, "0123456789");
  give(new Blob([bytes], { type: "application/pdf" }));
  const { page, app } = connected();
  ask(page);
  const all = await parts(app);
  expect(all).toHaveLength(3);
  expect(bytesOf(all)).toEqual(bytes);
  expect(all.slice(0, 2).every((part) => Object.keys(part).join() === "data")).toBe(true);
  expect(all[2]).toMatchObject({ name: "", type: "application/pdf" });
});

test("a file of no type and no bytes comes, too", async () => {
  give(new Blob([]));
  const { page, app } = connected();
  ask(page);
  expect(await parts(app)).toEqual([{ name: "", type: "application/octet-stream" }]);
});

test("it has the name that the link gives which was clicked, in the document or not", async () => {
  give(new Blob(["x"]));
  const { page, app } = connected();
  const link = Object.assign(new page.HTMLAnchorElement(), { href: URL_OF_BLOB });
  link.download = `${"n".repeat(300)}.csv`;
  link.click();
  expect(link.clicks).toBe(1);
  expect(ask(page)).toBe("n".repeat(200));
  expect(await parts(app)).toMatchObject([{ name: "n".repeat(200) }]);
  // From within, by a tap on what is in the link: in a shadow tree, which `target` does not tell of, and in a drawing.
  const another = Object.assign(new page.HTMLAnchorElement(), { href: URL_OF_BLOB });
  another.download = "b.csv";
  const drawn = { tagName: "a", href: { baseVal: URL_OF_BLOB } };
  for (const path of [[{}, another, {}, page], [drawn, page], []]) {
    page.dispatchEvent(Object.assign(new Event("click"), { composedPath: () => path }));
    ask(page);
    expect(await parts(app)).toMatchObject([{ name: "b.csv" }]);
  }
});

test("it has the name of a link that is clicked by an event, as FileSaver.js does", async () => {
  give(new Blob(["x"]));
  const { page, app } = connected();
  const link = Object.assign(new page.HTMLAnchorElement(), { href: URL_OF_BLOB });
  link.download = "saved.csv";
  expect(link.dispatchEvent(new Event("click"))).toBe(true);
  expect(link.clicks).toBe(1);
  expect(ask(page)).toBe("saved.csv");
  expect(await parts(app)).toMatchObject([{ name: "saved.csv" }]);
});

test("it has no name that a link to something else gives", async () => {
  give(new Blob(["x"]));
  const { page, app } = connected();
  const link = new page.HTMLAnchorElement();
  Object.assign(link, { href: "blob:other", download: "a.csv" }).click();
  expect(ask(page)).toBe("");
  expect(await parts(app)).toMatchObject([{ name: "" }]);
});

test("of a file that is in its address, the app gets the name alone", async () => {
  give(null);
  const { page, slipway, app } = connected();
  expect(ask(page, "")).toBe("");
  const link = new page.HTMLAnchorElement();
  Object.assign(link, { href: "data:text/csv,a", download: "a.csv" }).click();
  expect(ask(page, "")).toBe("a.csv");
  await settled(slipway, app);
  expect(app.calls).toEqual([]);
});

test.each([
  ["that is gone", null],
  ["that is too large", new Blob([new Uint8Array(16 * 1024 * 1024 + 1)])],
])("of a file %s the app hears that there is none", async (_, blob) => {
  give(blob);
  const { page, app } = connected();
  ask(page);
  expect(await parts(app)).toEqual([undefined]);
});

test("a file that the app refuses ends, and the next one comes", async () => {
  give(new Blob([Buffer.alloc(30_000)]));
  const { page, app } = connected();
  ask(page);
  ask(page);
  const { id } = await app.call();
  app.says({ id, error: "invalid", message: "too large" });
  expect(await parts(app)).toEqual([undefined]);
  expect(bytesOf(await parts(app))).toHaveLength(30_000);
});

test("an address that the page gives up works for a minute more", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const revoked = vi.fn<(url: string) => void>();
  const page = aPage({ URL: { revokeObjectURL: revoked } });
  run(page);
  page.URL.revokeObjectURL(URL_OF_BLOB);
  vi.advanceTimersByTime(MINUTE - 1);
  expect(revoked).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(revoked).toHaveBeenCalledWith(URL_OF_BLOB);
});
