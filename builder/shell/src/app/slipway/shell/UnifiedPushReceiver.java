package app.slipway.shell;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;

/**
 * What a distributor sends (UnifiedPush, AND_3, "Messaging Broadcast Receiver"). Any app may send here: only who knows the
 * token that this app made is heard.
 */
public final class UnifiedPushReceiver extends BroadcastReceiver {
    private static final String PREFIX = "org.unifiedpush.android.connector.";
    static final String NEW_ENDPOINT = PREFIX + "NEW_ENDPOINT";
    static final String MESSAGE = PREFIX + "MESSAGE";
    static final String UNREGISTERED = PREFIX + "UNREGISTERED";
    static final String REGISTRATION_FAILED = PREFIX + "REGISTRATION_FAILED";

    @Override
    public void onReceive(Context context, Intent intent) {
        final Context app = context.getApplicationContext();
        PushStore store = new PushStore(app);
        try {
            String connection = store.get(PushStore.CONNECTION);
            if (connection == null || !connection.equals(intent.getStringExtra("token"))) return;
            final Runnable acknowledgement = acknowledgement(app, store, connection, intent.getStringExtra("id"));
            final String action = String.valueOf(intent.getAction());
            final String endpoint = intent.getStringExtra("endpoint");
            final byte[] message = intent.getByteArrayExtra("bytesMessage");
            final boolean isMessage = action.equals(MESSAGE);
            // What else it says need not be kept to be right: it says it again at the next start.
            if (!isMessage) acknowledgement.run();
            Background.run(
                    this,
                    app,
                    new Runnable() {
                        @Override
                        public void run() {
                            if (isMessage) Incoming.take(app, message, acknowledgement);
                            else handle(app, action, endpoint);
                        }
                    });
        } catch (RuntimeException broken) { // extras of a class that there is not
            return;
        }
    }

    private static Runnable acknowledgement(
            final Context app, PushStore store, final String connection, final String id) {
        final String distributor = store.get(PushStore.DISTRIBUTOR);
        return new Runnable() {
            @Override
            public void run() {
                new UnifiedPush(app).acknowledge(distributor, connection, id);
            }
        };
    }

    private static void handle(Context context, String action, String endpoint) {
        if (action.equals(UNREGISTERED)) new PushPaths(context).onUnregistered();
        else if (action.equals(REGISTRATION_FAILED)) new PushPaths(context).onFailed();
        else if (action.equals(NEW_ENDPOINT) && endpoint != null) {
            new PushPaths(context).onEndpoint(PushPaths.UNIFIED_PUSH, endpoint);
        }
    }
}
