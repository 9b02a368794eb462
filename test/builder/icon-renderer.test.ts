// The process that renders icons: pictures that take too much time or memory are stopped, the next ones are not
// affected, and it never outlives the process that started it.
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, test, vi } from "vitest";
import { PackagingError } from "../../builder/android/errors.ts";
import { renderIcons } from "../../builder/android/icons/render-icons.ts";
import { createIconRenderer } from "../../builder/icon-renderer.ts";
import type { IconRequest } from "../../builder/icon-child.ts";
import { NO_PICTURES, SVG_ICON, iconAlone, picture } from "./android/support/inputs.ts";
import { untilPasses } from "../support/until-passes.ts";

const source = {
  name: "Example",
  iconBackground: null,
  backgroundColor: "#ffffff",
  iconColor: null,
};
const PROCESS = fileURLToPath(new URL("../../builder/icon-process.ts", import.meta.url));

/** Some 100 kB that take a decoder minutes. */
const ENDLESS = noise(2000);

/** Some 2 MB that unpack to more than a gigabyte. */
async function bomb(): Promise<Uint8Array> {
  const background = "#336699";
  const vast = { width: 10_000, height: 10_000, channels: 3, background } as const;
  const png = await sharp({ create: vast }).png().toBuffer();
  const href = `data:image/png;base64,${png.toString("base64")}`;
  return svg(`<image width="10" height="10" href="${href}"/>`);
}

/** Some 0.3 s of a decoder's time for each layer. */
function noise(layers: number): Uint8Array {
  const layer = '<feTurbulence baseFrequency="0.05" numOctaves="10"/>';
  return svg(
    `<filter id="f">${layer.repeat(layers)}</filter>` +
      '<rect width="10" height="10" filter="url(#f)"/>',
  );
}

function svg(content: string): Uint8Array {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">${content}</svg>`,
  );
}

