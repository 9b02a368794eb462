package app.slipway.shell;

import android.content.Context;
import android.util.Log;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Asks for the notifications of a device that no push service serves, and shows those that it has not shown. */
final class Inbox {
    private static final String TAG = "slipway";

    private final Context context;
    private final PushStore store;
    private final PushApi api;

    Inbox(Context context, PushStore store, PushApi api) {
        this.context = context;
        this.store = store;
        this.api = api;
    }

    /** Returns whether the list was read. */
    boolean fetch() {
        if (store.get(PushStore.TOKEN) == null) return false;
        try {
            for (Object entry : api.notifications(store.get(PushStore.SINCE))) {
                if (entry instanceof Map) take((Map<?, ?>) entry);
            }
            return true;
        } catch (IOException offline) {
            Log.i(TAG, "no list this time", offline);
            return false;
        }
    }

    private void take(Map<?, ?> entry) {
        final Object id = entry.get("id");
        final Object sentAt = entry.get("sent_at");
        if (!(id instanceof String) || !(sentAt instanceof String)) return;
        // Afterwards: should the process end before, it is shown again rather than never.
        Runnable taken =
                new Runnable() {
                    @Override
                    public void run() {
                        store.set(PushStore.SHOWN, LinkQueue.with(store.get(PushStore.SHOWN, ""), (String) id));
                        store.set(PushStore.SINCE, (String) sentAt);
                    }
                };
        boolean isNew = !LinkQueue.links(store.get(PushStore.SHOWN, "")).contains(id);
        PushMessage message = isNew ? PushMessage.of(entry.get("message")) : null;
        try {
            if (message != null) Incoming.show(context, message, taken);
            else taken.run();
        } catch (RuntimeException odd) { // it must not keep those after it away for good
            Log.w(TAG, odd);
        }
    }
}
