// Tells what is done for a message of a queue or by the alarm of an object, of which some come late: those of other tests are
// not to be counted in this one.

/** How many calls are looked through: handlers are some levels above what they use. */
const LEVELS = 50;

/** Whether the handler of a queue, or of an alarm, is among the callers, or awaits them. */
export function mayBeLate(): boolean {
  const usual = Error.stackTraceLimit;
  Error.stackTraceLimit = LEVELS;
  const { stack = "" } = new Error("used");
  Error.stackTraceLimit = usual;
  return / at (async )?(\S+\.)?(queue|alarm) \(/.test(stack);
}
