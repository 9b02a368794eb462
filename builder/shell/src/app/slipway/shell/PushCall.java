package app.slipway.shell;

import android.content.Context;
import android.util.Log;
import java.io.IOException;

/** Something that is asked of the API for this device, once that is registered. It works off the main thread. */
abstract class PushCall {
    private static final String TAG = "slipway";

    final Context context;
    /** Whether it registers the device that is not, rather than being refused. */
    final boolean subscribes;
    private final Reply reply;

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
        Background.run(
                new Runnable() {
                    @Override
                    public void run() {
                        new PushPaths(context).whenRegistered(PushCall.this);
                    }
                });
    }

    /** The device is registered. */
    void onRegistered() {
        Background.run(
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
            refused(Refused.OFFLINE);
            return;
        }
        reply.done(answer);
    }

    void refused(String code) {
        refused(code, null);
    }

    /** `message` is null where there is nothing to add to the code's own sentence. */
    void refused(String code, String message) {
        reply.refused(code, message == null ? Refused.sentence(code) : message);
    }
}
