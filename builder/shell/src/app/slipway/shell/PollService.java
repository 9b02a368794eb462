package app.slipway.shell;

import android.app.job.JobInfo;
import android.app.job.JobParameters;
import android.app.job.JobScheduler;
import android.app.job.JobService;
import android.content.ComponentName;
import android.content.Context;

/** Asks for notifications from time to time, where nothing carries them and the owner wants it. */
public final class PollService extends JobService {
    static final int JOB = 1;
    /** Time between two, ms: the least that Android grants. */
    static final long INTERVAL = 15 * 60 * 1000;

    static void schedule(Context context) {
        JobInfo job =
                new JobInfo.Builder(JOB, new ComponentName(context, PollService.class))
                        .setPeriodic(INTERVAL)
                        .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                        .setPersisted(true)
                        .build();
        scheduler(context).schedule(job); // in place of the one before
    }

    static void cancel(Context context) {
        scheduler(context).cancel(JOB);
    }

    private static JobScheduler scheduler(Context context) {
        return (JobScheduler) context.getSystemService(Context.JOB_SCHEDULER_SERVICE);
    }

    @Override
    public boolean onStartJob(final JobParameters parameters) {
        Background.run(
                new Runnable() {
                    @Override
                    public void run() {
                        try {
                            new PushPaths(PollService.this).poll();
                        } finally {
                            jobFinished(parameters, false);
                        }
                    }
                });
        return true;
    }

    @Override
    public boolean onStopJob(JobParameters parameters) {
        return false; // the next one does what this left
    }
}
