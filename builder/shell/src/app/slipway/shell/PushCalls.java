package app.slipway.shell;

import android.content.Context;
import java.util.List;

/** Stands in for what i15-push writes: refuses all. */
final class PushCalls {
    private PushCalls() {}

    static void subscribe(Context context, List<String> tagsOrNull, Reply reply) {
        refuse(reply);
    }

    static void unsubscribe(Context context, Reply reply) {
        refuse(reply);
    }

    static void setTags(Context context, List<String> tags, Reply reply) {
        refuse(reply);
    }

    static void redeem(Context context, String codeOrLink, Reply reply) {
        refuse(reply);
    }

    static void channels(Context context, Reply reply) {
        refuse(reply);
    }

    static void mute(Context context, String id, boolean muted, Reply reply) {
        refuse(reply);
    }

    static void leave(Context context, String id, Reply reply) {
        refuse(reply);
    }

    private static void refuse(Reply reply) {
        reply.refused("unsupported", "not built yet");
    }
}
