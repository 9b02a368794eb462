// Numbers as people read them.

/** 18412 as "18,412". */
export const figure = (value: number): string => value.toLocaleString("en");

/** "1 app", "5 apps". */
export const counted = (value: number, thing: string): string =>
  `${figure(value)} ${thing}${value === 1 ? "" : "s"}`;
