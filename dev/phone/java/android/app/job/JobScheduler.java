package android.app.job;

import device.Device;

/** Takes jobs, and runs none: the phone is not left on for a quarter of an hour. */
public class JobScheduler {
    public int schedule(JobInfo job) {
        String service = job.service.getClassName();
        if (!Device.app.components.contains(service)) throw new IllegalArgumentException("No such service " + service);
        return 1;
    }

    public void cancel(int id) {}
}
