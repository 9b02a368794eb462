package app.slipway.shell;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;

/** The button "dismiss" of a notification: it closes it, and does nothing else. */
public final class DismissReceiver extends BroadcastReceiver {
    @Override
    public void onReceive(Context context, Intent intent) {
        Notifier.cancel(context, intent.getStringExtra(NotificationTap.TAG));
    }
}
