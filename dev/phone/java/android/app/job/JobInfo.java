package android.app.job;

import android.content.ComponentName;
import device.Device;

public class JobInfo {
    public static final int NETWORK_TYPE_ANY = 1;
    /** Least time between two runs, ms. */
    private static final long LEAST = 15 * 60 * 1000;

    final ComponentName service;

    private JobInfo(ComponentName service) {
        this.service = service;
    }

    public static final class Builder {
        private final JobInfo job;

        public Builder(int id, ComponentName service) {
            job = new JobInfo(service);
        }

        public Builder setPeriodic(long interval) {
            if (interval < LEAST) throw new IllegalArgumentException("more often than Android grants");
            return this;
        }

        public Builder setRequiredNetworkType(int type) {
            return this;
        }

        public Builder setPersisted(boolean isPersisted) {
            if (isPersisted) Device.demand("android.permission.RECEIVE_BOOT_COMPLETED");
            return this;
        }

        public JobInfo build() {
            return job;
        }
    }
}
