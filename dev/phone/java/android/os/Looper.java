package android.os;

import device.Device;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The main thread, which runs what is posted in turn. An exception in it ends the app, as on a phone. */
public final class Looper {
    private static final Looper MAIN = new Looper();
    /** A crash, to whoever started the process. */
    private static final int CRASHED = 70;

    private volatile Thread thread;
    private final ScheduledThreadPoolExecutor queue =
            new ScheduledThreadPoolExecutor(
                    1,
                    work -> {
                        thread = new Thread(work, "main");
                        thread.setDaemon(true);
                        return thread;
                    });

    private Looper() {}

    public static Looper getMainLooper() {
        return MAIN;
    }

    public Thread getThread() {
        return thread;
    }

    public boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** For Handler. The phone does not wait for what is to come later. */
    public void post(Runnable work, long delay) {
        if (delay == 0) Device.busy.incrementAndGet();
        Runnable guarded =
                () -> {
                    try {
                        work.run();
                    } catch (Throwable crash) {
                        crash.printStackTrace();
                        Runtime.getRuntime().halt(CRASHED);
                    } finally {
                        if (delay == 0) Device.busy.decrementAndGet();
                    }
                };
        queue.schedule(guarded, delay, TimeUnit.MILLISECONDS);
    }
}
