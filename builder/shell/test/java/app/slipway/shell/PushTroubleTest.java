package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.Application;
import android.app.Notification;
import android.app.NotificationManager;
import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;
import android.os.BadParcelableException;
import android.os.Bundle;
import android.os.Looper;
import android.os.Message;
import android.os.Messenger;
import android.os.RemoteException;
import java.io.File;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;
import org.robolectric.shadows.ShadowBroadcastPendingResult;
import org.robolectric.shadows.ShadowNotificationManager;
import org.robolectric.shadows.ShadowPowerManager;
import org.robolectric.shadows.ShadowSystemClock;
import org.robolectric.util.ReflectionHelpers.ClassParameter;
import org.robolectric.util.ReflectionHelpers;

/** What others do to an app that receives pushes, and what goes wrong on their way. */
@RunWith(RobolectricTestRunner.class)
public final class PushTroubleTest {
    private static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    /** An intent with an extra of a class that there is not: Android throws at whichever is read first. */
    private static final class Broken extends Intent {
        Broken(String action) {
            super(action);
        }

        @Override
        public String getStringExtra(String name) {
            throw new BadParcelableException("no such class");
        }
    }

    /** Refuses a notification, as Android does for reasons of its own. */
    @Implements(NotificationManager.class)
    public static class Picky extends ShadowNotificationManager {
        @Implementation
        @Override
        protected void notify(String tag, int id, Notification notification) {
            if ("odd".equals(tag)) throw new IllegalArgumentException("refused");
            super.notify(tag, id, notification);
        }
    }

    private final Application context = RuntimeEnvironment.getApplication();
    private final PushStore store = new PushStore(context);
    @Rule
    public final PushWorld world = new PushWorld();

    @Test
    public void letsAReceiverGoBeforeAndroidTakesItForHanging() {
        final List<Runnable> stuck = new ArrayList<>();
        Background.executor = stuck::add;
        store.set(PushStore.CONNECTION, "token-1");
        BroadcastReceiver receiver = new UnifiedPushReceiver();
        Intent intent = new Intent("org.unifiedpush.android.connector.MESSAGE").putExtra("token", "token-1");
        BroadcastReceiver.PendingResult result =
                ReflectionHelpers.callStaticMethod(
                        ShadowBroadcastPendingResult.class,
                        "create",
                        ClassParameter.from(int.class, 0),
                        ClassParameter.from(String.class, ""),
                        ClassParameter.from(Bundle.class, null),
                        ClassParameter.from(boolean.class, false));
        ReflectionHelpers.callInstanceMethod(
                receiver, "setPendingResult", ClassParameter.from(BroadcastReceiver.PendingResult.class, result));
        receiver.onReceive(context, intent);
        PushWorld.idle();
        assertFalse(shadowOf(result).getFuture().isDone());
        shadowOf(Looper.getMainLooper()).idleFor(Background.MAX_AWAKE, TimeUnit.MILLISECONDS);
        assertTrue(shadowOf(result).getFuture().isDone());
        assertFalse(ShadowPowerManager.getLatestWakeLock().isHeld());
        for (Runnable late : stuck) late.run(); // a second end would throw
    }

    @Test
    public void keepsTheProcessUntilAnAnswerOfPlayServicesIsTaken() {
        world.installPlayServices();
        new PushPaths(context).start();
        BroadcastReceiver receiver = new PlayServicesReceiver();
        Intent answer = new Intent("com.google.android.c2dm.intent.REGISTRATION").putExtra("registration_id", "abc");
        shadowOf(receiver).onReceive(context, answer, new AtomicBoolean(false));
        assertTrue(shadowOf(receiver).wentAsync());
        assertEquals("https://fcm.googleapis.com/fcm/send/abc", store.get(PushStore.ENDPOINT));
    }

    @Test
    public void livesThroughIntentsThatCannotBeRead() throws RemoteException {
        world.installPlayServices();
        store.set(PushStore.INSTANCE, "instance-1");
        store.set(PushStore.CONNECTION, "token-1");
        new PushPaths(context).start();
        new UnifiedPushReceiver().onReceive(context, new Broken("org.unifiedpush.android.connector.MESSAGE"));
        new PlayServicesReceiver().onReceive(context, new Broken("com.google.android.c2dm.intent.RECEIVE"));
        assertNull(store.get(PushStore.PATH));
        Messenger messenger = world.broadcast("com.google.iid.TOKEN_REQUEST").getParcelableExtra("google.messenger");
        Message message = Message.obtain();
        message.obj = new Broken("com.google.android.c2dm.intent.REGISTRATION");
        messenger.send(message);
        PushWorld.idle();
        assertEquals(String.valueOf(PushPaths.ASKING), store.get(PushStore.PATH)); // as if they had refused
        new PlayServicesReceiver().onReceive(context, new Broken("com.google.android.c2dm.intent.REGISTRATION"));
    }

