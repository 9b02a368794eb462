// "Test to me" in a real Firefox, whose push service is the local stack's: the browser at which somebody writes is subscribed
// from the dialog, to one app after another, and shows the tests of each; what can't subscribe says why.
import { beforeAll, expect, test, vi } from "vitest";
import type { StackNote } from "../../../dev/state.ts";
import { StackClient } from "../../e2e/client.ts";
import { startStack } from "../../e2e/stack.ts";
import { Chromium } from "../support/chromium.ts";
import { Firefox } from "../support/firefox.ts";
import { describeIn } from "../support/installed.ts";
import { holds, SOON, type Tab } from "../support/tab.ts";

let note: StackNote;
let client: StackClient;
/** The path of the account's pages. */
let base: string;
beforeAll(async () => {
  const stack = startStack(undefined, { PUBLIC_HOST: "localhost" });
  note = await stack.ready();
  client = new StackClient(stack);
  base = `${note.url}/dashboard/${/(\d+)\/owner$/.exec(note.dashboard_url)?.[1]}`;
});

/** Makes an app with Web Push, and returns its id and its composer's address. */
async function newApp(name: string): Promise<{ id: number; uuid: string; compose: string }> {
  const ask = async (method: string, path: string, json: unknown) => {
    const { status, body } = await client.call(method, path, json, note.api_token);
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body.data;
  };
  const app = await ask("POST", "/api/v1/apps", { name, url: "https://market.example.com" });
  const credential = `/api/v1/push/apps/${app.uuid}/credentials/webpush`;
  await ask("PUT", credential, { subject: "mailto:push@example.com" });
  return { ...app, compose: `${base}/apps/${app.id}/compose` };
}

const says = (text: string) =>
  `document.querySelector("[data-subscribe-says]").textContent.startsWith(${JSON.stringify(text)})`;

const type = async (tab: Tab, name: string, text: string) =>
  tab.run(`{
    const field = document.querySelector('[name="${name}"]');
    field.value = ${JSON.stringify(text)};
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }`);

describeIn("Firefox", (program) => {
  let firefox: Firefox;
  beforeAll(async () => {
    const started = await Firefox.start(program, note.providers_url);
    firefox = started.firefox;
    return started.end;
  });

  test("this browser is subscribed to one app after the other, and shows a test of each", async () => {
    const tab = await firefox.open(note.dashboard_url);
    for (const name of ["Marrowby", "Quillhaven"]) {
      const { id, uuid, compose } = await newApp(name);
      await tab.goto(compose);
      await type(tab, "title", `Ahoy ${name}`);
      await type(tab, "body", "Leeks and plums.");
      await tab.press("button[commandfor='test']");
      await holds(tab, says("Not subscribed"));
      await tab.press("[data-subscribe]");
      await holds(tab, says("This browser is subscribed"));
      await holds(
        tab,
        `/^This browser: Firefox on /.test(document.querySelector("[data-device-name]").textContent)`,
      );
      await tab.press("dialog#test .btn--primary");
      await vi.waitFor(async () => {
        expect(await firefox.shown()).toContainEqual({
          title: `Ahoy ${name}`,
          body: "Leeks and plums.",
        });
      }, SOON);
      // Nothing of it counts: the app's one subscriber is this browser, and it has no notification.
      const ask = async (path: string) =>
        (await client.call("GET", path, undefined, note.api_token)).body.data;
      expect(await ask(`/api/v1/push/apps/${uuid}/notifications`)).toEqual([]);
      expect(await ask(`/api/v1/push/apps/${uuid}/subscribers`)).toMatchObject([
        { platform: "web", status: "active" },
      ]);
      expect(await ask(`/api/v1/apps/${id}/notifications`)).toEqual([]);
    }
  });
});

describeIn("Chromium", (program) => {
  let chromium: Chromium;
  beforeAll(async () => {
    const started = await Chromium.start(program);
    chromium = started.chromium;
    return started.end;
  });

  test("a browser that blocks notifications says so, and offers nothing", async () => {
    await chromium.refuse(note.url);
    const signedIn = await chromium.open(note.dashboard_url);
    const { compose } = await newApp("Tarn");
    await signedIn.goto(compose);
    await signedIn.press("button[commandfor='test']");
    await holds(signedIn, says("Notifications are blocked."));
    expect(await signedIn.run(`document.querySelector("[data-subscribe]").disabled`)).toBe(true);
    await signedIn.close();
  });

  test("the preview follows what is typed, cut as devices cut it, and counts", async () => {
    const tab = await chromium.open(note.dashboard_url);
    const { compose } = await newApp("Rainmoor");
    await tab.goto(compose);
    const shown = (look: string, part: string) =>
      tab.run<string>(
        `document.querySelector('[data-look="${look}"] [data-part="${part}"]').textContent`,
      );
    await holds(
      tab,
      `document.querySelector('[data-look="ios"] [data-part="title"]').textContent === "Title"`,
    );
    expect(
      await tab.run(`document.querySelector('[data-look="open"] .pic').checkVisibility()`),
    ).toBe(false);
    await type(tab, "image", "https://market.example.com/i.jpg");
    await holds(tab, `document.querySelector('[data-look="open"] .pic').checkVisibility()`);
    await type(tab, "title", "Saturday box: order by Friday noon, and tell your neighbours");
    await type(tab, "body", "x".repeat(200));
    await holds(
      tab,
      `document.querySelector('[data-look="ios"] [data-part="title"]').textContent.startsWith("Saturday box")`,
    );
    expect(await shown("ios", "title")).toBe("Saturday box: order by Friday noon, and tell…");
    expect(await shown("desktop", "title")).toBe("Saturday box: order by Friday noon, and t…");
    expect((await shown("folded", "body")).length).toBe(45);
    expect(
      await tab.run(
        `[...document.querySelectorAll("output[data-most]")].map((one) => one.textContent).join()`,
      ),
    ).toBe("60 of 50,200 of 150");
    await tab.close();
    expect(chromium.complaints).toEqual([]);
  });
});
