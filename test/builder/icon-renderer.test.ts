// The process that renders icons: pictures that take too much time or memory are stopped, the next ones are not
// affected, and it never outlives the process that started it.
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, test, vi } from "vitest";
import { renderIcons } from "../../builder/android/icons/render-icons.ts";
import { createIconRenderer } from "../../builder/icon-renderer.ts";
import type { IconRequest } from "../../builder/icon-renderer.ts";
import { SVG_ICON, picture } from "./android/support/inputs.ts";

const source = { name: "Example", backgroundColor: "#ffffff", iconColor: null };
const PROCESS = fileURLToPath(new URL("../../builder/icon-process.ts", import.meta.url));

/** Some 100 kB that take a decoder minutes. */
const ENDLESS = svg(
  `<filter id="f">${'<feTurbulence baseFrequency="0.05" numOctaves="10"/>'.repeat(2000)}</filter>` +
    '<rect width="10" height="10" filter="url(#f)"/>',
);

/** Some 2 MB that unpack to more than a gigabyte. */
async function bomb(): Promise<Uint8Array> {
  const background = "#336699";
  const vast = { width: 10_000, height: 10_000, channels: 3, background } as const;
  const png = await sharp({ create: vast }).png().toBuffer();
  const href = `data:image/png;base64,${png.toString("base64")}`;
  return svg(`<image width="10" height="10" href="${href}"/>`);
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
      expect(await render(one, source)).toEqual(await renderIcons(one, source));
    }
  });

  test.each<[string, () => Uint8Array | Promise<Uint8Array>, string, number]>([
    [
      "a file that is not an image",
      () => Buffer.from("no image"),
      "the icon can't be read",
      10_000,
    ],
    // the next icon takes a fraction of a second
    ["an icon that takes too long", () => ENDLESS, "the icon takes too long to draw", 3_000],
    // on a busy machine it takes seconds to take that much memory
    ["an icon that takes too much memory", bomb, "the icon takes too much memory to draw", 40_000],
  ])("refuses %s in time, and draws the next one", async (_, make, message, deadlineMs) => {
    const render = createIconRenderer({ deadlineMs });
    const hostile = await make();
    const started = performance.now();
    const [refused, next] = await Promise.allSettled([
      render(hostile, source),
      render(SVG_ICON, source),
    ]);
    expect(refused).toMatchObject({ reason: { code: "invalid_icon", message } });
    expect(next).toHaveProperty("value.foreground.length", 5);
    expect(performance.now() - started).toBeLessThan(50_000);
  });

  test("gives each of several simultaneous requests its own icons", async () => {
    const names = ["Alpha", "Beta", "Gamma"];
    const drawn = await Promise.all(names.map((name) => render(null, { ...source, name })));
    const expected = await Promise.all(names.map((name) => renderIcons(null, { ...source, name })));
    expect(drawn).toEqual(expected);
  });
});

/** Processor time a process has taken so far (proc(5), /proc/pid/stat: ticks of 10 ms). */
function cpuSeconds(pid: number | undefined): number {
  const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  return Number(rest.split(" ")[11]) / 100;
}

test("the process dies with the one that started it, also in the middle of a picture", async () => {
  const child = fork(PROCESS, { execArgv: [], serialization: "advanced", stdio: "ignore" });
  child.send({ picture: ENDLESS, source } satisfies IconRequest);
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
    await createIconRenderer()(null, ${JSON.stringify(source)});
    console.log("rendered");`;
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 20_000,
  });
  expect(out).toBe("rendered\n");
});
