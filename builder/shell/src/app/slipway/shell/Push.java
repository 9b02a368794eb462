package app.slipway.shell;

import android.content.Context;
import android.content.Intent;
import android.os.Handler;
import android.os.Looper;
import android.os.SystemClock;

/** What the activity does about pushes: it has the app registered while it is in front, and hears of taps. */
final class Push {
    /** Shortest time, ms, after which an app that comes to the front asks for notifications again. */
    static final long PAUSE = 60_000;
    /** Of the link by which the person chooses a distributor; the file picker counts others from 1 on. */
    static final int REQUEST_DISTRIBUTOR = 1 << 30;

    /** The one of the activity that is there, on the main thread; or null. */
    private static volatile Push current = null;

    private final MainActivity activity;
    private final boolean isIn;
    /** Whether notifications were on when the app registered last; null before. */
    private Boolean wereOn = null;
    /** When it asked last, while the app came to the front, ms since the device started. */
    private long asked = 0;

    Push(MainActivity activity) {
        this.activity = activity;
        isIn = activity.config.push != null;
        current = this;
    }

    void close() {
        if (current == this) current = null;
    }

    /**
     * Has the person choose a distributor (UnifiedPush, "Link Activity"). Returns false where there is no activity to ask
     * in. For any thread.
     */
    static boolean askForDistributor() {
        final Push push = current;
        if (push == null) return false;
        new Handler(Looper.getMainLooper())
                .post(
                        new Runnable() {
                            @Override
                            public void run() {
                                push.openLink();
                            }
                        });
        return true;
    }

    private void openLink() {
        try {
            activity.startActivityForResult(UnifiedPush.link(), REQUEST_DISTRIBUTOR);
        } catch (RuntimeException refused) { // the one that answers was uninstalled just now
            onChosen(null);
        }
    }

    /** The link was answered, or left; null for the latter. */
    void onChosen(Intent answer) {
        if (!isIn) return;
        final String distributor = UnifiedPush.chosen(answer);
        final Context app = activity.getApplicationContext();
        Background.run(
                new Runnable() {
                    @Override
                    public void run() {
                        new PushPaths(app).onChosen(distributor);
                    }
                });
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
                        new PushPaths(app).onOnline();
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
