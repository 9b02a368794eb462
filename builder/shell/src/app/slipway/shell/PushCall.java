package app.slipway.shell;

import android.content.Context;
import android.util.Log;
import java.io.IOException;

/**
 * Something that is asked of the API for this device, once that is registered. It works off the main thread, one call after
 * another in the order in which they were made.
 */
abstract class PushCall {
    private static final String TAG = "slipway";

    final Context context;
    /** Whether it registers the device that is not, rather than being refused. */
    final boolean subscribes;
    private final Reply reply;
    /** It goes on, or was refused: nothing else comes of it. */
    private boolean isSettled = false;

    PushCall(Context context, boolean subscribes, Reply reply) {
        this.context = context.getApplicationContext();
        this.subscribes = subscribes;
        this.reply = reply;
    }

    /** Does it, and returns what there is to answer. */
    abstract Object perform(PushApi api) throws IOException, Refused;

    /** Begins; returns at once. */
    void start() {
        if (MainActivity.readConfig(context).push == null) {
            refused(Refused.UNSUPPORTED);
            return;
        }
        Background.runInOrder(
                new Runnable() {
                    @Override
                    public void run() {
                        try {
                            new PushPaths(context).whenRegistered(PushCall.this);
                        } catch (RuntimeException odd) { // as of a device without the keys' curve
                            Log.w(TAG, odd);
                            refused(Refused.OFFLINE);
                        }
                    }
                });
    }

    /** The device is registered. */
    void onRegistered() {
        if (!settle()) return;
        Background.runInOrder(
                new Runnable() {
                    @Override
                    public void run() {
                        answer();
                    }
                });
    }

    private void answer() {
        Object answer;
        try {
            answer = perform(new PushApi(context, MainActivity.readConfig(context).push));
        } catch (Refused refused) {
            reply.refused(refused.code, refused.getMessage());
            return;
        } catch (IOException | RuntimeException failed) {
            Log.i(TAG, "no answer", failed);
            reply.refused(Refused.OFFLINE, Refused.sentence(Refused.OFFLINE));
            return;
        }
        reply.done(answer);
    }

    void refused(String code) {
        refused(code, null);
    }

    /** `message` is null where there is nothing to add to the code's own sentence. */
    void refused(String code, String message) {
        if (settle()) reply.refused(code, message == null ? Refused.sentence(code) : message);
    }

    private synchronized boolean settle() {
        boolean isFirst = !isSettled;
        isSettled = true;
        return isFirst;
    }
}
