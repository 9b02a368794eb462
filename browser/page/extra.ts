// What few pages need, in a script of its own that is loaded then: the soft prompt, channels, and the bridge of an app.
import { bridged } from "./bridged.ts";
import { channelsOf } from "./channels.ts";
import { showPrompt } from "./prompt.ts";

export { bridged, channelsOf, showPrompt };
export interface Extra {
  bridged: typeof bridged;
  channelsOf: typeof channelsOf;
  showPrompt: typeof showPrompt;
}
