package app.slipway.shell;

import android.content.Context;
import android.os.Handler;
import android.os.Looper;
import android.util.Log;
import java.io.IOException;
import java.util.UUID;

/**
 * The ways on which pushes come, in the order in which they are tried: a distributor of UnifiedPush, Play services, and
 * else the app's own asking. Not for the main thread; one thing at a time.
 */
final class PushPaths {
    static final int UNIFIED_PUSH = 0;
    static final int PLAY_SERVICES = 1;
    static final int ASKING = 2;
    private static final int NONE = -1;
    /** How long a way may take to answer, ms, before the next is tried. */
    static final long ANSWER_TIME = 20_000;
    /** Longest address that a distributor gives, bytes (UnifiedPush, "Endpoint"). */
    private static final int MAX_ENDPOINT = 1000;
    private static final String TAG = "slipway";

    /** The way whose answer is waited for, in this process. */
    private static int awaited = NONE;
    /** Tells apart the times that one was waited for. */
    private static int round = 0;

    private final Context context;
    private final PushConfig config;
    private final PushStore store;
    private final PushApi api;
    private final UnifiedPush unifiedPush;

    PushPaths(Context context) {
        this.context = context.getApplicationContext();
        config = MainActivity.readConfig(context).push;
        store = new PushStore(context);
        api = new PushApi(context, config);
        unifiedPush = new UnifiedPush(context);
    }

    /** At each start, and when the user has let the app show notifications, or no longer does. */
    void start() {
        synchronized (PushPaths.class) {
            Receipts.send(context);
            if (!Notifier.areOn(context)) {
                unsubscribe();
                return;
            }
            try {
                api.fetchKeys();
            } catch (IOException offline) {
                Log.i(TAG, "the keys of before are used", offline);
            }
            take(UNIFIED_PUSH);
        }
    }

    /** A way has an address for this device. */
    void onEndpoint(int path, String endpoint) {
        synchronized (PushPaths.class) {
            boolean isOurs = awaited == path || path() == path;
            if (!isOurs || !endpoint.startsWith("https://") || endpoint.length() > MAX_ENDPOINT) return;
            // The answer to what was asked at a start says what the API was told at the same start.
            if (awaited != path && endpoint.equals(store.get(PushStore.ENDPOINT))) return;
            if (awaited == path) awaited = NONE; // else a better one may still answer
            boolean hasAsked = path() == ASKING;
            keep(path, endpoint);
            register();
            // What was put on the list until now is not pushed as well.
            if (hasAsked) new Inbox(context, store, api).fetch();
        }
    }

    /** Play services refused. */
    void onRefused() {
        synchronized (PushPaths.class) {
            if (awaited == PLAY_SERVICES) take(ASKING); // else they serve this device already, and will again
        }
    }

    /** The distributor refused. A token that it refused is not used again, one that it serves stays (AND_3). */
    void onFailed() {
        synchronized (PushPaths.class) {
            if (awaited != UNIFIED_PUSH) return;
            store.set(PushStore.CONNECTION, null);
            take(PLAY_SERVICES);
        }
    }

    /** The time has come to ask for notifications. */
    void poll() {
        synchronized (PushPaths.class) {
            Receipts.send(context);
            if (path() != ASKING) PollService.cancel(context);
            else if (Notifier.areOn(context)) new Inbox(context, store, api).fetch();
        }
    }

    /** The distributor ended what it had granted. */
    void onUnregistered() {
        synchronized (PushPaths.class) {
            store.set(PushStore.CONNECTION, null);
            if (path() == UNIFIED_PUSH || awaited == UNIFIED_PUSH) take(PLAY_SERVICES);
        }
    }

