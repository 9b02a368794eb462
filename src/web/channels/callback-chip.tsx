// The state of a channel's callback.
import type { ChannelView } from "../../domain/channels/find-channel.ts";

export const CallbackChip = ({ callback }: Pick<ChannelView, "callback">) => {
  if (callback === null) {
    return (
      <span class="chip" data-tone="idle">
        None
      </span>
    );
  }
  return callback.enabled ? (
    <span class="chip" data-tone="ok">
      On
    </span>
  ) : (
    <span class="chip" data-tone="bad">
      Ended after failures
    </span>
  );
};
