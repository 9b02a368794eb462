// Prints the output of the stack: an aligned line for each fact, with colour on a terminal.
import { styleText } from "node:util";

/** Width of the first column: the longest label and a gap. */
const LABEL_WIDTH = 14;

type Style = Parameters<typeof styleText>[0];

/** Plain text where the output is no terminal, or where NO_COLOR is set. */
function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

export function heading(text: string): void {
  console.log(`\n${paint("bold", text)}\n`);
}

/** A label and what there is to say about it. */
export function line(label: string, text: string): void {
  console.log(`  ${paint("cyan", label.padEnd(LABEL_WIDTH))}${text}`);
}

/** Lines of another's output, set apart. */
export function quote(text: string): void {
  for (const each of text.replace(/\n$/, "").split("\n")) console.log(`    ${paint("dim", each)}`);
}

export function complain(text: string): void {
  console.error(`  ${styleText("red", text, { stream: process.stderr })}`);
}

/** "0.84 s" */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** "84.2 KB" */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}
