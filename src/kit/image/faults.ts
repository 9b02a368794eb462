// What can be wrong with a picture of any format, each as the rest of a sentence that begins with the picture's field.

/** The file ends before the picture does. */
export const TRUNCATED = "must be whole: it is truncated";
/** Only one of its pictures would be drawn. */
export const ANIMATED = "must not be animated";
/** Nothing of the picture would be seen. */
export const EMPTY = "must not be empty: nothing of it is visible";

/** What is damaged, named as people who read about the format know it. */
export const damaged = (what: string): string => `must not be damaged: ${what}`;
