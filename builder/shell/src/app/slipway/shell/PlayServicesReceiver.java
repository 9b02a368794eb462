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
        if (REGISTRATION.equals(intent.getAction())) {
            PlayServices.onAnswer(app, intent);
            return;
        }
        String instance = new PushStore(app).get(PushStore.INSTANCE);
        String subtype = intent.getStringExtra("subtype");
        final byte[] message = intent.getByteArrayExtra("rawData");
        if (instance == null || !(PlayServices.SUBTYPE_PREFIX + instance).equals(subtype)) return;
        Background.run(
                this,
                app,
                new Runnable() {
                    @Override
                    public void run() {
                        Incoming.take(app, message);
                    }
                });
    }
}