    /** Android moves an app's storage to the user's next device, whatever the manifest says of backups. */
    @Test
    public void isAnotherSubscriberOnAnotherDevice() {
        store.set(PushStore.TOKEN, "sw_sub_1");
        assertEquals("sw_sub_1", new PushStore(context).get(PushStore.TOKEN));
        String keys = store.keys().save();
        assertTrue(new File(context.getNoBackupFilesDir(), "push").delete()); // all but this is moved
        assertNull(new PushStore(context).get(PushStore.TOKEN));
        assertFalse(keys.equals(new PushStore(context).keys().save()));
    }

    @Test
    public void takesTheNextWayWhereTheApiRefusesAnAddress() {
        world.installDistributor();
        new PushPaths(context).start();
        world.answer("POST push.example.com" + PushWorld.APP + "/subscribers", 422, "{\"error\":\"Validation failed\"}");
        grant(PushWorld.ENDPOINT);
        assertEquals(String.valueOf(PushPaths.ASKING), store.get(PushStore.PATH));
        assertNull(store.get(PushStore.ENDPOINT));
        List<PushWorld.Request> sent = world.asked("POST", "/subscribers");
        assertEquals(2, sent.size()); // and no more, though the API refuses that one too
        assertEquals(PushWorld.ENDPOINT, sent.get(0).sent("endpoint"));
        assertNull(sent.get(1).sent("endpoint"));
    }

    /** Any app may send to the receiver of distributors; that of Play services, where there are none, any that says so. */
    @Test
    public void changesNothingByWhatOtherAppsMakeUp() {
        world.installDistributor();
        new PushPaths(context).start();
        grant(PushWorld.ENDPOINT);
        int before = world.requests.size();
        String connection = store.get(PushStore.CONNECTION);
        for (String token : new String[] {null, "", "made-up"}) {
            for (String what : new String[] {"NEW_ENDPOINT", "UNREGISTERED", "REGISTRATION_FAILED", "MESSAGE"}) {
                Intent forged = new Intent().putExtra("token", token).putExtra("id", "1");
                world.distributorSays(what, forged.putExtra("endpoint", "https://evil.example/"));
            }
        }
        String registration = "com.google.android.c2dm.intent.REGISTRATION";
        for (String token : new String[] {null, "evil", "../../evil"}) {
            Intent forged = new Intent(registration).putExtra("registration_id", token);
            new PlayServicesReceiver().onReceive(context, forged);
        }
        Intent wrong = new Intent("org.unifiedpush.android.connector.NEW_ENDPOINT");
        new UnifiedPushReceiver().onReceive(context, wrong.putExtra("token", 7).putExtra("endpoint", new byte[9]));
        assertEquals(PushWorld.ENDPOINT, store.get(PushStore.ENDPOINT));
        assertEquals(connection, store.get(PushStore.CONNECTION));
        assertEquals(String.valueOf(PushPaths.UNIFIED_PUSH), store.get(PushStore.PATH));
        assertEquals(before, world.requests.size());
    }

    @Test
    public void registersOnceAStartThoughTheDistributorAnswersAgain() {
        world.installDistributor();
        new PushPaths(context).start();
        grant(PushWorld.ENDPOINT);
        new PushPaths(context).start();
        grant(PushWorld.ENDPOINT);
        assertEquals(2, world.asked("POST", "/subscribers").size());
        grant(PushWorld.ENDPOINT + "/new");
        assertEquals(3, world.asked("POST", "/subscribers").size());
    }

    @Test
    public void registersAnewWhenTheApiHasForgottenItMeanwhile() {
        new PushPaths(context).start();
        world.answer("GET push.example.com" + PushWorld.LIST, 401, "{\"error\":\"Unauthenticated\"}");
        world.registered("sub2", "sw_sub_2");
        new PushPaths(context).poll();
        assertEquals("sw_sub_2", store.get(PushStore.TOKEN));
    }

