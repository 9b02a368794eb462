package app.slipway.shell;

import android.content.Context;
import android.content.Intent;
import android.net.Uri;
import java.security.SecureRandom;

/**
 * What a tap on a notification tells the activity. Any app may start that one, so a tap counts only with a secret of this
 * device, which Android shows to nobody inside an immutable PendingIntent.
 */
final class NotificationTap {
    static final String TAG = "app.slipway.tag";
    private static final String URL = "app.slipway.url";
    private static final String CLICKED = "app.slipway.clicked";
    private static final String ACTION = "app.slipway.action";
    private static final String DATA = "app.slipway.data";
    private static final String SECRET = "app.slipway.secret";
    private static final int SECRET_BYTES = 16;

    /** Of the notification. */
    final String tag;
    /** What to open; null for the app as it is. */
    final String url;
    /** Where to report it; null for nowhere. */
    final String clicked;
    /** Of the button; "" for the notification itself. */
    final String action;
    /** What came along with the message, as Json reads it; null for nothing. */
    final Object data;

    private NotificationTap(Intent intent) {
        tag = intent.getStringExtra(TAG);
        url = intent.getStringExtra(URL);
        clicked = intent.getStringExtra(CLICKED);
        String pressed = intent.getStringExtra(ACTION);
        String json = intent.getStringExtra(DATA);
        action = pressed == null ? "" : pressed; // one that an app of before has shown says neither
        data = json == null ? null : Json.parse(json);
    }

    static Intent intent(Context context, PushMessage message, String action) {
        Intent intent = new Intent(context, MainActivity.class);
        intent.setData(address(message.tag, action));
        intent.putExtra(TAG, message.tag);
        intent.putExtra(URL, message.target(action));
        intent.putExtra(CLICKED, message.clicked(action));
        intent.putExtra(ACTION, action);
        intent.putExtra(DATA, JsonWriter.value(message.data));
        intent.putExtra(SECRET, secret(context));
        return intent.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK);
    }

    /** Tells intents apart: Android takes those that differ in extras alone for one. */
    static Uri address(String tag, String action) {
        return Uri.fromParts("slipway-tap", tag, action);
    }

    /** Reads the intent that started the activity; null when no notification did, just now. */
    static NotificationTap of(Context context, Intent intent) {
        if (intent == null || (intent.getFlags() & Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY) != 0) return null;
        try {
            String secret = intent.getStringExtra(SECRET);
            return secret != null && secret.equals(secret(context)) ? new NotificationTap(intent) : null;
        } catch (RuntimeException broken) { // extras of a class that there is not
            return null;
        }
    }

    private static String secret(Context context) {
        synchronized (NotificationTap.class) {
            PushStore store = new PushStore(context);
            String kept = store.get(PushStore.TAP_SECRET);
            if (kept != null) return kept;
            byte[] bytes = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(bytes);
            store.set(PushStore.TAP_SECRET, Base64Url.encode(bytes));
            return Base64Url.encode(bytes);
        }
    }
}
