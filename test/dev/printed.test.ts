// How tests read what processes print: never a piece of a line, however the pieces come.
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { Printed } from "../support/printed.ts";

test("a line that comes in pieces is found when it is whole, among those of the other stream", async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const printed = new Printed(stdout, stderr);
  const found = printed.find(/code (\S*)/);
  for (const piece of ["show the ", "code ", "ab"]) stdout.write(piece);
  stderr.write("a warn");
  stderr.write("ing\n");
  await printed.find(/warning/);
  expect(printed.text).toBe("a warning\n");
  stdout.write("cd\nan");
  expect((await found)[1]).toBe("abcd");
  expect(printed.text).toBe("a warning\nshow the code abcd\n");
});

test("the last line needs no end, and what does not come is said with all that came", async () => {
  const stdout = new PassThrough();
  const printed = new Printed(stdout);
  const missing = printed.find(/two/);
  stdout.end("one");
  await once(stdout, "end");
  await expect(missing).rejects.toThrow("/two/ is not in what was printed:\none");
  expect((await printed.find(/one/))[0]).toBe("one");
});
