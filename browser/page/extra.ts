// What few pages need, in a script of its own that is loaded then: the soft prompt, and the bridge of an app.
import { bridged } from "./bridged.ts";
import { showPrompt } from "./prompt.ts";

export { bridged, showPrompt };
export type Extra = { bridged: typeof bridged; showPrompt: typeof showPrompt };
