// JSON as people read it: a line for each member, names and texts coloured. What stands in it stays as it was sent, digit by
// digit: it is cut into tokens and never made into values.
import type { Child } from "hono/jsx";

/** A text, one of the marks, or anything else without blanks: a number, true, false, null. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
/** Spaces of each level. */
const INDENT = "  ";
/** Longest text that is shown so, characters: longer ones are shown as they are. Bodies of events have some kilobytes. */
const MAX_TEXT = 64 * 1024;

/** `text` is JSON. */
export const JsonText = ({ text }: { text: string }) => {
  if (text.length > MAX_TEXT) return <>{text}</>;
  const tokens = text.match(TOKENS) ?? [];
  const parts: Child[] = [];
  let depth = 0;
  const line = () => parts.push(`\n${INDENT.repeat(depth)}`);
  for (const [at, token] of tokens.entries()) {
    const next = tokens[at + 1];
    const isEmpty = next === "}" || next === "]";
    if (token === "{" || token === "[") {
      parts.push(token);
      if (!isEmpty) {
        depth += 1;
        line();
      }
    } else if (token === "}" || token === "]") {
      const before = tokens[at - 1];
      if (before !== "{" && before !== "[") {
        depth -= 1;
        line();
      }
      parts.push(token);
    } else if (token === ",") {
      parts.push(token);
      line();
    } else if (token === ":") parts.push(": ");
    else if (token.startsWith('"'))
      parts.push(<span class={next === ":" ? "k" : "s"}>{token}</span>);
    else parts.push(token);
  }
  return <>{parts}</>;
};
