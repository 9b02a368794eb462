// What statuses of the API's answers mean.

/** To a token that nobody knows any more. */
export const UNKNOWN = 401;

/** Whether what was answered by this status may succeed later. */
export const isForLater = (status: number) => status > 499 || status === 429;
