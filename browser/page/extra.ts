// What few pages need, in a script of its own that is loaded then: the soft prompt, channels, the bridge of an app, and what
// a changed scope leaves behind.
import { bridged } from "./bridged.ts";
import { channelsOf } from "./channels.ts";
import { showPrompt } from "./prompt.ts";
import { leaveScope } from "./scopes.ts";

export { bridged, channelsOf, leaveScope, showPrompt };
export interface Extra {
  bridged: typeof bridged;
  channelsOf: typeof channelsOf;
  leaveScope: typeof leaveScope;
  showPrompt: typeof showPrompt;
}
