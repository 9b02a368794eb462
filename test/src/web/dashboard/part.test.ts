// Parts of a page that move, as the script `live` asks for them.
import { z } from "zod";
import { expect, test } from "vitest";
import { Id, memberPage } from "../../../../src/web/dashboard/page.ts";
import { served } from "../../../support/pages.ts";
import { signedIn } from "../../../support/person.ts";

/** A page with a part that shows `text`. */
function moving(text: () => string, ends?: "here" | "page") {
  return memberPage({
    path: "/{account}/things",
    operationId: "showThings",
    summary: "Things",
    params: { schema: z.object({ account: Id }), thing: "account" },
    may: "apps:read",
    show: async () => ({ title: "Things", body: "the whole page" }),
    parts: { state: async () => ({ body: text(), ends }) },
  });
}

test("a part comes alone, escaped, and not again while nothing changed", async () => {
  const person = await signedIn("viewer");
  let text = "<3 of 7>";
  const ask = served(
    moving(() => text),
    person,
  );
  const path = `${person.base}/things?part=state`;
  const first = await ask(path);
  expect(await first.text()).toBe("&lt;3 of 7&gt;");
  expect(first.headers.get("cache-control")).toBe("no-store");
  expect(first.headers.get("slipway-ends")).toBeNull();
  const etag = first.headers.get("etag")!;
  const again = await ask(path, null, { "if-none-match": etag });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  text = "4 of 7";
  const changed = await ask(path, null, { "if-none-match": etag });
  expect([changed.status, await changed.text()]).toEqual([200, "4 of 7"]);
});

test("a part says when nothing will change any more, also by 304", async () => {
  const person = await signedIn();
  const ask = served(
    moving(() => "done", "page"),
    person,
  );
  const path = `${person.base}/things?part=state`;
  const answer = await ask(path);
  expect(answer.headers.get("slipway-ends")).toBe("page");
  const again = await ask(path, null, { "if-none-match": answer.headers.get("etag")! });
  expect([again.status, again.headers.get("slipway-ends")]).toEqual([304, "page"]);
});

test("a part has 2 KB at most: a larger one is a fault, so that a test of its page sees it", async () => {
  const person = await signedIn();
  for (const [bytes, status] of [
    [2048, 200],
    [2049, 500],
  ] as const) {
    const answer = await served(
      moving(() => "x".repeat(bytes)),
      person,
    )(`${person.base}/things?part=state`);
    expect(answer.status).toBe(status);
    await answer.text();
  }
});

test("a part is for those who may see its page; what no page has as a part is the page", async () => {
  const person = await signedIn();
  const page = moving(() => "3 of 7");
  const stranger = served(page, await signedIn());
  expect((await stranger(`${person.base}/things?part=state`)).status).toBe(404);
  const visitor = await served(page, { cookie: "" })(`${person.base}/things?part=state`);
  expect(visitor.status).toBe(303);
  for (const part of ["", "none", "constructor", "__proto__"]) {
    const answer = await served(page, person)(`${person.base}/things?part=${part}`);
    expect(await answer.text()).toContain("the whole page");
  }
});
