// What the process that hosts workerd tells the supervisor.

export type HostMessage =
  /** The Worker answers; `pid` is workerd's own. Told again when workerd was started anew. */
  | { type: "ready"; pid: number }
  /** It can't be started. */
  | { type: "failed"; message: string };

/** The environment variable by which the host gets the stack's own variables for the Worker, as JSON. */
export const VARS = "SLIPWAY_VARS";

/** The environment variable that has the host open workerd's inspector, when it is "1". */
export const INSPECT = "SLIPWAY_INSPECT";
/** Where debuggers look for an inspector unless told otherwise. */
export const INSPECTOR_PORT = 9229;
