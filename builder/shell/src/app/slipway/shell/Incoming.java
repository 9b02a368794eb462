package app.slipway.shell;

import android.content.Context;
import android.util.Log;
import java.security.GeneralSecurityException;

/** Takes a message from its bytes to the notification and its receipt. */
final class Incoming {
    private static final String TAG = "slipway";

    private Incoming() {}

    /**
     * A message that a push service brought. What is no message to this device is passed over. `taken` is run once it need
     * not come again, and before what takes longer; null for nothing.
     */
    static void take(Context context, byte[] body, Runnable taken) {
        PushMessage message = body == null ? null : read(context, body);
        if (message != null) show(context, message, taken);
        else if (taken != null) taken.run(); // or it would come again and again
    }

    private static PushMessage read(Context context, byte[] body) {
        try {
            return PushMessage.parse(WebPushCipher.decrypt(body, new PushStore(context).keys()));
        } catch (GeneralSecurityException notOurs) {
            Log.w(TAG, "a push that can't be read", notOurs);
            return null;
        }
    }

    /** Shows a message and reports that it came. One that the user does not want to see did not come. */
    static void show(Context context, PushMessage message, Runnable taken) {
        boolean isWanted = Notifier.areOn(context) && new PushStore(context).get(PushStore.LEFT) == null;
        Notifier notifier = new Notifier(context, MainActivity.readConfig(context));
        try {
            if (isWanted) notifier.show(message);
        } finally { // also what Android refuses to show
            if (taken != null) taken.run();
        }
        if (!isWanted) return;
        PageEvents.message(message);
        Receipts.add(context, message.receipt);
        Receipts.send(context);
        notifier.illustrate(message); // last, since it takes longest and Android may end the process
    }
}
