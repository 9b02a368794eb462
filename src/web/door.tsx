// A page with one thing to say, in the middle of the window: the mark, a heading, and what is below it.
import type { Child } from "hono/jsx";
import { pageResponse } from "./document.tsx";
import { MARK_PATH } from "./install/mark.ts";
import { LinesPlan } from "./lines-plan.tsx";
import { Brand } from "./marks.tsx";

/** Makes the response with such a page. `below` comes after the text, apart from it. */
export function doorPage({
  status,
  title,
  text,
  below = null,
  headers = {},
}: {
  status: number;
  title: string;
  text: Child;
  below?: Child;
  headers?: Record<string, string>;
}): Response {
  const content = (
    <div class="door">
      <main>
        <div class="stack stack--l">
          <Brand size={30} />
          <div class="stack">
            <h1>{title}</h1>
            <p class="soft">{text}</p>
          </div>
          {below}
        </div>
      </main>
      <LinesPlan />
    </div>
  );
  return pageResponse({ status, title, icon: MARK_PATH, content, headers });
}
