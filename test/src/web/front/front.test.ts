// What is below no other prefix: the front page, and unknown paths.
import { expect, test } from "vitest";
import { browser, signedIn } from "../../../support/person.ts";
import { send } from "../../../support/worker.ts";

test("the front page says what this is and leads in; whoever is signed in goes to their apps", async () => {
  const { status, html } = await browser().get("/");
  expect(status).toBe(200);
  expect(html).toContain('<a class="btn btn--primary" href="/dashboard/sign-in">Sign in</a>');
  expect(html).not.toContain("Create an account"); // sign-up is for the invited
  const person = await signedIn();
  expect((await person.get("/")).html).toContain('href="/dashboard">Go to your apps</a>');
});

test("the front page answers HEAD, and refuses other methods as a page or as JSON", async () => {
  const head = await send("HEAD", "/");
  expect([head.status, await head.text()]).toEqual([200, ""]);
  const page = await browser().post("/");
  expect(page.status).toBe(405);
  expect(page.headers.get("allow")).toBe("GET, HEAD");
  expect(page.html).toContain("<h1>This can&#39;t be opened</h1>");
  const program = await send("DELETE", "/");
  expect(program.status).toBe(405);
  expect(await program.json()).toEqual({ message: "Method not allowed." });
});

test("an unknown path is a page to who accepts one, JSON to programs, and always JSON below /api", async () => {
  for (const accept of ["text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "TEXT/HTML;q=0.5"]) {
    const page = await browser().get("/none", { accept });
    expect(page.status).toBe(404);
    expect(page.html).toContain("<h1>This page isn&#39;t here</h1>");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  }
  for (const accept of [
    "*/*",
    "",
    "application/json",
    "text/html;q=0",
    "text/html;level=1;q=0.0",
  ]) {
    const answer = await send("GET", "/none", { headers: { accept } });
    expect([answer.status, await answer.json()], accept).toEqual([404, { message: "Not found." }]);
  }
  for (const path of ["/api", "/api/", "/api/none", "/api/v1/none", "/api/v1/push/none"]) {
    const answer = await send("GET", path, { headers: { accept: "text/html" } });
    expect(answer.headers.get("content-type"), path).toMatch(/^application\/json/);
    await answer.text();
  }
});

test("the page of an unknown path is in the theme that its reader chose, and says the request's id", async () => {
  for (const path of ["/none", "/dashboard/none/at/all"]) {
    const { html, headers } = await browser("slipway_theme=dark").get(path);
    expect(html).toContain('data-theme="dark"');
    expect(html).toContain(headers.get("x-request-id")!);
  }
});
