package app.slipway.shell;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.os.Handler;
import android.os.Looper;
import android.os.PowerManager;
import android.util.Log;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Runs what waits for networks and disks off the main thread, and keeps the device awake meanwhile. */
final class Background {
    /**
     * Longest time, ms, for which a push keeps a receiver, and the device awake: after 10 s Android takes the app for one
     * that hangs. What is not done by then goes on while the process lives.
     */
    static final long MAX_AWAKE = 9_000;
    /** Most at a time: who brings pushes can send any number at once. */
    private static final int THREADS = 8;
    private static final String TAG = "slipway";

    /** The tests put one in its place that they can follow. */
    static Executor executor = Executors.newFixedThreadPool(THREADS);

    /** What is to be done in order; the first of it is being done. */
    private static final Queue<Runnable> ordered = new ArrayDeque<>();

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

    /**
     * The same, one thing after another as they were given: what is asked for last has the last word, and all of it holds
     * one thread at most.
     */
    static void runInOrder(Runnable work) {
        synchronized (ordered) {
            ordered.add(work);
            if (ordered.size() > 1) return;
        }
        runFirst();
    }

    private static void runFirst() {
        run(
                new Runnable() {
                    @Override
                    public void run() {
                        try {
                            first().run();
                        } finally {
                            if (isMoreLeft()) runFirst();
                        }
                    }
                });
    }

    private static Runnable first() {
        synchronized (ordered) {
            return ordered.element();
        }
    }

    private static boolean isMoreLeft() {
        synchronized (ordered) {
            ordered.remove();
            return !ordered.isEmpty();
        }
    }

    /** The same as run() after a time, ms, if the process lives. */
    static void later(long time, final Runnable work) {
        new Handler(Looper.getMainLooper())
                .postDelayed(
                        new Runnable() {
                            @Override
                            public void run() {
                                Background.run(work);
                            }
                        },
                        time);
    }

    /** The same as run() for a receiver, whose process Android keeps until the work is done, or for MAX_AWAKE. */
    static void run(BroadcastReceiver receiver, Context context, final Runnable work) {
        final BroadcastReceiver.PendingResult result = receiver.goAsync();
        PowerManager power = (PowerManager) context.getSystemService(Context.POWER_SERVICE);
        final PowerManager.WakeLock lock = power.newWakeLock(PowerManager.PARTIAL_WAKE_LOCK, "slipway:push");
        lock.acquire(MAX_AWAKE);
        final Runnable end =
                new Runnable() {
                    private boolean isOver = false;

                    @Override
                    public synchronized void run() {
                        if (isOver) return;
                        isOver = true;
                        if (lock.isHeld()) lock.release();
                        if (result != null) result.finish();
                    }
                };
        new Handler(Looper.getMainLooper()).postDelayed(end, MAX_AWAKE);
        run(
                new Runnable() {
                    @Override
                    public void run() {
                        try {
                            work.run();
                        } finally {
                            end.run();
                        }
                    }
                });
    }
}