describe("createIconRenderer", () => {
  const render = createIconRenderer();

  test("draws the same icons as the packager does without a process", async () => {
    for (const one of [null, SVG_ICON, await picture("jpeg")]) {
      expect(await render(iconAlone(one), source)).toEqual(
        await renderIcons(iconAlone(one), source),
      );
    }
  });

  test.each<[string, () => Uint8Array | Promise<Uint8Array>, string, number]>([
    [
      "a file that is not an image",
      () => Buffer.from("no image"),
      "the icon can't be read",
      10_000,
    ],
    [
      "an image of more pixels than any upload",
      // Only the API refuses them by their size before.
      () =>
        sharp({ create: { width: 4096, height: 4097, channels: 3, background: "#336699" } })
          .png()
          .toBuffer(),
      "the icon has 4096 x 4097 pixels, more than 16777216",
      10_000,
    ],
    [
      "an icon that takes too long",
      () => ENDLESS,
      "the icon takes more than 0.5 s of processor time to draw",
      500,
    ],
    [
      "an icon that takes too much memory",
      bomb,
      "the icon takes more than 320 MiB of memory to draw",
      // its decoder takes a second or two
      10_000,
    ],
  ])("refuses %s in time, and draws the next one", async (_, make, message, budgetMs) => {
    const render = createIconRenderer({ budgetMs });
    const hostile = await make();
    const started = performance.now();
    const [refused, next] = await Promise.allSettled([
      render(iconAlone(hostile), source),
      render(iconAlone(SVG_ICON), source),
    ]);
    expect(refused).toMatchObject({ reason: { code: "invalid_icon", message } });
    expect(next).toHaveProperty("value.foreground.length", 5);
    expect(performance.now() - started).toBeLessThan(50_000);
  });

  test("gives each of several simultaneous requests its own icons", async () => {
    const names = ["Alpha", "Beta", "Gamma"];
    const drawn = await Promise.all(names.map((name) => render(NO_PICTURES, { ...source, name })));
    const expected = await Promise.all(
      names.map((name) => renderIcons(NO_PICTURES, { ...source, name })),
    );
    expect(drawn).toEqual(expected);
  });

  test("draws other accounts' icons while one account's take long, one of each account at a time", async () => {
    const render = createIconRenderer({ budgetMs: 1_500 });
    const ends: string[] = [];
    const draw = async (name: string, picture: Uint8Array, share: string) => {
      await render(iconAlone(picture), source, { share }).catch(() => null);
      ends.push(name);
    };
    await Promise.all([
      draw("slow 1", ENDLESS, "slow"),
      draw("slow 2", ENDLESS, "slow"),
      draw("slow 3", ENDLESS, "slow"),
      draw("a 1", SVG_ICON, "a"),
      draw("a 2", SVG_ICON, "a"),
      draw("b 1", SVG_ICON, "b"),
    ]);
    expect(ends).toEqual(["a 1", "b 1", "a 2", "slow 1", "slow 2", "slow 3"]);
  });

  test("lets an account wait for two others' icons at most once each", async () => {
    // Far more than the icon of c takes, which is drawn beside the next slow one.
    const render = createIconRenderer({ budgetMs: 1_500 });
    const ends: string[] = [];
    const draw = async (name: string, picture: Uint8Array, share: string) => {
      await render(iconAlone(picture), source, { share }).catch(() => null);
      ends.push(name);
    };
    const slow = ["a", "b"].flatMap((share) =>
      [1, 2, 3].map((at) => draw(`${share} ${at}`, ENDLESS, share)),
    );
    await Promise.all([...slow, draw("c", SVG_ICON, "c")]);
    expect(ends.indexOf("c")).toBeLessThanOrEqual(2);
  });

  test("gives up icons that nobody needs any more, and draws the account's next ones", async () => {
    const render = createIconRenderer({ budgetMs: 60_000 });
    const drop = new AbortController();
    const dropped = [1, 2, 3].map(() =>
      render(iconAlone(ENDLESS), source, { share: "a", signal: drop.signal }).catch(
        (error: unknown) => error,
      ),
    );
    const next = render(iconAlone(SVG_ICON), source, { share: "a" });
    drop.abort();
    for (const error of await Promise.all(dropped)) {
      expect(error).not.toBeInstanceOf(PackagingError);
    }
    expect(await next).toHaveProperty("foreground.length", 5);
  });

  test("says nothing of a picture whose process was ended by something else", async () => {
    const before = iconProcesses();
    const render = createIconRenderer();
    const [own] = iconProcesses().filter((pid) => !before.includes(pid));
    const drawing = render(iconAlone(ENDLESS), source);
    drawing.catch(() => null);
    const isBusy = () => expect(cpuSeconds(own)).toBeGreaterThan(1);
    await vi.waitFor(isBusy, { timeout: 20_000, interval: 50 });
    process.kill(own ?? 0, "SIGKILL");
    await expect(drawing).rejects.not.toBeInstanceOf(PackagingError);
    await expect(drawing).rejects.toThrow("the process that renders icons ended (SIGKILL)");
    expect(await render(iconAlone(SVG_ICON), source)).toHaveProperty("foreground.length", 5);
  });

  test("says nothing of a picture for which the host has no memory", async () => {
    const before = iconProcesses();
    const render = createIconRenderer();
    const [own] = iconProcesses().filter((pid) => !before.includes(pid));
    await render(iconAlone(SVG_ICON), source);
    const [, kib] = /VmSize:\s+(\d+)/.exec(readFileSync(`/proc/${own}/status`, "utf8")) ?? [];
    const spare = 5 * 1024 * 1024;
    execFileSync("prlimit", [`--pid=${own}`, `--as=${Number(kib) * 1024 + spare}`]);
    // Interlaced, so that it is decoded as a whole: 64 MiB.
    const background = "#336699";
    const large = { width: 4096, height: 4096, channels: 4, background } as const;
    const interlaced = await sharp({ create: large }).png({ progressive: true }).toBuffer();
    const drawing = render(iconAlone(interlaced), source);
    await expect(drawing).rejects.toThrow("out of memory");
    await expect(drawing).rejects.not.toBeInstanceOf(PackagingError);
    expect(await render(iconAlone(interlaced), source)).toHaveProperty("foreground.length", 5);
  });

  test("counts no time in which other processes kept it waiting", async () => {
    const before = iconProcesses();
    const budgetMs = 4_000;
    const render = createIconRenderer({ budgetMs });
    const [own = 0] = iconProcesses().filter((pid) => !before.includes(pid));
    await render(iconAlone(SVG_ICON), source);
    const idle = cpuSeconds(own);
    const drawing = render(iconAlone(noise(2)), source);
    const hasBegun = () => expect(cpuSeconds(own)).toBeGreaterThan(idle + 0.05);
    await vi.waitFor(hasBegun, { timeout: 20_000, interval: 5 });
    process.kill(own, "SIGSTOP");
    // Nothing happens that could be waited for: that is the point.
    await new Promise((resolve) => setTimeout(resolve, budgetMs));
    process.kill(own, "SIGCONT");
    expect(await drawing).toHaveProperty("foreground.length", 5);
  });

  test("has a second process only while the first one is not enough", async () => {
    const before = iconProcesses();
    const render = createIconRenderer({ budgetMs: 1_500 });
    const own = () => iconProcesses().filter((pid) => !before.includes(pid));
    await render(iconAlone(SVG_ICON), source, { share: "a" });
    expect(own()).toHaveLength(1);
    const slow = render(iconAlone(ENDLESS), source, { share: "a" }).catch(() => null);
    await render(iconAlone(SVG_ICON), source, { share: "b" });
    expect(own()).toHaveLength(2);
    await slow;
    await untilPasses(() => expect(own()).toHaveLength(1));
  });
});

/** The processes of this one that render icons. */
function iconProcesses(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
        const [state, parent] = rest.split(" ");
        if (state === "Z" || Number(parent) !== process.pid) return false;
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("icon-process");
      } catch {
        return false; // It has ended since.
      }
    });
}

/** Processor time a process has taken so far (proc(5), /proc/pid/stat: ticks of 10 ms). */
function cpuSeconds(pid: number | undefined): number {
  const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  return Number(rest.split(" ")[11]) / 100;
}

test("the process dies with the one that started it, also in the middle of a picture", async () => {
  const child = fork(PROCESS, { execArgv: [], serialization: "advanced", stdio: "ignore" });
  child.send({ pictures: iconAlone(ENDLESS), source, budgetMs: 60_000 } satisfies IconRequest);
  const drawing = () => expect(cpuSeconds(child.pid)).toBeGreaterThan(1);
  await vi.waitFor(drawing, { timeout: 20_000, interval: 50 });
  expect(child.exitCode).toBeNull();
  const ended = once(child, "exit");
  child.disconnect();
  expect(await ended).toEqual([null, "SIGKILL"]);
});

test("the process does not keep a builder running that has nothing else to do", () => {
  const module = new URL("../../builder/icon-renderer.ts", import.meta.url);
  const script = `
    const { createIconRenderer } = await import(${JSON.stringify(module)});
    await createIconRenderer()(${JSON.stringify(NO_PICTURES)}, ${JSON.stringify(source)});
    console.log("rendered");`;
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 20_000,
  });
  expect(out).toBe("rendered\n");
});
