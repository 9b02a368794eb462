// The page's end of the bridge: which ports it takes, what it sends and hears, and how promises end.
import { expect, onTestFinished, test, vi } from "vitest";
import type { PushClick, PushMessage, Slipway } from "../../browser/api.ts";
import { untilPasses } from "../support/until-passes.ts";
import { aPage, APP, connected, NONCE, ORIGIN, run, send, settled } from "./bridged-page.ts";

test("there is nothing before the port, and all of it at the event slipway-ready", () => {
  const page = aPage();
  const seen: unknown[] = [];
  page.addEventListener("slipway-ready", () => seen.push(page.slipway?.app));
  run(page);
  expect(page.slipway).toBe(undefined);
  send(page, NONCE);
  expect(seen).toEqual([APP]);
  expect(Object.keys(page.slipway!.push)).toEqual([
    "permission",
    "state",
    "subscribe",
    "unsubscribe",
    "setTags",
    "identify",
    "on",
  ]);
  expect(Object.keys(page.slipway!.channels)).toEqual(["redeem", "list", "mute", "leave"]);
});

test.each([
  ["a frame", aPage({ top: {} })],
  ["a page of another host", aPage({ location: { origin: "https://evil.example.org" } })],
  [
    "a page of the same host without TLS",
    aPage({ location: { origin: "http://www.example.com" } }),
  ],
  ["a sandboxed page", aPage({ location: { origin: "null" } })],
])("in %s it leaves nothing behind", (_, page) => {
  const before = Reflect.ownKeys(page).length;
  expect(run(page)).toBe(null);
  send(page, NONCE);
  expect(page.slipway).toBe(undefined);
  expect(Reflect.ownKeys(page)).toHaveLength(before);
});

test.each([
  ["another nonce", "BBBBBBBBBBBBBBBBBBBBBB"],
  ["nothing", undefined],
  ["null", null],
  ["an empty text", ""],
  ["an object that looks like it", { toString: (): string => NONCE }],
  ["a list of it", [NONCE]],
])("a port that comes with %s is not taken, and the page may hear it", (_, data) => {
  const page = aPage();
  run(page);
  let heard = 0;
  page.addEventListener("message", () => heard++);
  send(page, data);
  expect(page.slipway).toBe(undefined);
  expect(heard).toBe(1);
  send(page, NONCE);
  expect(page.slipway).not.toBe(undefined);
  expect(heard).toBe(1);
});

test.each([[NONCE], [undefined], [null], [""]])(
  "after the port, none that comes with %j is taken: the nonce counts once",
  async (data) => {
    const { page, slipway, app } = connected();
    const forged = send(page, data);
    const asked = slipway.push.permission();
    const { id } = await app.call();
    app.says({ id, value: "granted" });
    await expect(asked).resolves.toBe("granted");
    expect(forged.calls).toEqual([]);
  },
);

test("a message of the right nonce without a port does nothing", () => {
  const page = aPage();
  run(page);
  page.dispatchEvent(Object.assign(new Event("message"), { data: NONCE, ports: [] }));
  expect(page.slipway).toBe(undefined);
});

test("run again, it tells the nonce of the port it has, and keeps it", async () => {
  const { page, slipway, app } = connected();
  expect(run(page, "C")).toBe(NONCE);
  await settled(slipway, app);
  expect(page.slipway).toBe(slipway);
});

test("of two runs before the port, the newest nonce counts", () => {
  const page = aPage();
  expect(run(page, "A")).toBe("");
  expect(run(page, "B")).toBe("");
  send(page, "A");
  expect(page.slipway).toBe(undefined);
  send(page, "B");
  expect(page.slipway).not.toBe(undefined);
  expect(run(page, "C")).toBe("B");
});

test("a page that came back gets another port, and what waited for the former is refused", async () => {
  const { page, slipway, app } = connected();
  const ready = vi.fn<() => void>();
  page.addEventListener("slipway-ready", ready);
  const lost = slipway.print().catch((error: unknown) => error);
  await app.call();
  run(page, "C");
  const another = send(page, "C");
  await app.closed;
  expect(await lost).toMatchObject({ code: "offline" });
  expect(page.slipway).toBe(slipway);
  expect(ready).not.toHaveBeenCalled();
  await settled(slipway, another);
  expect(app.calls).toEqual([]);
});

