// Lists as files for spreadsheets.
import { expect, test } from "vitest";
import { csvResponse } from "../../../../src/web/parts/csv.ts";

test("a cell is quoted where it must be, and none is a formula", async () => {
  const cells = ["plain", 'a "quote"', "a,b", "a\nb", "=1+1", "+1", "-1", "@x", "\tx", null];
  const answer = csvResponse("list", [["cell", (cell: string | null) => cell]], [cells]);
  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="list.csv"');
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await answer.text()).toBe(
    `cell\r\nplain\r\n"a ""quote"""\r\n"a,b"\r\n"a\nb"\r\n'=1+1\r\n'+1\r\n'-1\r\n'@x\r\n'\tx\r\n\r\n`,
  );
});

test("a page is read once the one before it went out, and no further than somebody takes it", async () => {
  let read = 0;
  let isEnded = false;
  async function* pages() {
    try {
      for (;;) {
        read += 1;
        yield [String(read)];
      }
    } finally {
      isEnded = true;
    }
  }
  const reader = csvResponse("list", [["n", (row: string) => row]], pages()).body?.getReader();
  const texts: string[] = [];
  for (let at = 0; at < 4; at += 1) {
    texts.push(new TextDecoder().decode((await reader?.read())?.value));
  }
  expect(texts).toEqual(["n\r\n", "1\r\n", "2\r\n", "3\r\n"]);
  expect(read).toBeLessThanOrEqual(4);
  await reader?.cancel();
  expect(isEnded).toBe(true);
});

test("a page that can't be read breaks the file off", async () => {
  async function* pages() {
    yield ["1"];
    throw new Error("the database is gone");
  }
  const answer = csvResponse("list", [["n", (row: string) => row]], pages());
  await expect(answer.text()).rejects.toThrow("the database is gone");
});
