// Colours of CSS as #rrggbb: the forms that manifests have, by the examples of CSS Color 4, and what is no colour.
import { expect, test } from "vitest";
import { cssColor } from "../../../src/kit/css-color.ts";

test.each([
  ["#0f8", "#00ff88"],
  ["#0f8c", "#00ff88"],
  [" #00FF88 ", "#00ff88"],
  ["#00ff88cc", "#00ff88"],
  ["red", "#ff0000"],
  ["tan", "#d2b48c"],
  ["RebeccaPurple", "#663399"],
  ["yellowgreen", "#9acd32"],
  ["rgb(29, 164, 192)", "#1da4c0"],
  ["rgb(29 164 192 / 95%)", "#1da4c0"],
  ["rgba(300,-5,127.5,.5)", "#ff0080"],
  ["rgb(100% 50% 0%)", "#ff8000"],
  ["hsl(120 100% 50%)", "#00ff00"],
  ["hsl(120deg, 75%, 25%)", "#107010"],
  ["hsla(-240, 100%, 50%, 0.3)", "#00ff00"],
  ["hsl(0.5turn 100 50)", "#00ffff"],
  ["hsl(100grad 100% 50%)", "#80ff00"],
  ["hsl(3.14159265rad 100% 50%)", "#00ffff"],
])("%s is %s", (text, hex) => {
  expect(cssColor(text)).toBe(hex);
});

test.each([
  "",
  "#12",
  "#12345",
  "#ggg",
  "0f8",
  "transparent",
  "currentColor",
  "inherit",
  "aqua 00ffff",
  "constructor",
  "rgb(1,2)",
  "rgb(1deg 2 3)",
  "hsl(1px 2% 3%)",
  "hsl(50% 50% 50%)",
  "rgb(1e999 0 0)",
  "var(--x)",
  "lab(50% 40 59)",
  `#${"0".repeat(1000)}`,
  `${" ".repeat(101)}red`,
  // what is read of it, 101 characters, would be one
  `rgb(1,2,${" ".repeat(91)}3)x`,
])("%s is no colour", (text) => {
  expect(cssColor(text)).toBeNull();
});

test("no text takes long, however it may be divided", () => {
  const [digits, spaces] = ["1".repeat(20), " ".repeat(10)];
  // An expression that divides it in more than one way takes some 0.3 s for each, and so longer than a test may for all.
  for (let n = 0; n < 100; n += 1) {
    expect(cssColor(`rgb(${digits}${spaces}${digits}${spaces}${digits}     /11111111!`)).toBeNull();
  }
});