test.each<[call: string, given: unknown, made: (slipway: Slipway) => Promise<unknown>]>([
  ["push.permission", undefined, ({ push }) => push.permission()],
  ["push.state", undefined, ({ push }) => push.state()],
  ["push.subscribe", undefined, ({ push }) => push.subscribe()],
  ["push.subscribe", { tags: ["a"] }, ({ push }) => push.subscribe({ tags: ["a"] })],
  ["push.unsubscribe", undefined, ({ push }) => push.unsubscribe()],
  ["push.setTags", { tags: ["\ud800é"] }, ({ push }) => push.setTags(["\ud800é"])],
  ["push.identify", { token: "a.b.c" }, ({ push }) => push.identify("a.b.c")],
  ["push.identify", { token: null }, ({ push }) => push.identify(null)],
  ["channels.redeem", { code: "x" }, ({ channels }) => channels.redeem("x")],
  ["channels.list", undefined, ({ channels }) => channels.list()],
  ["channels.mute", { id: "s", muted: true }, ({ channels }) => channels.mute("s")],
  ["channels.mute", { id: "s", muted: false }, ({ channels }) => channels.mute("s", false)],
  ["channels.leave", { id: "s" }, ({ channels }) => channels.leave("s")],
  ["openSettings", undefined, (slipway) => slipway.openSettings()],
  ["share", { text: "x" }, (slipway) => slipway.share({ text: "x" })],
  [
    "share",
    { title: "T", url: `${ORIGIN}/shop/a?b` },
    (slipway) => slipway.share({ title: "T", url: "a?b" }),
  ],
  ["share", { url: "https://[" }, (slipway) => slipway.share({ url: "https://[" })],
  ["share", {}, (slipway) => slipway.share(null as never)],
  ["print", undefined, (slipway) => slipway.print()],
])("the call %s with %j comes to the app as it was made", async (call, given, made) => {
  const { slipway, app } = connected();
  const promise = made(slipway);
  const came = await app.call();
  expect(came).toEqual({ id: 1, call, ...(given === undefined ? {} : { with: given }) });
  app.says({ id: 1, value: { any: ["answer"] } });
  await expect(promise).resolves.toEqual({ any: ["answer"] });
});

test.each<[given: ShareData, call: object]>([
  [
    { title: "T", text: "x", url: "a?b" },
    { title: "T", text: "x", url: `${ORIGIN}/shop/a?b` },
  ],
  [{ url: "" }, { url: `${ORIGIN}/shop/` }],
  [
    { title: "T", url: "/" },
    { title: "T", url: `${ORIGIN}/` },
  ],
  [{ title: "T" }, { title: "T", text: "T" }],
  [{ text: "" }, { text: "" }],
])("navigator.share shares %j", async (given, call) => {
  const { page, app } = connected();
  const { navigator } = page;
  expect(navigator.canShare!(given)).toBe(true);
  const promise = navigator.share!(given);
  expect(await app.call()).toEqual({ id: 1, call: "share", with: call });
  app.says({ id: 1, error: "unsupported", message: "no app" });
  await expect(promise).rejects.toThrow("no app");
});

test("navigator.share shares no files, and not nothing", async () => {
  const { page, slipway, app } = connected();
  const { navigator } = page;
  for (const given of [{}, undefined, { text: "x", files: [] }]) {
    expect(navigator.canShare!(given)).toBe(false);
  }
  await expect(navigator.share!({ text: "x", files: [] })).rejects.toBeInstanceOf(TypeError);
  await settled(slipway, app);
  const promise = navigator.share!();
  expect(await app.call()).toEqual({ id: 2, call: "share", with: {} });
  app.says({ id: 2, error: "invalid", message: "needs text" });
  await expect(promise).rejects.toThrow("needs text");
});

test("a WebView's own navigator.share stays", () => {
  const share = () => Promise.resolve();
  const page = aPage({ navigator: { share } });
  run(page);
  send(page, NONCE);
  expect(page.navigator).toEqual({ share });
});

test("window.print prints, and says nothing of what the device can't", async () => {
  const { page, slipway, app } = connected();
  expect(page.print!()).toBe(undefined);
  expect(await app.call()).toEqual({ id: 1, call: "print" });
  app.says({ id: 1, error: "unsupported", message: "this device can't print" });
  await settled(slipway, app);
});

test("before the port, a page has what its WebView has", () => {
  const page = aPage();
  run(page);
  expect(page.print).toBe(undefined);
  expect(page.navigator).toEqual({});
});

