// Numbers as people read them.
import type { Total } from "../../kit/pagination.ts";

/** 18412 as "18,412". */
export const figure = (value: number): string => value.toLocaleString("en");

/** "1 app", "5 apps". */
export const counted = (value: number, thing: string): string =>
  `${figure(value)} ${thing}${value === 1 ? "" : "s"}`;

/** "7,214", or "10,000 or more" where nobody counted further. */
export const howMany = ({ count, isMinimum }: Total): string =>
  figure(count) + (isMinimum ? " or more" : "");
