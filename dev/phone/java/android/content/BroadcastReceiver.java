package android.content;

import device.Device;

public abstract class BroadcastReceiver {
    private PendingResult pending;

    public abstract void onReceive(Context context, Intent intent);

    /** Keeps the process after onReceive, until finish(). */
    public final PendingResult goAsync() {
        pending = new PendingResult();
        return pending;
    }

    /** For the phone, not Android's: calls it as Android does, on the main thread. */
    public final void deliver(Context context, Intent intent) {
        Device.busy.incrementAndGet();
        onReceive(context, intent);
        if (pending == null) Device.busy.decrementAndGet();
    }

    public static class PendingResult {
        private boolean isFinished = false;

        public final synchronized void finish() {
            if (isFinished) throw new IllegalStateException("Broadcast already finished");
            isFinished = true;
            Device.busy.decrementAndGet();
        }
    }
}
