package android.os;

import device.Device;

public final class PowerManager {
    public static final int PARTIAL_WAKE_LOCK = 1;

    public WakeLock newWakeLock(int level, String tag) {
        return new WakeLock();
    }

    public final class WakeLock {
        private boolean isHeld = false;

        public synchronized void acquire(long most) {
            Device.demand("android.permission.WAKE_LOCK");
            isHeld = true;
        }

        public synchronized boolean isHeld() {
            return isHeld;
        }

        public synchronized void release() {
            if (!isHeld) throw new RuntimeException("WakeLock under-locked");
            isHeld = false;
        }
    }
}
