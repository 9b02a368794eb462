package app.slipway.shell;

import android.content.Context;
import android.content.Intent;
import android.os.SystemClock;

/** What the activity does about pushes: it has the app registered while it is in front, and hears of taps. */
final class Push {
    /** Shortest time, ms, after which an app that comes to the front asks for notifications again. */
    static final long PAUSE = 60_000;

    private final MainActivity activity;
    private final boolean isIn;
    /** Whether notifications were on when the app registered last; null before. */
    private Boolean wereOn = null;
    /** When it asked last, while the app came to the front, ms since the device started. */
    private long asked = 0;

    Push(MainActivity activity) {
        this.activity = activity;
        isIn = activity.config.push != null;
    }

    /** To be called when the app comes to the front: at its start, from a question or the settings, or opened again. */
    void onResume() {
        if (!isIn) return;
        boolean areOn = Notifier.areOn(activity);
        final boolean isSame = wereOn != null && wereOn == areOn;
        long now = SystemClock.elapsedRealtime();
        if (isSame && now - asked < PAUSE) return;
        asked = now;
        wereOn = areOn;
        final Context app = activity.getApplicationContext();
        Background.run(
                new Runnable() {
                    @Override
                    public void run() {
                        if (isSame) new PushPaths(app).poll();
                        else new PushPaths(app).start();
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
