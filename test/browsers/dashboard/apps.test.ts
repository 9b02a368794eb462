// What scripts add to an app's pages, in Chromium: the site in the phone, a preview that follows the fields, and a picture
// that is seen in its masks before it is sent.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { describeIn } from "../support/installed.ts";
import { Looker } from "./look.ts";
import { makeSeed, type Seed } from "./seed.ts";

/** A red square with a white disc: its edge is the colour around it, its disc its shape. */
const DISC = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64"><rect width="64" height="64" fill="#dd3333"/><circle cx="32" cy="32" r="14" fill="#fff"/></svg>`;

/** Serves a site with these headers on a free port; its address. */
async function site(headers: Record<string, string>): Promise<string> {
  const server = createServer((_request, answer) => {
    answer.writeHead(200, { "content-type": "text/html", ...headers }).end("<h1>My shop</h1>");
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describeIn("headless Chromium", (program) => {
  let seed: Seed;
  let looker: Looker;
  beforeAll(async () => {
    seed = await makeSeed();
    looker = await Looker.start(program, seed);
    return async () => looker.end();
  });

  async function open(path: string): Promise<Page> {
    const { page } = await looker.open({ name: "app", path: () => path });
    onTestFinished(async () => page.close());
    return page;
  }

  /** The overview of an app of this site. */
  async function overviewOf(url: string): Promise<Page> {
    const { data: app } = await seed.ask("POST", "/api/v1/apps", { name: "Shop", url });
    return open(`${seed.base}/apps/${app.id}`);
  }

  test("a site that lets itself be shown is in the phone, in a sandbox; one that does not is drawn, and it is said why", async () => {
    const open = await overviewOf(await site({}));
    const frame = open.locator(".phone iframe");
    await frame.waitFor();
    expect(await frame.getAttribute("sandbox")).not.toContain("top");
    await open.frameLocator(".phone iframe").getByText("My shop").waitFor();
    const shut = await overviewOf(await site({ "x-frame-options": "DENY" }));
    await shut.getByText("(X-Frame-Options: DENY)").waitFor();
    expect(await shut.locator(".phone iframe").count()).toBe(0);
    expect(await shut.locator(".phone > svg").count()).toBe(1);
  });

  test("the preview follows name, colours and full screen, and the bar counts what is not saved", async () => {
    const page = await open(`${seed.newAppBase}/design`);
    const fills = async (name: string) =>
      page
        .locator(`[data-fill="${name}"]`)
        .evaluateAll((shapes) => shapes.map((shape) => shape.getAttribute("fill")));
    await page.fill("[name=name]", "Renamed");
    expect(await page.locator("[data-text=name]").textContent()).toBe("Renamed");
    await page.fill("[name='config.theme_color']", "#FFDD00");
    expect(await fills("theme")).toEqual(["#FFDD00"]);
    // What stands on a light colour is dark.
    expect(await page.locator("[data-on=theme]").first().getAttribute("fill")).toBe("#000");
    expect(await page.locator("[data-color=theme]").inputValue()).toBe("#ffdd00");
    await page.fill("[data-color=background]", "#102030");
    expect(await page.locator("[name='config.background_color']").inputValue()).toBe("#102030");
    expect(new Set(await fills("background"))).toEqual(new Set(["#102030"]));
    // A letter stands on the theme's colour, or on one of its own.
    const behind = async () => page.locator("[data-drawn] rect").first().getAttribute("fill");
    expect(await behind()).toBe("#FFDD00");
    await page.fill("[name='config.icon_background']", "#112233");
    await page.fill("[name='config.theme_color']", "#FFDD01");
    expect([await behind(), await fills("theme")]).toEqual(["#112233", ["#FFDD01"]]);
    await page.fill("[name='config.icon_background']", "");
    expect(await behind()).toBe("#FFDD01");
    const made = await page.locator("[data-drawn]").getAttribute("data-drawn");
    expect(made).toMatch(/^#[0-9a-f]{6}$/);
    // What holds where a colour is not set is said in its field.
    const holds = async (name: string) =>
      page.locator(`[name='config.${name}']`).getAttribute("placeholder");
    expect([await holds("splash_color"), await holds("icon_background")]).toEqual([
      "#102030",
      "#FFDD01",
    ]);
    // Without either: a colour made from the name, and white bars.
    await page.fill("[name='config.theme_color']", "");
    expect([await behind(), await fills("theme")]).toEqual([made, ["#ffffff"]]);
    await page.fill("[name='config.theme_color']", "#FFDD01");
    // The app colours the system's bars on both sides of the page, and has none of its own.
    const bars = page.locator("[data-fill=theme]");
    expect(await bars.evaluate((shape) => (shape as SVGGraphicsElement).getBBox().height)).toBe(
      740,
    );
    await page.check("[name='config.fullscreen']");
    expect(await bars.isVisible()).toBe(false);
    expect(await page.locator("[data-text=name]").isVisible()).toBe(true);
    expect(await page.locator("[data-changes]").textContent()).toBe("4 changes not saved");
    await page.click("button[type=reset]");
    await page.getByText("Reaches people with the next build.").waitFor();
    expect(await page.locator("[data-text=name]").textContent()).toBe("Quillhaven News");
    expect(await fills("theme")).not.toEqual(["#FFDD00"]);
  });

  test.each([true, false])(
    "a design that a browser shows and saves is as programs wrote it, with scripts: %s",
    async (hasScript) => {
      const config = {
        allowed_hosts: ["*.b\u00fccher.example", "a.example/Shop/*"],
        offline_page: `\n\n<p title="it's">\u{1f6d2} &amp;\r\n\r<b>&lt;</b>${"x".repeat(4_000)}  \r\n`,
        push: { enabled: true, prompt: "One.\r\nTwo." },
        shortcuts: [{ name: "Sale | Now", url: "https://example.com/sale" }],
        user_agent_suffix: " MyApp/1 ",
      };
      const json = { name: "Shop", url: "https://example.com", config };
      const { data: app } = await seed.ask("POST", "/api/v1/apps", json);
      const path = `/api/v1/apps/${app.id}`;
      const screen = { name: "app", path: () => `${seed.base}/apps/${app.id}/design` };
      const { page } = await looker.open(screen, { hasScript });
      onTestFinished(async () => page.close());
      const { updated_at: _then, ...before } = (await seed.ask("GET", path)).data;
      const [answer] = await Promise.all([
        page.waitForResponse((each) => each.request().method() === "POST"),
        page.click("button:text-is('Save')"),
      ]);
      expect(answer.status()).toBe(303);
      const { updated_at: _now, ...after } = (await seed.ask("GET", path)).data;
      expect(after).toEqual(before);
    },
  );

  test("a picture is shown in its masks before it is sent, with the colour of its edge and its shape alone", async () => {
    const page = await open(`${seed.builtAppBase}/icon`);
    await page.setInputFiles("[data-pick=icon]", {
      name: "disc.svg",
      mimeType: "image/svg+xml",
      buffer: Buffer.from(DISC),
    });
    await page.getByText("disc.svg, 0.2 kB. Shown above, not saved yet.").waitFor();
    const grounds = await page
      .locator("[data-ground]")
      .evaluateAll((shapes) => shapes.map((shape) => shape.getAttribute("fill")));
    expect(new Set(grounds)).toEqual(new Set(["#dd3333"]));
    // It fills its square, and so the 72 of 108 units that launchers show.
    expect(await page.locator("[data-drawing]").first().getAttribute("transform")).toBe(
      "translate(18.000 18.000) scale(1.12500)",
    );
    const shape = await page.locator("[data-shape] image").getAttribute("href");
    // The disc is there, and the square around it is not.
    const alphas = await page.evaluate(
      `(async () => {
        const picture = new Image();
        picture.src = ${JSON.stringify(shape)};
        await picture.decode();
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 264;
        const context = canvas.getContext("2d");
        context.drawImage(picture, 0, 0);
        return [132, 8].map((at) => context.getImageData(at, at, 1, 1).data[3]);
      })()`,
    );
    expect(alphas).toEqual([255, 0]);
  });

  test("a figure is shown in the circle that no mask cuts, on a colour on which it can be seen; layers as they are", async () => {
    const page = await open(`${seed.builtAppBase}/icon`);
    const svg = (inner: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">${inner}</svg>`;
    const choose = async (picture: string, inner: string) => {
      await page.setInputFiles(`[data-pick=${picture}]`, {
        name: `${picture}.svg`,
        mimeType: "image/svg+xml",
        buffer: Buffer.from(svg(inner)),
      });
      await page.getByText(`${picture}.svg, 0.1 kB. Shown above, not saved yet.`).waitFor();
    };
    await choose("icon", '<circle cx="16" cy="16" r="16" fill="#fff"/>');
    const ground = () => page.locator("[data-ground]").first().getAttribute("fill");
    expect(await ground()).toBe("#1f2328");
    const place = (await page.locator("[data-drawing]").first().getAttribute("transform")) ?? "";
    const [x = 0, y = 0, scale = 0] = [...place.matchAll(/-?[\d.]+/g)].map(Number);
    expect(Math.abs(x + 16 * scale - 54)).toBeLessThan(1);
    expect(Math.abs(y + 16 * scale - 54)).toBeLessThan(1);
    expect(Math.abs(16 * scale - 33)).toBeLessThan(1);
    await page.getByText("Layers, for an icon").click();
    await choose("monochrome", '<path d="M9 9h40v40z"/>');
    expect(await page.locator("mask image").getAttribute("width")).toBe("108");
    await choose("foreground", '<path d="M9 9h50v50z"/>');
    expect(await page.locator("[data-layer]").count()).toBe(5);
    expect(await page.locator("[data-whole] [data-drawing]").count()).toBe(0);
  });

  test("a picture that is dropped is shown and sent like one that was chosen", async () => {
    const page = await open(`${seed.builtAppBase}/icon`);
    await page.evaluate(`(() => {
      const given = new DataTransfer();
      given.items.add(new File([${JSON.stringify(DISC)}], "dropped.svg", { type: "image/svg+xml" }));
      const over = { bubbles: true, cancelable: true, dataTransfer: given };
      document.querySelector("[data-drop] b").dispatchEvent(new DragEvent("drop", over));
    })()`);
    await page.getByText("dropped.svg, 0.2 kB. Shown above, not saved yet.").waitFor();
    const names = "[...document.querySelector('[name=icon]').files].map(({ name }) => name)";
    expect(await page.evaluate(names)).toEqual(["dropped.svg"]);
  });
});
