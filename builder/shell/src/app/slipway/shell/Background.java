package app.slipway.shell;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.os.PowerManager;
import android.util.Log;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Runs what waits for networks and disks off the main thread, and keeps the device awake meanwhile. */
final class Background {
    /** Longest time, ms, for which a push keeps the device awake: Android ends what takes longer in a receiver. */
    private static final long MAX_AWAKE = 10_000;
    private static final String TAG = "slipway";

    /** The tests put one in its place that they can follow. */
    static Executor executor = Executors.newCachedThreadPool();

    private Background() {}

    /** A push may hold anything: what goes wrong with one is noted, and never takes the app down. */
    static void run(final Runnable work) {
        executor.execute(
                new Runnable() {
                    @Override
                    public void run() {
                        try {
                            work.run();
                        } catch (RuntimeException e) {
                            Log.w(TAG, e);
                        }
                    }
                });
    }

    /** The same for a receiver, whose process Android keeps until the work is done. */
    static void run(BroadcastReceiver receiver, Context context, final Runnable work) {
        final BroadcastReceiver.PendingResult result = receiver.goAsync();
        PowerManager power = (PowerManager) context.getSystemService(Context.POWER_SERVICE);
        final PowerManager.WakeLock lock = power.newWakeLock(PowerManager.PARTIAL_WAKE_LOCK, "slipway:push");
        lock.acquire(MAX_AWAKE);
        run(
                new Runnable() {
                    @Override
                    public void run() {
                        try {
                            work.run();
                        } finally {
                            if (lock.isHeld()) lock.release();
                            if (result != null) result.finish();
                        }
                    }
                });
    }
}