    @Test
    @Config(shadows = Picky.class)
    public void goesOnAfterAMessageThatAndroidRefuses() {
        new PushPaths(context).start();
        world.answer("GET push.example.com" + PushWorld.LIST, 200, "{\"data\":[" + entry("odd") + "," + entry("n2") + "]}");
        new PushPaths(context).poll();
        assertNull(shown("odd"));
        assertNotNull(shown("n2"));
        assertEquals("2026-01-01T00:00:00.000Z", store.get(PushStore.SINCE));
    }

    @Test
    public void takesAnAddressThatThePlatformCannotOpenForOneWithoutANetwork() {
        Http.opener =
                url -> {
                    throw new IllegalArgumentException("as Android does for some");
                };
        Receipts.add(context, "https://push.example.com/public/t/abc/delivered");
        Receipts.send(context);
        assertEquals(1, LinkQueue.links(store.get(PushStore.RECEIPTS)).size());
    }

    @Test
    public void asksAgainWhenAnAppThatWasThereIsOpened() {
        ActivityController<MainActivity> opened = Robolectric.buildActivity(MainActivity.class).setup();
        int before = world.asked("GET", PushWorld.LIST).size();
        opened.pause().resume();
        assertEquals(before, world.asked("GET", PushWorld.LIST).size()); // back from a question, say
        ShadowSystemClock.advanceBy(Push.PAUSE, TimeUnit.MILLISECONDS);
        opened.pause().resume();
        assertEquals(before + 1, world.asked("GET", PushWorld.LIST).size());
    }

    @Test
    public void bringsNothingBackThatTheUserPutAway() {
        store.set(PushStore.CONNECTION, "token-1");
        whilePicturesCome(() -> Notifier.cancel(context, "t1"));
        assertNull(shown("t1"));
    }

    @Test
    public void leavesALaterMessageInPlaceOfThePicturesOfAnEarlierOne() {
        whilePicturesCome(
                () -> {
                    Notification later = new Notification();
                    later.when = 1;
                    manager().notify("t1", Notifier.ID, later);
                });
        assertEquals(1, shown("t1").when);
    }

    /** java.net.URL and browsers find different hosts in it; the shell asks by the former. */
    @Test
    public void asksNoHostOverHttpThatOnlyLooksLikeThisDevice() {
        assertFalse(Http.isSafe("http://localhost\\@evil.example/"));
        assertFalse(Http.isSafe("http://evil.example/"));
        assertFalse(Http.isSafe("file://localhost/etc/hosts"));
        assertFalse(Http.isSafe("ftp://localhost/x"));
        assertFalse(Http.isSafe("jar:https://a.example/x!/y"));
        assertFalse(Http.isSafe(null));
        assertTrue(Http.isSafe("HTTPS://a.example/x"));
        assertTrue(Http.isSafe("http://127.0.0.1:8787/x"));
    }

    private void whilePicturesCome(final Runnable happens) {
        world.answer("GET img.example.com/p.png", 200, Base64.getDecoder().decode(PNG));
        final Http.Opener opener = Http.opener;
        Http.opener =
                url -> {
                    happens.run();
                    return (HttpURLConnection) opener.open(url);
                };
        Object json = Json.parse("{\"title\":\"T\",\"tag\":\"t1\",\"image\":\"https://img.example.com/p.png\"}");
        Incoming.show(context, PushMessage.of(json), null);
        assertEquals(1, world.asked("GET", "/p.png").size());
    }

    private static String entry(String tag) {
        String receipt = "https://push.example.com/public/t/" + tag + "/delivered";
        String message = "{\"title\":\"T\",\"tag\":\"" + tag + "\",\"receipt\":\"" + receipt + "\"}";
        return "{\"id\":\"" + tag + "\",\"sent_at\":\"2026-01-01T00:00:00.000Z\",\"message\":" + message + "}";
    }

    private void grant(String endpoint) {
        String token = world.broadcast(PushWorld.REGISTER).getStringExtra("token");
        world.distributorSays("NEW_ENDPOINT", new Intent().putExtra("token", token).putExtra("endpoint", endpoint));
    }

    private Notification shown(String tag) {
        return shadowOf(manager()).getNotification(tag, Notifier.ID);
    }

    private NotificationManager manager() {
        return (NotificationManager) context.getSystemService(Context.NOTIFICATION_SERVICE);
    }
}
