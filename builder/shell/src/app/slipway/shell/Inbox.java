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

    void fetch() {
        if (store.get(PushStore.TOKEN) == null) return;
        try {
            for (Object entry : api.notifications(store.get(PushStore.SINCE))) {
                if (entry instanceof Map) take((Map<?, ?>) entry);
            }
        } catch (IOException offline) {
            Log.i(TAG, "no list this time", offline);
        }
    }

    private void take(Map<?, ?> entry) {
        Object id = entry.get("id");
        Object sentAt = entry.get("sent_at");
        if (!(id instanceof String) || !(sentAt instanceof String)) return;
        String shown = store.get(PushStore.SHOWN, "");
        boolean isNew = !LinkQueue.links(shown).contains(id);
        PushMessage message = isNew ? PushMessage.of(entry.get("message")) : null;
        try {
            if (message != null) Incoming.show(context, message);
        } catch (RuntimeException odd) { // it must not keep those after it away for good
            Log.w(TAG, odd);
        }
        // Afterwards: should the process end before, it is shown again rather than never.
        store.set(PushStore.SHOWN, LinkQueue.with(shown, (String) id));
        store.set(PushStore.SINCE, (String) sentAt);
    }
}
