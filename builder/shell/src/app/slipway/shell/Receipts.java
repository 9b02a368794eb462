package app.slipway.shell;

import android.content.Context;
import java.io.IOException;
import java.util.Collections;
import java.util.List;

/** Reports that messages came or were tapped, by the links that came with them; they are kept until a network takes them. */
final class Receipts {
    /** Largest answer that is read, bytes. */
    private static final int MAX_ANSWER = 4096;

    private Receipts() {}

    /** Keeps a link to be called; null for none. */
    static void add(Context context, String link) {
        if (link == null || !Http.isSafe(link)) return;
        synchronized (Receipts.class) {
            PushStore store = new PushStore(context);
            store.set(PushStore.RECEIPTS, LinkQueue.with(store.get(PushStore.RECEIPTS, ""), link));
        }
    }

    /**
     * Calls the links that wait, until one finds no network or a server that can't take it now. The newest come first, so
     * that those of a server that is gone hold up no others.
     */
    static void send(Context context) {
        PushStore store = new PushStore(context);
        List<String> links = LinkQueue.links(store.get(PushStore.RECEIPTS, ""));
        Collections.reverse(links);
        for (String link : links) {
            if (!isTaken(link)) return;
            synchronized (Receipts.class) {
                store.set(PushStore.RECEIPTS, LinkQueue.without(store.get(PushStore.RECEIPTS, ""), link));
            }
        }
    }

    /** Whether it was counted, or never will be. */
    private static boolean isTaken(String link) {
        try {
            int status = Http.send("POST", link, null, MAX_ANSWER).status;
            return status < 500 && status != 429 && status != 408;
        } catch (IOException offline) {
            return false;
        }
    }
}
