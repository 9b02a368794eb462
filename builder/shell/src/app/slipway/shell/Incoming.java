package app.slipway.shell;

import android.content.Context;
import android.util.Log;
import java.security.GeneralSecurityException;

/** Takes a message from its bytes to the notification and its receipt. */
final class Incoming {
    private static final String TAG = "slipway";

    private Incoming() {}

    /** A message that a push service brought. What is no message to this device is passed over. */
    static void take(Context context, byte[] body) {
        if (body == null) return;
        PushMessage message;
        try {
            message = PushMessage.parse(WebPushCipher.decrypt(body, new PushStore(context).keys()));
        } catch (GeneralSecurityException notOurs) {
            Log.w(TAG, "a push that can't be read", notOurs);
            return;
        }
        if (message == null) return;
        show(context, message);
    }

    /** Shows a message and reports that it came. One that the user does not want to see did not come. */
    static void show(Context context, PushMessage message) {
        if (!Notifier.areOn(context)) return;
        Notifier notifier = new Notifier(context, MainActivity.readConfig(context));
        notifier.show(message);
        PageEvents.message(message);
        Receipts.add(context, message.receipt);
        Receipts.send(context);
        notifier.illustrate(message); // last, since it takes longest and Android may end the process
    }
}
