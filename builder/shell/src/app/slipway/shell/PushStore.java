package app.slipway.shell;

import android.content.Context;
import android.content.SharedPreferences;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;

/**
 * What the app keeps about its push subscription, in its private storage. Android may copy that to the user's next device,
 * which is another subscriber: what came from elsewhere is forgotten.
 */
final class PushStore {
    /** The subscriber's id and its token, `sw_sub_...`: the proof of being this device. */
    static final String SUBSCRIBER = "subscriber";
    static final String TOKEN = "token";
    /** The app's keys as the API said last. */
    static final String PUBLIC_KEY = "public_key";
    static final String VAPID = "vapid";
    /** Which way pushes come, and by which address; none for a device that asks for them. */
    static final String PATH = "path";
    static final String ENDPOINT = "endpoint";
    /** The distributor of UnifiedPush, what names this app to it, and the VAPID key it has. */
    static final String DISTRIBUTOR = "distributor";
    static final String CONNECTION = "connection";
    static final String CONNECTION_VAPID = "connection_vapid";
    /** What names this app's subscription to Play services, and the VAPID key they have. */
    static final String INSTANCE = "instance";
    static final String INSTANCE_VAPID = "instance_vapid";
    /** The distributor that the person chose, and those among which, when the person was asked last. */
    static final String CHOSEN = "chosen_distributor";
    static final String OFFERED = "offered_distributors";
    /** Set while the page has unsubscribed this device. */
    static final String LEFT = "left";
    /** The tags that the page gave last, a JSON array. */
    static final String TAGS = "tags";
    /** Codes of channels that wait to be redeemed, subscriptions to end, and what the person is to be told of them. */
    static final String CODES = "codes";
    static final String UNDONE = "undone";
    static final String NEWS = "news";
    /** Set from when pushes come to an address until the list, of which some may be left, was read at another start. */
    static final String LOOK_AGAIN = "look_again";
    /** Receipts that wait for a network. */
    static final String RECEIPTS = "receipts";
    /** Up to when the list of notifications was read, and which of its entries were shown. */
    static final String SINCE = "since";
    static final String SHOWN = "shown";
    /** What proves that a tap comes from a notification of this app. */
    static final String TAP_SECRET = "tap_secret";

    private static final String KEYS = "keys";

    private final SharedPreferences values;

    PushStore(Context context) {
        values = context.getSharedPreferences("push", Context.MODE_PRIVATE);
        synchronized (PushStore.class) {
            File here = new File(context.getNoBackupFilesDir(), "push"); // is never copied
            try {
                if (here.createNewFile()) values.edit().clear().commit();
            } catch (IOException full) { // nothing can be kept now
                return;
            }
        }
    }

    /** The value, or null. */
    String get(String key) {
        return values.getString(key, null);
    }

    String get(String key, String otherwise) {
        return values.getString(key, otherwise);
    }

    /** Sets a value, or takes it away where it is null. On the disk when this returns: the process may end at once. */
    void set(String key, String value) {
        values.edit().putString(key, value).commit();
    }

    /** The keys of the push subscription, made at the first call. Throws IllegalStateException on a device without. */
    PushKeys keys() {
        synchronized (PushStore.class) { // two threads would make two pairs
            try {
                PushKeys kept = restored();
                if (kept != null) return kept;
                PushKeys made = PushKeys.generate();
                set(KEYS, made.save());
                return made;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("no P-256", e);
            }
        }
    }

    private PushKeys restored() {
        String saved = get(KEYS);
        try {
            return saved == null ? null : PushKeys.restore(saved);
        } catch (GeneralSecurityException | IllegalArgumentException damaged) {
            return null;
        }
    }
}
