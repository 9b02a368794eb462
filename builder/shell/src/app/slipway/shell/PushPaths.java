package app.slipway.shell;

import android.content.Context;
import android.util.Log;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
    /** The person is choosing a distributor. */
    private static final int CHOOSING = 3;
    /** How long a way may take to answer, ms, before the next is tried. */
    static final long ANSWER_TIME = 20_000;
    /** When the list is looked at again after an address came, ms: a send puts a batch there in less. */
    static final long LOOK_AGAIN_TIME = 60_000;
    /** Longest address that a distributor gives, bytes (UnifiedPush, "Endpoint"). */
    private static final int MAX_ENDPOINT = 1000;
    private static final String TAG = "slipway";

    /** The way whose answer is waited for, in this process. */
    private static int awaited = NONE;
    /** Tells apart the times that one was waited for. */
    private static int round = 0;
    /** Calls that wait for the device to be registered. */
    private static final List<PushCall> waiting = new ArrayList<>();

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
            if (!isWanted()) {
                unsubscribe();
                return;
            }
            fetchKeys();
            boolean looksAgain = path() != ASKING && store.get(PushStore.LOOK_AGAIN) != null;
            take(UNIFIED_PUSH);
            if (looksAgain && new Inbox(context, store, api).fetch()) store.set(PushStore.LOOK_AGAIN, null);
        }
    }

    /** Says what the API could not be told without a network. */
    void onOnline() {
        synchronized (PushPaths.class) {
            Receipts.send(context);
            if (!isWanted()) unsubscribe();
        }
    }

    /**
     * Lets a call go on once the device is registered. One that subscribes begins that, if need be; where there are several
     * distributors and none is the default, the person chooses, once.
     */
    void whenRegistered(PushCall call) {
        synchronized (PushPaths.class) {
            boolean isRegistered = isRegistered();
            boolean isOnItsWay = awaited != NONE;
            boolean asks = call.subscribes && awaited != CHOOSING && unifiedPush.needsChoice();
            if (!Notifier.areOn(context)) call.refused(Refused.DENIED);
            else if (isRegistered && !asks) call.onRegistered();
            else if (!call.subscribes && !isOnItsWay) call.refused(Refused.NOT_SUBSCRIBED);
            else if (!new NetworkWatch(context, null).isOnline()) call.refused(Refused.OFFLINE);
            else {
                waiting.add(call);
                if (asks || !isOnItsWay) subscribe(asks);
            }
        }
    }

    /** The id of this device's subscriber; null while pushes don't come to it. */
    String subscriber() {
        return isWanted() && isRegistered() ? store.get(PushStore.SUBSCRIBER) : null;
    }

    private boolean isRegistered() {
        return store.get(PushStore.LEFT) == null && path() != NONE && store.get(PushStore.TOKEN) != null;
    }

    private void subscribe(boolean asks) {
        if (!fetchKeys()) {
            settle(Refused.OFFLINE, null);
            return;
        }
        store.set(PushStore.LEFT, null);
        if (asks && Push.askForDistributor()) awaited = CHOOSING;
        else take(UNIFIED_PUSH);
    }

    private boolean fetchKeys() {
        try {
            api.fetchKeys();
            return true;
        } catch (IOException offline) {
            Log.i(TAG, "the keys of before are used", offline);
            return false;
        }
    }

    /** The person chose this distributor; null for none, which leaves one that serves this device as it is. */
    void onChosen(String distributor) {
        synchronized (PushPaths.class) {
            boolean isNew = unifiedPush.choose(distributor);
            if (!isWanted()) return;
            take(isNew || path() == UNIFIED_PUSH ? UNIFIED_PUSH : PLAY_SERVICES);
        }
    }

    /** The page wants no pushes any more, until it subscribes again. */
    void leave() {
        synchronized (PushPaths.class) {
            store.set(PushStore.LEFT, "1");
            store.set(PushStore.OFFERED, null);
            unsubscribe();
        }
    }

    private boolean isWanted() {
        return store.get(PushStore.LEFT) == null && Notifier.areOn(context);
    }

    /** Answers those that waited: they go on where the code is null, and are refused by it where it is not. */
    private static void settle(String code, String message) {
        List<PushCall> calls = new ArrayList<>(waiting);
        waiting.clear();
        for (PushCall call : calls) {
            if (code == null) call.onRegistered();
            else call.refused(code, message);
        }
    }

    /** A way has an address for this device. */
    void onEndpoint(int path, String endpoint) {
        synchronized (PushPaths.class) {
            boolean isOurs = isWanted() && (awaited == path || path() == path);
            if (!isOurs || !endpoint.startsWith("https://") || endpoint.length() > MAX_ENDPOINT) return;
            // The answer to what was asked at a start says what the API was told at the same start.
            if (awaited != path && endpoint.equals(store.get(PushStore.ENDPOINT))) return;
            if (awaited == path) awaited = NONE; // else a better one may still answer
            boolean hasAsked = path() == ASKING;
            keep(path, endpoint);
            register();
            if (!hasAsked) return;
            // What was put on the list until now is not pushed as well; nor is what a send under way still puts there.
            store.set(PushStore.LOOK_AGAIN, "1");
            new Inbox(context, store, api).fetch();
            Background.later(
                    LOOK_AGAIN_TIME,
                    new Runnable() {
                        @Override
                        public void run() {
                            synchronized (PushPaths.class) {
                                if (path() != ASKING && isWanted()) new Inbox(context, store, api).fetch();
                            }
                        }
                    });
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
            else if (isWanted()) new Inbox(context, store, api).fetch();
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
        Background.later(
                ANSWER_TIME,
                new Runnable() {
                    @Override
                    public void run() {
                        onSilence(path, now);
                    }
                });
    }

    private void onSilence(int path, int waited) {
        synchronized (PushPaths.class) {
            if (awaited == path && round == waited) take(path + 1);
        }
    }

    /** An address that the API does not push to is as good as none: the next way is tried. */
    private void register() {
        try {
            if (api.register()) settle(null, null);
            else if (path() < ASKING) take(path() + 1);
            else settle(Refused.INVALID, api.complaint);
        } catch (IOException e) {
            Log.i(TAG, "not registered this time", e);
            settle(Refused.OFFLINE, null);
        }
    }

    private void unsubscribe() {
        awaited = NONE;
        settle(store.get(PushStore.LEFT) == null ? Refused.DENIED : Refused.NOT_SUBSCRIBED, null);
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