test("calls end by their own answers, in whatever order and each once", async () => {
  const { slipway, app } = connected();
  const { permission, setTags } = slipway.push; // as pages may take them out
  const first = permission();
  const second = setTags(["a"]);
  const third = slipway.print();
  for (const id of [1, 2, 3]) expect((await app.call()).id).toBe(id);
  app.says({ id: 99, value: "nobody's" });
  app.says({ id: 2, error: "invalid", message: "at most 50" });
  app.says({ id: 2, value: [] });
  app.says({ id: 3 });
  app.says({ id: 1, value: "default" });
  await expect(second).rejects.toThrow("at most 50");
  await expect(second).rejects.toBeInstanceOf(Error);
  await expect(second).rejects.toMatchObject({ code: "invalid" });
  await expect(third).resolves.toBe(undefined);
  await expect(first).resolves.toBe("default");
});

const circle: Record<string, unknown> = {};
circle["self"] = circle;

test.each([
  ["a call that is too long", "x".repeat(32_768)],
  ["what is no JSON", circle],
  ["a number that JSON lacks", 1n],
])("%s is refused, and the app hears nothing of it", async (_, tag) => {
  const { slipway, app } = connected();
  await expect(slipway.push.setTags([tag as string])).rejects.toMatchObject({ code: "invalid" });
  await settled(slipway, app);
  expect(app.calls).toEqual([]);
});

test("the longest call there may be is made", async () => {
  const { slipway, app } = connected();
  const around = JSON.stringify({ id: 1, call: "push.setTags", with: { tags: [""] } }).length;
  void slipway.push.setTags(["x".repeat(32_768 - around)]);
  expect((await app.call()).call).toBe("push.setTags");
});

test("every listener hears a message, whatever another does, until it ends that", async () => {
  const { slipway, app } = connected();
  const heard: string[] = [];
  const failing = vi.fn<(error: unknown) => void>();
  process.on("unhandledRejection", failing);
  onTestFinished(() => void process.off("unhandledRejection", failing));
  const listener = ({ title }: PushMessage) => heard.push(`a ${title}`);
  const end = slipway.push.on("message", () => {
    throw new Error("the page's own");
  });
  const endFirst = slipway.push.on("message", listener);
  slipway.push.on("message", listener);
  app.says({ event: "message", value: { title: "1" } });
  await settled(slipway, app);
  expect(heard).toEqual(["a 1", "a 1"]);
  await untilPasses(() => expect(failing).toHaveBeenCalledOnce());
  end();
  endFirst();
  endFirst();
  app.says({ event: "message", value: { title: "2" } });
  await settled(slipway, app);
  expect(heard).toEqual(["a 1", "a 1", "a 2"]);
});

test("a listener that another one ends hears no more, not even of the same event", async () => {
  const { slipway, app } = connected();
  const heard = vi.fn<() => void>();
  slipway.push.on("message", () => end());
  const end = slipway.push.on("message", heard);
  app.says({ event: "message", value: {} });
  await settled(slipway, app);
  expect(heard).not.toHaveBeenCalled();
});

test("a message without a listener is gone, a click is kept for the first one, and each is heard once", async () => {
  const { slipway, app } = connected();
  for (let i = 0; i < 12; i++) app.says({ event: "click", value: { action: String(i) } });
  app.says({ event: "message", value: { title: "gone" } });
  await settled(slipway, app);
  const heard: string[] = [];
  const listener = ({ action }: PushClick) => heard.push(action);
  slipway.push.on("message", () => heard.push("message"));
  const end = slipway.push.on("click", listener);
  await settled(slipway, app);
  expect(heard).toEqual(["2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]);
  slipway.push.on("click", ({ action }) => heard.push(`second ${action}`));
  end();
  app.says({ event: "click", value: { action: "new" } });
  await settled(slipway, app);
  slipway.push.on("click", ({ action }) => heard.push(`third ${action}`));
  await settled(slipway, app);
  expect(heard.slice(10)).toEqual(["second new"]);
});

test.each([
  ["another event", "toString", Object],
  ["no event", undefined, Object],
  ["no function", "click", { handleEvent: Object }],
])("on() refuses %s", (_, event, listener) => {
  const { slipway } = connected();
  let refusal: unknown;
  try {
    slipway.push.on(event as "click", listener as () => void);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toMatchObject({ code: "invalid" });
});

test("it comes in place of what the page itself has called slipway", () => {
  const page = aPage({ slipway: { own: true } as unknown as Slipway });
  run(page);
  send(page, NONCE);
  expect(page.slipway).toMatchObject({ app: APP });
});
