package app.slipway.shell;

import android.content.Context;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a page may ask about pushes to this device (browser/api.ts). Each returns at once and answers later; none asks for
 * the permission to notify.
 */
final class PushCalls {
    /** Ids of subscriptions, as the API makes them. */
    private static final String ID = "[0-9a-f]{24}";
    private static final String WRONG_CODE =
            "must be a code of 22 letters, digits, - and _, or the link with it";

    private PushCalls() {}

    /** Answers with `{permission, subscribed, id}`, of which the first is given, and asks nobody. */
    static void state(Context context, final String permission, final Reply reply) {
        final Context app = context.getApplicationContext();
        Background.run(
                new Runnable() {
                    @Override
                    public void run() {
                        String id = MainActivity.readConfig(app).push == null ? null : new PushPaths(app).subscriber();
                        Map<String, Object> state = new LinkedHashMap<>();
                        state.put("permission", permission);
                        state.put("subscribed", id != null);
                        state.put("id", id);
                        reply.done(state);
                    }
                });
    }

    /** Answers with `{id}` once the device is registered; `tags` take the place of those it has, null leaves them. */
    static void subscribe(final Context context, final List<String> tags, Reply reply) {
        new PushCall(context, true, reply) {
            @Override
            Object perform(PushApi api) throws IOException, Refused {
                if (tags != null) api.setTags(tags);
                return Collections.singletonMap("id", new PushStore(context).get(PushStore.SUBSCRIBER));
            }
        }.start();
    }

    /** Kept until the page subscribes; the API is told of it now, or when there is a network. */
    static void unsubscribe(Context context, final Reply reply) {
        final Context app = context.getApplicationContext();
        if (MainActivity.readConfig(app).push == null) {
            reply.refused(Refused.UNSUPPORTED, Refused.sentence(Refused.UNSUPPORTED));
            return;
        }
        Background.runInOrder(
                new Runnable() {
                    @Override
                    public void run() {
                        try {
                            new PushPaths(app).leave();
                        } finally { // it holds from its first step on
                            reply.done(null);
                        }
                    }
                });
    }

    /** Answers with the tags as the API keeps them. */
    static void setTags(Context context, final List<String> tags, Reply reply) {
        new PushCall(context, false, reply) {
            @Override
            Object perform(PushApi api) throws IOException, Refused {
                return api.setTags(tags);
            }
        }.start();
    }

    /** Says whose device this is; null for nobody's. */
    static void identify(Context context, final String userToken, Reply reply) {
        new PushCall(context, false, reply) {
            @Override
            Object perform(PushApi api) throws IOException, Refused {
                api.identify(userToken);
                return null;
            }
        }.start();
    }

    /** Answers with the channel. */
    static void redeem(Context context, String codeOrLink, Reply reply) {
        PushConfig push = MainActivity.readConfig(context).push;
        final String code = push == null ? null : CodeLink.read(codeOrLink, push.apiOrigin);
        if (push != null && code == null) {
            reply.refused(Refused.INVALID, WRONG_CODE);
            return;
        }
        new PushCall(context, true, reply) {
            @Override
            Object perform(PushApi api) throws IOException, Refused {
                return api.redeem(code);
            }
        }.start();
    }

    /** Answers with the channels that this device is subscribed to. */
    static void channels(Context context, Reply reply) {
        new PushCall(context, false, reply) {
            @Override
            Object perform(PushApi api) throws IOException, Refused {
                return api.channels();
            }
        }.start();
    }

    /** Answers with the channel; `id` is the subscription's. */
    static void mute(Context context, final String id, final boolean isMuted, Reply reply) {
        new PushCall(context, false, reply) {
            @Override
            Object perform(PushApi api) throws IOException, Refused {
                return api.mute(checked(id), isMuted);
            }
        }.start();
    }

    static void leave(Context context, final String id, Reply reply) {
        new PushCall(context, false, reply) {
            @Override
            Object perform(PushApi api) throws IOException, Refused {
                api.leave(checked(id));
                return null;
            }
        }.start();
    }

    /** An id goes into an address: what is none leads nowhere. */
    private static String checked(String id) throws Refused {
        if (id == null || !id.matches(ID)) throw new Refused(Refused.NOT_FOUND, "There is no such subscription.");
        return id;
    }
}
