package app.slipway.shell;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;

/** What Play services send, who alone hold the permission that guards this. */
public final class PlayServicesReceiver extends BroadcastReceiver {
    static final String RECEIVE = "com.google.android.c2dm.intent.RECEIVE";
    static final String REGISTRATION = "com.google.android.c2dm.intent.REGISTRATION";

    @Override
    public void onReceive(Context context, Intent intent) {
        final Context app = context.getApplicationContext();
        final boolean isAnswer = REGISTRATION.equals(intent.getAction());
        final String endpoint = isAnswer ? PlayServices.endpoint(intent) : null;
        final byte[] message = isAnswer ? null : message(app, intent);
        if (!isAnswer && message == null) return;
        Background.run(
                this,
                app,
                new Runnable() {
                    @Override
                    public void run() {
                        if (isAnswer) PlayServices.take(app, endpoint);
                        else Incoming.take(app, message, null);
                    }
                });
    }

    /** What came for this subscription; null for nothing. */
    private static byte[] message(Context app, Intent intent) {
        String instance = new PushStore(app).get(PushStore.INSTANCE);
        String subtype = PlayServices.text(intent, "subtype");
        if (instance == null || !(PlayServices.SUBTYPE_PREFIX + instance).equals(subtype)) return null;
        return intent.getByteArrayExtra("rawData");
    }
}
