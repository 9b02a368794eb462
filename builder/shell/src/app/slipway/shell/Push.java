package app.slipway.shell;

import android.content.Context;
import android.content.Intent;

/** What the activity does about pushes: it has the app registered while it is in front, and hears of taps. */
final class Push {
    private final MainActivity activity;
    private final boolean isIn;
    /** Whether notifications were on when the app registered last; null before. */
    private Boolean wereOn = null;

    Push(MainActivity activity) {
        this.activity = activity;
        isIn = activity.config.push != null;
    }

    /** To be called when the app comes to the front: at its start, and from a question or the settings. */
    void onResume() {
        if (!isIn) return;
        boolean areOn = Notifier.areOn(activity);
        if (wereOn != null && wereOn == areOn) return;
        wereOn = areOn;
        final Context app = activity.getApplicationContext();
        Background.run(
                new Runnable() {
                    @Override
                    public void run() {
                        new PushPaths(app).start();
                    }
                });
    }

    /** To be called when there is a network again. */
    void onOnline() {
        if (!isIn) return;
        final Context app = activity.getApplicationContext();
        Background.run(
                new Runnable() {
                    @Override
                    public void run() {
                        Receipts.send(app);
                    }
                });
    }

    /** Reads the intent that started the activity, and reports the tap that it is. Returns null when it is none. */
    NotificationTap tapped(Intent intent) {
        final NotificationTap tap = isIn ? NotificationTap.of(activity, intent) : null;
        if (tap == null) return null;
        final Context app = activity.getApplicationContext();
        Notifier.cancel(app, tap.tag); // a button leaves its notification where it is
        Background.run(
                new Runnable() {
                    @Override
                    public void run() {
                        Receipts.add(app, tap.clicked);
                        Receipts.send(app);
                    }
                });
        return tap;
    }
}
