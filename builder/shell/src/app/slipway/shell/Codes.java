package app.slipway.shell;

import android.content.Context;
import android.util.Log;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The channel codes that people opened the app with: each is kept until it was redeemed or refused, for a day, and what
 * became of it until the person was told. All of it outlives the process. They are redeemed one after another (PushCall);
 * the class is locked for moments, since the main thread waits for it.
 */
final class Codes {
    /** How long a code is kept, ms: the API ends it then. */
    static final long CODE_TIME = 24 * 60 * 60 * 1000;
    private static final String TAG = "slipway";
    /** Between the parts of a line: of a code, when it came, and the subscriptions before it was tried, if it was. */
    private static final String SEPARATOR = "\t";

    /** What turns the direction of text (Unicode, UAX #9): a name with one could turn the sentence around it. */
    private static final String TURNS = "[\\u202a-\\u202e\\u2066-\\u2069]";

    private final Context context;
    private final PushStore store;

    Codes(Context context) {
        this.context = context.getApplicationContext();
        store = new PushStore(context);
    }

    /** Keeps a code to be redeemed. */
    void add(String code) {
        synchronized (Codes.class) {
            if (find(code) == null) put(PushStore.CODES, code + SEPARATOR + System.currentTimeMillis());
        }
    }

    boolean areWaiting() {
        return !lines(PushStore.CODES).isEmpty();
    }

    /** Gives up those that wait: they can be used again elsewhere. */
    void drop() {
        store.set(PushStore.CODES, null);
    }

    /** What the person is to be told next: the subscription's id, "" for none, and the text; null for nothing. */
    String[] news() {
        List<String> lines = lines(PushStore.NEWS);
        return lines.isEmpty() ? null : lines.get(0).split(SEPARATOR, 2);
    }

    /** The person was told, and wants the subscription undone or not. */
    void told(String[] news, boolean isUndone) {
        synchronized (Codes.class) {
            remove(PushStore.NEWS, news[0] + SEPARATOR + news[1]);
            if (isUndone) put(PushStore.UNDONE, news[0]);
        }
    }

    /**
     * Redeems what waits and undoes what is to be undone, in the background. `then` is run afterwards, on any thread.
     * `tells` says whether the person waits for it, and is told that there is no network.
     */
    void work(final boolean tells, final Runnable then) {
        if (!areWaiting() && lines(PushStore.UNDONE).isEmpty()) {
            then.run();
            return;
        }
        Reply reply =
                new Reply() {
                    @Override
                    public void done(Object json) {
                        then.run();
                    }

                    @Override
                    public void refused(String code, String message) {
                        if (code.equals(Refused.INVALID) && tells) tell("", Strings.CODE_REFUSED + message);
                        if (code.equals(Refused.OFFLINE) && tells) tell("", Strings.CODE_WAITS);
                        then.run();
                    }
                };
        new PushCall(context, areWaiting(), reply) {
            @Override
            Object perform(PushApi api) throws IOException, Refused {
                for (String id : lines(PushStore.UNDONE)) undo(api, id);
                for (String line : lines(PushStore.CODES)) redeem(api, line.split(SEPARATOR, -1));
                return null;
            }
        }.start();
    }

    /**
     * A code works once: where the answer to an earlier try was lost, also of one that the platform repeated by itself, it
     * is known by the subscription that there is since.
     */
    private void redeem(PushApi api, String[] parts) throws IOException, Refused {
        String code = parts[0];
        boolean isFirst = parts.length < 3;
        String before = isFirst ? ids(api) : parts[2];
        if (isFirst) tried(code, before);
        try {
            tell(api.redeem(code));
        } catch (Refused refused) {
            Map<?, ?> made = since(api, before);
            if (made != null) tell(made);
            else if (refused.code.equals(Refused.NOT_FOUND)) tell("", Strings.CODE_USED_UP);
            else tell("", Strings.CODE_REFUSED + refused.getMessage());
        }
        remove(PushStore.CODES, find(code));
    }

    private void tried(String code, String before) {
        synchronized (Codes.class) {
            String line = find(code);
            if (line == null) return; // given up meanwhile
            remove(PushStore.CODES, line);
            put(PushStore.CODES, line + SEPARATOR + before);
        }
    }

    private void undo(PushApi api, String id) throws IOException {
        try {
            api.leave(id);
        } catch (Refused gone) {
            Log.i(TAG, "undone already", gone);
        }
        remove(PushStore.UNDONE, id);
    }

    private static String ids(PushApi api) throws IOException, Refused {
        StringBuilder ids = new StringBuilder();
        for (Object one : api.channels()) ids.append(((Map<?, ?>) one).get("id")).append(',');
        return ids.toString();
    }

    private static Map<?, ?> since(PushApi api, String before) throws IOException, Refused {
        for (Object one : api.channels()) {
            if (!before.contains((String) ((Map<?, ?>) one).get("id"))) return (Map<?, ?>) one;
        }
        return null;
    }

    private void tell(Map<?, ?> channel) {
        String name = ((String) channel.get("name")).replaceAll(TURNS, "").replaceAll("\\s+", " ").trim();
        String text = String.format(Strings.SUBSCRIBED, name.isEmpty() ? Strings.A_CHANNEL : name);
        tell((String) channel.get("id"), text);
    }

    private void tell(String id, String text) {
        put(PushStore.NEWS, id + SEPARATOR + text.replaceAll("\\s+", " "));
    }

    /** Gives up what can't be used any more, also where the clock was set back. */
    void expire() {
        synchronized (Codes.class) {
            for (String line : lines(PushStore.CODES)) {
                long age = System.currentTimeMillis() - Long.parseLong(line.split(SEPARATOR, -1)[1]);
                if (Math.abs(age) <= CODE_TIME) continue;
                remove(PushStore.CODES, line);
                tell("", Strings.CODE_TOO_OLD);
            }
        }
    }

    private String find(String code) {
        for (String line : lines(PushStore.CODES)) {
            if (line.startsWith(code + SEPARATOR)) return line;
        }
        return null;
    }

    private List<String> lines(String key) {
        return LinkQueue.links(store.get(key, ""));
    }

    private void put(String key, String line) {
        synchronized (Codes.class) {
            store.set(key, LinkQueue.with(store.get(key, ""), line));
        }
    }

    private void remove(String key, String line) {
        synchronized (Codes.class) {
            store.set(key, LinkQueue.without(store.get(key, ""), line));
        }
    }
}
