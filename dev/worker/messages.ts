// The messages from the process that hosts workerd to the supervisor.

export type HostMessage =
  /** The Worker answers; `pid` is workerd's own. Sent again after each restart of workerd. */
  | { type: "ready"; pid: number }
  /** The Worker can't be started. */
  | { type: "failed"; message: string };

/** The environment variable by which the host gets the stack's own variables for the Worker, as JSON. */
export const VARS = "SLIPWAY_VARS";

/** The environment variable that has the host open workerd's inspector, when it is "1". */
export const INSPECT = "SLIPWAY_INSPECT";
/** The default port of debuggers for an inspector. */
export const INSPECTOR_PORT = 9229;
