// The log of a build for its page: as text, and as a stream that ends with the build, in time, and within the account's rate.
import { expect, test } from "vitest";
import { newBuilt, taken } from "../../../support/built.ts";
import { useTestClock } from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { browser, signedIn } from "../../../support/person.ts";
import { send } from "../../../support/worker.ts";

const clock = useTestClock();

/** Opens the stream of a log as a page does. */
const open = async (path: string, cookie: string, headers: Record<string, string> = {}) =>
  send("GET", path, { headers: { cookie, accept: "text/event-stream", ...headers } });

/** What an open stream brings until it holds `until`, or ends. */
async function read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  until: string,
): Promise<string> {
  let text = "";
  while (!text.includes(until)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  return text;
}

test("a stream goes on from where the page's log ends, brings what comes, and ends with the build", async () => {
  const built = await newBuilt();
  const builder = await FakeBuilder.start();
  const { page, lease } = await taken(built, builder);
  await builder.log(lease, 0, "first\n");
  const stream = await open(`${page}/log?from=6`, built.person.cookie);
  expect([stream.status, stream.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  const reader = stream.body!.getReader();
  await read(reader, "event: status");
  await builder.log(lease, 6, "second\n");
  const came = await read(reader, "second");
  expect(came).toContain('data: {"offset":6,"text":"second\\n"}');
  expect(came).not.toContain("first");
  await builder.finish(lease);
  const end = await read(reader, "event: end");
  expect(end).toContain('"status":"completed"');
  expect((await reader.read()).done).toBe(true);
  const again = await open(`${page}/log?from=0`, built.person.cookie, { "last-event-id": "6" });
  const whole = await again.text();
  expect(whole).toContain('"text":"second\\n"');
  expect(whole).not.toContain("first");
});

test("whoever asks for no stream gets the log as text", async () => {
  const built = await newBuilt("viewer");
  const builder = await FakeBuilder.start();
  const person = await signedIn("developer", built.account);
  const { page, lease } = await taken({ ...built, person }, builder);
  await builder.log(lease, 0, "<b>first\n");
  const text = await built.person.get(`${page}/log`);
  expect([text.headers.get("content-type"), text.html]).toEqual([
    "text/plain; charset=utf-8",
    "<b>first\n",
  ]);
  expect(text.headers.get("x-content-type-options")).toBe("nosniff");
});

test("a stream ends after two minutes, so that the page asks again", async () => {
  const built = await newBuilt();
  const builder = await FakeBuilder.start();
  const { page, lease } = await taken(built, builder);
  const stream = await open(`${page}/log`, built.person.cookie);
  const reader = stream.body!.getReader();
  await read(reader, "event: status");
  clock.pass(2 * 60_000);
  await builder.log(lease, 0, "late\n");
  const rest = await read(reader, "never");
  expect(rest).toContain("late");
  expect(rest).not.toContain("event: end");
});

test("an account can begin sixty streams a minute, whoever of it asks, and a stranger none", async () => {
  const built = await newBuilt();
  const builder = await FakeBuilder.start();
  const { page, lease } = await taken(built, builder);
  await builder.finish(lease);
  // The window of the limit does not turn while they are counted.
  clock.pass(60_000 - (Date.now() % 60_000));
  const statuses = new Map<number, number>();
  for (let n = 0; n < 70; n += 1) {
    const stream = await open(`${page}/log`, built.person.cookie);
    await stream.text();
    const { status } = stream;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([...statuses]).toEqual([
    [200, 60],
    [429, 10],
  ]);
  expect((await browser().get(`${page}/log`)).status).toBe(303);
});

test("of a long log the page has the last lines, with their numbers and the way to the whole", async () => {
  const built = await newBuilt();
  const builder = await FakeBuilder.start();
  const { page, lease } = await taken(built, builder);
  const lines = Array.from({ length: 1000 }, (_, index) => `line ${index + 1} ${"x".repeat(40)}`);
  await builder.log(lease, 0, `${lines.join("\n")}\n`);
  await builder.finish(lease);
  const { html } = await built.person.get(page);
  expect(html).toContain("The first 700 lines are left out here.");
  expect(html).toContain(">701</span><span>line 701 ");
  expect(html).not.toContain("line 700 ");
  expect((await built.person.get(`${page}/log`)).html).toContain("line 1 x");
  const wide = await taken(built, builder);
  await builder.log(wide.lease, 0, `${"y".repeat(50_000)}\nlast\n`);
  await builder.finish(wide.lease);
  const narrow = (await built.person.get(wide.page)).html;
  expect(narrow).toContain("The first line is left out here.");
  expect(narrow).not.toContain("y".repeat(100));
});
