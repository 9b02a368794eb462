// A form of an account does its work once, however often it is posted.
import { z } from "zod";
import { expect, test } from "vitest";
import { refuse } from "../../../../src/kit/refusal.ts";
import {
  form,
  Id,
  memberPage,
  operatorPage,
  type MemberCtx,
} from "../../../../src/web/dashboard/page.ts";
import { served } from "../../../support/pages.ts";
import { operatorSignedIn, signedIn } from "../../../support/person.ts";

/** A page whose forms count how often they ran. */
function counting() {
  const ran: string[] = [];
  const params = { schema: z.object({ account: Id }), thing: "account" } as const;
  const page = memberPage({
    path: "/{account}/things",
    operationId: "showThings",
    summary: "Things",
    params,
    may: "apps:read",
    show: async (_, { form: state }) => ({
      title: "Things",
      body: `made: ${String(state.made)}`,
    }),
    forms: [
      form({
        path: "/new",
        operationId: "makeThing",
        summary: "Make a thing",
        run: async (_: MemberCtx, { fields }) => {
          if (fields.text("name") === "")
            refuse({ code: "insufficient_credits", required: 1, available: 0 });
          ran.push(fields.text("name"));
          expect(fields.names).toEqual(["name"]);
          return { to: `/thing/${ran.length}`, says: "It is made" };
        },
      }),
      form({
        path: "/file",
        operationId: "getFile",
        summary: "Get a file",
        run: async () => new Response(`file ${ran.push("file")}`),
      }),
      form({
        path: "",
        operationId: "showOnce",
        summary: "Make a thing that is shown once",
        run: async () => ({ made: `secret ${ran.push("secret")}` }),
      }),
    ],
  });
  return { ran, page };
}

const fields = (name: string, once: string) => new URLSearchParams({ once, name });

test("posted twice, at once or later, it makes one thing and both lead to that", async () => {
  const person = await signedIn();
  const { ran, page } = counting();
  const ask = served(page, person);
  const id = crypto.randomUUID();
  const path = `${person.base}/things/new`;
  const answers = await Promise.all([ask(path, fields("A", id)), ask(path, fields("A", id))]);
  answers.push(await ask(path, fields("A", id)));
  expect(ran).toEqual(["A"]);
  for (const answer of answers) {
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/thing/1"]);
    expect(answer.headers.getSetCookie().join()).toContain("It%20is%20made");
  }
});

test("so does a form of the installation, which belongs to no account", async () => {
  const operator = await operatorSignedIn();
  let ran = 0;
  const page = operatorPage({
    path: "/admin/things",
    operationId: "showAllThings",
    summary: "All things",
    show: async () => ({ title: "Things", body: "" }),
    forms: [
      form({
        path: "/new",
        operationId: "makeThing",
        summary: "Make a thing",
        run: async () => ({ to: `/thing/${++ran}` }),
      }),
    ],
  });
  const ask = served(page, operator);
  const id = crypto.randomUUID();
  const both = [fields("one", id), fields("one", id)].map(async (body) =>
    ask("/dashboard/admin/things/new", body),
  );
  const led = await Promise.all(both);
  expect(led.map((answer) => answer.headers.get("location"))).toEqual(["/thing/1", "/thing/1"]);
  expect(ran).toBe(1);
});

test("what was changed before it is posted again is another thing, and so is what another page's form makes", async () => {
  const person = await signedIn();
  const { ran, page } = counting();
  const ask = served(page, person);
  const id = crypto.randomUUID();
  const path = `${person.base}/things/new`;
  await ask(path, fields("A", id));
  await ask(path, fields("B", id));
  await ask(path, fields("A", crypto.randomUUID()));
  expect(ran).toEqual(["A", "B", "A"]);
});

test("one person's id is nothing to another member of the account", async () => {
  const person = await signedIn();
  const { ran, page } = counting();
  const id = crypto.randomUUID();
  const path = `${person.base}/things/new`;
  await served(page, person)(path, fields("A", id));
  await served(page, await signedIn("developer", person.account))(path, fields("A", id));
  expect(ran).toEqual(["A", "A"]);
});

test("a form that was refused can be posted again as it is", async () => {
  const person = await signedIn();
  const { ran, page } = counting();
  const ask = served(page, person);
  const id = crypto.randomUUID();
  const path = `${person.base}/things/new`;
  expect((await ask(path, fields("", id))).status).toBe(402);
  expect((await ask(path, fields("", id))).status).toBe(402);
  expect(ran).toEqual([]);
});

test("what is shown once is not shown again: a reload leads to the page, which says so", async () => {
  const person = await signedIn();
  const { ran, page } = counting();
  const ask = served(page, person);
  const id = crypto.randomUUID();
  const path = `${person.base}/things`;
  expect(await (await ask(path, fields("", id))).text()).toContain("made: secret 1");
  const again = await ask(path, fields("", id));
  expect([again.status, again.headers.get("location")]).toEqual([303, path]);
  expect(again.headers.getSetCookie().join()).toContain("made%20already");
  expect(ran).toEqual(["secret"]);
});

test("a file can be had again by the same form", async () => {
  const person = await signedIn();
  const ask = served(counting().page, person);
  const id = crypto.randomUUID();
  for (const expected of ["file 1", "file 2"]) {
    const answer = await ask(`${person.base}/things/file`, fields("A", id));
    expect(await answer.text()).toBe(expected);
  }
});

test("every form that a page shows has an id of its own", async () => {
  const person = await signedIn();
  const { html } = await person.get(person.base);
  const forms = html.match(/<form[^>]* method="post"[^>]*>/g)!;
  const ids = [...html.matchAll(/<form[^>]*><input type="hidden" name="once" value="([^"]+)"/g)];
  expect(forms.length).toBeGreaterThan(1);
  expect(new Set(ids.map(([, id]) => id)).size).toBe(forms.length);
});