    /** Tries this way, or the first after it that there is. */
    private void take(int first) {
        awaited = NONE;
        String vapid = store.get(PushStore.VAPID, config.vapidPublicKey);
        if (first <= UNIFIED_PUSH && !vapid.isEmpty() && takeUnifiedPush(vapid)) return;
        if (first <= PLAY_SERVICES && !vapid.isEmpty() && takePlayServices(vapid)) return;
        forgetDistributor();
        keep(ASKING, null);
        register();
        new Inbox(context, store, api).fetch();
    }

    private boolean takeUnifiedPush(String vapid) {
        String before = store.get(PushStore.DISTRIBUTOR);
        String distributor = unifiedPush.distributor(before);
        if (distributor == null) return false;
        if (!distributor.equals(before) || !vapid.equals(store.get(PushStore.CONNECTION_VAPID))) forgetDistributor();
        String connection = store.get(PushStore.CONNECTION);
        boolean isServed = connection != null && path() == UNIFIED_PUSH;
        if (connection == null) connection = UUID.randomUUID().toString();
        store.set(PushStore.DISTRIBUTOR, distributor);
        store.set(PushStore.CONNECTION, connection);
        store.set(PushStore.CONNECTION_VAPID, vapid);
        goOn(UNIFIED_PUSH, isServed);
        unifiedPush.register(distributor, connection, vapid);
        return true;
    }

    private boolean takePlayServices(String vapid) {
        if (!config.playServices || !PlayServices.areThere(context)) return false;
        forgetDistributor();
        boolean isSame = vapid.equals(store.get(PushStore.INSTANCE_VAPID));
        String instance = store.get(PushStore.INSTANCE);
        if (instance == null || !isSame) instance = UUID.randomUUID().toString();
        store.set(PushStore.INSTANCE, instance);
        store.set(PushStore.INSTANCE_VAPID, vapid);
        goOn(PLAY_SERVICES, isSame && path() == PLAY_SERVICES);
        PlayServices.register(context, instance, vapid);
        return true;
    }

    /** A device that is served already registers at once; any other waits for an address, but not for ever. */
    private void goOn(final int path, boolean isServed) {
        if (isServed) {
            register();
            return;
        }
        awaited = path;
        final int now = ++round;
        new Handler(Looper.getMainLooper())
                .postDelayed(
                        new Runnable() {
                            @Override
                            public void run() {
                                Background.run(
                                        new Runnable() {
                                            @Override
                                            public void run() {
                                                onSilence(path, now);
                                            }
                                        });
                            }
                        },
                        ANSWER_TIME);
    }

    private void onSilence(int path, int waited) {
        synchronized (PushPaths.class) {
            if (awaited == path && round == waited) take(path + 1);
        }
    }

    /** An address that the API does not push to is as good as none: the next way is tried. */
    private void register() {
        try {
            if (!api.register() && path() < ASKING) take(path() + 1);
        } catch (IOException e) {
            Log.i(TAG, "not registered this time", e);
        }
    }

    private void unsubscribe() {
        awaited = NONE;
        forgetDistributor();
        PollService.cancel(context);
        if (path() == NONE || store.get(PushStore.SUBSCRIBER) == null) return;
        try {
            api.unsubscribe();
            store.set(PushStore.PATH, null);
            store.set(PushStore.ENDPOINT, null);
        } catch (IOException offline) {
            Log.i(TAG, "not unsubscribed this time", offline);
        }
    }

    private void forgetDistributor() {
        String distributor = store.get(PushStore.DISTRIBUTOR);
        String connection = store.get(PushStore.CONNECTION);
        if (distributor != null && connection != null) unifiedPush.unregister(distributor, connection);
        store.set(PushStore.DISTRIBUTOR, null);
        store.set(PushStore.CONNECTION, null);
    }

    private void keep(int path, String endpoint) {
        store.set(PushStore.PATH, String.valueOf(path));
        store.set(PushStore.ENDPOINT, endpoint);
        if (path == ASKING && config.poll) PollService.schedule(context);
        else PollService.cancel(context);
    }

    private int path() {
        return Integer.parseInt(store.get(PushStore.PATH, String.valueOf(NONE)));
    }
}
