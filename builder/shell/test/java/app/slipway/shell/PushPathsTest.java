package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.Application;
import android.app.NotificationManager;
import android.app.PendingIntent;
import android.app.job.JobInfo;
import android.app.job.JobScheduler;
import android.content.ComponentName;
import android.content.Context;
import android.content.Intent;
import android.os.Build;
import android.os.Looper;
import android.os.Message;
import android.os.Messenger;
import android.os.RemoteException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;

/** The ways on which pushes come to the app: how it asks for them, and registers with the API. */
@RunWith(RobolectricTestRunner.class)
public final class PushPathsTest {
    private static final String UNREGISTER = "org.unifiedpush.android.distributor.UNREGISTER";
    private static final String REQUEST = "com.google.iid.TOKEN_REQUEST";

    private final Application context = RuntimeEnvironment.getApplication();
    private final PushStore store = new PushStore(context);
    @Rule
    public final PushWorld world = new PushWorld();

    @Test
    public void asksADistributorAsItsSpecificationHasIt() {
        world.installDistributor();
        start();
        Intent asked = world.broadcast(PushWorld.REGISTER);
        assertEquals(PushWorld.DISTRIBUTOR, asked.getPackage());
        assertEquals(36, asked.getStringExtra("token").length());
        assertEquals(PushWorld.VAPID, asked.getStringExtra("vapid"));
        if (Build.VERSION.SDK_INT < 34) { // above, the broadcast itself shows who sent it
            PendingIntent identity = asked.getParcelableExtra("pi");
            assertTrue((shadowOf(identity).getFlags() & PendingIntent.FLAG_IMMUTABLE) != 0);
            assertEquals("org.unifiedpush.dummy_app", shadowOf(identity).getSavedIntent().getPackage());
        }
        assertEquals(0, world.asked("POST", "/subscribers").size());
    }

    @Test
    public void registersByTheAddressThatADistributorGives() {
        world.installDistributor();
        start();
        grant();
        PushWorld.Request sent = registration();
        assertEquals("android", sent.sent("platform"));
        assertEquals("webpush", sent.sent("provider"));
        assertEquals(PushWorld.ENDPOINT, sent.sent("endpoint"));
        assertEquals(store.keys().p256dh(), ((Map<?, ?>) sent.sent("keys")).get("p256dh"));
        assertEquals(store.keys().auth(), ((Map<?, ?>) sent.sent("keys")).get("auth"));
        assertEquals("en-US", sent.sent("language"));
        assertEquals("US", sent.sent("country"));
        assertNotNull(sent.sent("timezone"));
        assertEquals("pk_1", sent.key);
        assertNull(sent.bearer);
        assertEquals("sw_sub_1", store.get(PushStore.TOKEN));
        Intent ack = world.broadcast("org.unifiedpush.android.distributor.MESSAGE_ACK");
        assertEquals("e1", ack.getStringExtra("id"));
        assertFalse(isPolling());
    }

    @Test
    public void staysTheSameSubscriberAtEachStart() {
        world.installDistributor();
        start();
        grant();
        String token = world.broadcast(PushWorld.REGISTER).getStringExtra("token");
        start();
        assertEquals(2, world.asked("POST", "/subscribers").size());
        assertEquals("Bearer sw_sub_1", registration().bearer);
        assertEquals(token, world.broadcast(PushWorld.REGISTER).getStringExtra("token"));
        says("NEW_ENDPOINT", new Intent().putExtra("endpoint", PushWorld.ENDPOINT + "/new"));
        assertEquals(PushWorld.ENDPOINT + "/new", registration().sent("endpoint"));
        assertEquals("Bearer sw_sub_1", registration().bearer);
    }

    @Test
    public void becomesANewSubscriberWhereTheApiForgotIt() {
        store.set(PushStore.TOKEN, "sw_sub_old");
        world.answer("POST push.example.com" + PushWorld.APP + "/subscribers", 401, "{\"error\":\"x\"}");
        start();
        assertEquals(2, world.asked("POST", "/subscribers").size());
        assertEquals("sw_sub_old", store.get(PushStore.TOKEN)); // refused altogether: kept for another time
        world.registered("sub2", "sw_sub_2");
        start();
        assertEquals("sw_sub_2", store.get(PushStore.TOKEN));
    }

    @Test
    public void goesOnToPlayServicesWhenADistributorRefuses() {
        world.installDistributor();
        world.installPlayServices();
        start();
        assertNull(world.broadcast(REQUEST));
        String refused = world.broadcast(PushWorld.REGISTER).getStringExtra("token");
        says("REGISTRATION_FAILED", new Intent().putExtra("reason", "ACTION_REQUIRED"));
        assertNotNull(world.broadcast(REQUEST));
        start();
        assertFalse(refused.equals(world.broadcast(PushWorld.REGISTER).getStringExtra("token")));
    }

    @Test
    public void keepsADistributorThatServesItWhateverItSaysOfTheSameToken() {
        world.installDistributor();
        start();
        grant();
        start();
        says("REGISTRATION_FAILED", new Intent().putExtra("reason", "NETWORK"));
        assertEquals(PushWorld.ENDPOINT, store.get(PushStore.ENDPOINT));
    }

    @Test
    public void goesOnWhenADistributorSaysNothing() {
        world.installDistributor();
        start();
        shadowOf(Looper.getMainLooper()).idleFor(19, TimeUnit.SECONDS);
        assertEquals(0, world.asked("POST", "/subscribers").size());
        shadowOf(Looper.getMainLooper()).idleFor(2, TimeUnit.SECONDS);
        assertNull(registration().sent("endpoint"));
        assertTrue(isPolling());
    }

    @Test
    public void goesOnWhenADistributorDisappears() {
        world.installDistributor();
        world.installPlayServices();
        start();
        grant();
        world.uninstall(PushWorld.DISTRIBUTOR);
        start();
        assertNotNull(world.broadcast(REQUEST));
    }

    @Test
    public void goesOnWhenADistributorEndsIt() {
        world.installDistributor();
        start();
        grant();
        says("UNREGISTERED", new Intent());
        assertNull(registration().sent("endpoint"));
        assertEquals("Bearer sw_sub_1", registration().bearer);
        assertTrue(isPolling());
    }

    @Test
    public void takesNoAddressThatIsNotHttps() {
        world.installDistributor();
        start();
        says("NEW_ENDPOINT", new Intent().putExtra("endpoint", "http://ntfy.example.org/up1"));
        says("NEW_ENDPOINT", new Intent());
        assertEquals(0, world.asked("POST", "/subscribers").size());
    }

    @Test
    public void asksPlayServicesWithTheExtrasThatTheyKnow() {
        world.installPlayServices();
        start();
        Intent asked = world.broadcast(REQUEST);
        assertEquals("com.google.android.gms", asked.getPackage());
        assertEquals("GCM", asked.getStringExtra("scope"));
        for (String name : new String[] {"sender", "subscription", "X-subscription"}) {
            assertEquals(PushWorld.VAPID, asked.getStringExtra(name));
        }
        String subtype = "wp:" + store.get(PushStore.INSTANCE);
        assertEquals(subtype, asked.getStringExtra("subtype"));
        assertEquals(subtype, asked.getStringExtra("X-subtype"));
        assertEquals("|ID|1|", asked.getStringExtra("kid"));
        PendingIntent identity = asked.getParcelableExtra("app");
        assertTrue((shadowOf(identity).getFlags() & PendingIntent.FLAG_IMMUTABLE) != 0);
    }

    @Test
    public void registersByTheTokenThatPlayServicesGive() throws RemoteException {
        world.installPlayServices();
        start();
        answerOfPlayServices(new Intent().putExtra("registration_id", "|ID|1|:abc:DEF-_1"));
        assertEquals("https://fcm.googleapis.com/fcm/send/abc:DEF-_1", registration().sent("endpoint"));
    }

    @Test
    public void takesTheTokenByItsReceiverAsWell() {
        world.installPlayServices();
        start();
        Intent answer = new Intent("com.google.android.c2dm.intent.REGISTRATION");
        new PlayServicesReceiver().onReceive(context, answer.putExtra("registration_id", "abc"));
        assertEquals("https://fcm.googleapis.com/fcm/send/abc", registration().sent("endpoint"));
    }

    @Test
    public void asksByItselfWhenPlayServicesRefuse() throws RemoteException {
        world.installPlayServices();
        start();
        answerOfPlayServices(new Intent().putExtra("error", "SERVICE_NOT_AVAILABLE"));
        assertNull(registration().sent("endpoint"));
        assertNull(registration().sent("keys"));
    }

    @Test
    public void asksByItselfFromTimeToTimeWhereNothingElseIs() {
        start();
        assertNull(registration().sent("endpoint"));
        JobInfo job = scheduler().getAllPendingJobs().get(0);
        assertEquals(new ComponentName(context, PollService.class), job.getService());
        assertTrue(job.getIntervalMillis() >= 15 * 60 * 1000);
        assertTrue(job.isPeriodic() && job.isPersisted());
        assertEquals(1, world.asked("GET", PushWorld.LIST).size());
        new PushPaths(context).poll();
        assertEquals(2, world.asked("GET", PushWorld.LIST).size());
    }

    @Test
    public void asksWhenItsJobRuns() {
        start();
        PollService job = Robolectric.buildService(PollService.class).create().get();
        assertTrue(job.onStartJob(null));
        assertEquals(2, world.asked("GET", PushWorld.LIST).size());
        assertTrue(shadowOf(job).getIsJobFinished());
        assertFalse(job.onStopJob(null));
    }

    @Test
    public void takesADistributorThatComesLaterWhileItIsServedOtherwise() {
        world.installPlayServices();
        start();
        Intent answer = new Intent("com.google.android.c2dm.intent.REGISTRATION").putExtra("registration_id", "abc");
        new PlayServicesReceiver().onReceive(context, answer);
        world.installDistributor();
        start();
        new PlayServicesReceiver().onReceive(context, answer.putExtra("registration_id", "def"));
        assertEquals("https://fcm.googleapis.com/fcm/send/def", registration().sent("endpoint"));
        grant();
        assertEquals(PushWorld.ENDPOINT, registration().sent("endpoint"));
        assertEquals("Bearer sw_sub_1", registration().bearer);
    }

    @Test
    public void asksOnceMoreWhenItIsServedAtLast() {
        start();
        assertEquals(1, world.asked("GET", PushWorld.LIST).size());
        world.installDistributor();
        start();
        grant();
        assertEquals(PushWorld.ENDPOINT, registration().sent("endpoint"));
        assertEquals(2, world.asked("GET", PushWorld.LIST).size());
        says("NEW_ENDPOINT", new Intent().putExtra("endpoint", PushWorld.ENDPOINT + "/new"));
        assertEquals(2, world.asked("GET", PushWorld.LIST).size());
    }

    /** A send that is under way puts what it has for the device on the list after the address came. */
    @Test
    public void looksAMinuteLaterAndAtTheNextStartForWhatIsStillPutOnTheList() {
        start();
        world.installDistributor();
        start();
        grant();
        assertEquals(2, world.asked("GET", PushWorld.LIST).size());
        String late = entry("n1", "2026-11-29T10:00:00.000Z", "t1");
        world.answer("GET push.example.com" + PushWorld.LIST, 200, "{\"data\":[" + late + "]}");
        shadowOf(Looper.getMainLooper()).idleFor(61, TimeUnit.SECONDS);
        assertEquals(3, world.asked("GET", PushWorld.LIST).size());
        assertNotNull(shadowOf(manager()).getNotification("t1", Notifier.ID));
        start();
        start();
        assertEquals(4, world.asked("GET", PushWorld.LIST).size());
    }

    @Test
    public void letsADistributorBindIt() {
        assertNotNull(Robolectric.buildService(RaiseService.class).create().get().onBind(new Intent()));
    }

    @Test
    public void showsWhatIsNewInTheListOnce() {
        start();
        String first = entry("n1", "2026-11-29T10:00:00.000Z", "t1");
        world.answer("GET push.example.com" + PushWorld.LIST, 200, "{\"data\":[" + first + "]}");
        new PushPaths(context).poll();
        assertNotNull(shadowOf(manager()).getNotification("t1", Notifier.ID));
        assertEquals(1, world.asked("POST", "/public/t/n1/delivered").size());
        assertEquals("Bearer sw_sub_1", world.asked("GET", PushWorld.LIST).get(0).bearer);
        String second = entry("n2", "2026-11-29T11:00:00.000Z", "t2");
        world.answer(
                "GET push.example.com" + PushWorld.LIST, 200, "{\"data\":[" + first + "," + second + ",null,{\"id\":1}]}");
        new PushPaths(context).poll();
        assertTrue(last("GET", PushWorld.LIST).place.endsWith("?since=2026-11-29T10%3A00%3A00.000Z"));
        assertEquals(1, world.asked("POST", "/public/t/n1/delivered").size());
        assertNotNull(shadowOf(manager()).getNotification("t2", Notifier.ID));
    }

    @Test
    public void survivesAListThatIsNone() {
        start();
        for (String text : new String[] {"", "{}", "[]", "no JSON", "{\"data\":{}}"}) {
            world.answer("GET push.example.com" + PushWorld.LIST, 200, text);
            new PushPaths(context).poll();
        }
        world.answer("GET push.example.com" + PushWorld.LIST, 401, "{}");
        new PushPaths(context).poll();
        assertEquals(0, shadowOf(manager()).size());
    }

    @Test
    public void registersAnewByAVapidKeyThatIsNew() {
        world.installDistributor();
        start();
        grant();
        String before = world.broadcast(PushWorld.REGISTER).getStringExtra("token");
        String vapid = PushWorld.VAPID.replace('1', '2');
        world.keys("pk_2", vapid);
        start();
        assertEquals(before, world.broadcast(UNREGISTER).getStringExtra("token"));
        Intent asked = world.broadcast(PushWorld.REGISTER);
        assertEquals(vapid, asked.getStringExtra("vapid"));
        assertFalse(before.equals(asked.getStringExtra("token")));
        grant();
        assertEquals("pk_2", registration().key);
        assertEquals("Bearer sw_sub_1", registration().bearer);
    }

    @Test
    public void makesAnotherInstanceForAVapidKeyThatIsNew() throws RemoteException {
        world.installPlayServices();
        start();
        answerOfPlayServices(new Intent().putExtra("registration_id", "abc"));
        String before = store.get(PushStore.INSTANCE);
        start();
        assertEquals(before, store.get(PushStore.INSTANCE));
        assertEquals(2, world.asked("POST", "/subscribers").size());
        world.keys("pk_1", PushWorld.VAPID.replace('1', '2'));
        start();
        assertFalse(before.equals(store.get(PushStore.INSTANCE)));
        assertEquals(2, world.asked("POST", "/subscribers").size()); // not by the address of the other key
    }

    @Test
    public void usesTheKeysOfTheBuildWhileItIsOffline() {
        world.installDistributor();
        world.isOnline = false;
        start();
        assertEquals(PushWorld.VAPID, world.broadcast(PushWorld.REGISTER).getStringExtra("vapid"));
        grant();
        assertNull(store.get(PushStore.TOKEN));
        world.isOnline = true;
        start();
        assertEquals("sw_sub_1", store.get(PushStore.TOKEN));
    }

    @Test
    public void unsubscribesWhenNotificationsAreOff() {
        world.installDistributor();
        start();
        grant();
        shadowOf(manager()).setNotificationsEnabled(false);
        world.answer("DELETE push.example.com/public/subscribers/sub1", 503, "");
        start();
        start();
        world.answer("DELETE push.example.com/public/subscribers/sub1", 200, "{}");
        start();
        start();
        assertEquals(3, world.asked("DELETE", "/public/subscribers/sub1").size());
        assertEquals("Bearer sw_sub_1", last("DELETE", "/sub1").bearer);
        assertNotNull(world.broadcast(UNREGISTER));
        shadowOf(manager()).setNotificationsEnabled(true);
        start();
        grant();
        assertEquals("Bearer sw_sub_1", registration().bearer);
    }

    @Test
    public void registersNothingBeforeNotificationsAreOn() {
        world.installDistributor();
        shadowOf(manager()).setNotificationsEnabled(false);
        start();
        assertEquals(0, world.requests.size());
        assertNull(world.broadcast(PushWorld.REGISTER));
    }

    private void start() {
        new PushPaths(context).start();
        PushWorld.idle();
    }

    private void grant() {
        says("NEW_ENDPOINT", new Intent().putExtra("endpoint", PushWorld.ENDPOINT).putExtra("id", "e1"));
    }

    private void says(String what, Intent with) {
        world.distributorSays(what, with.putExtra("token", world.broadcast(PushWorld.REGISTER).getStringExtra("token")));
    }

    private void answerOfPlayServices(Intent answer) throws RemoteException {
        Messenger messenger = world.broadcast(REQUEST).getParcelableExtra("google.messenger");
        Message message = Message.obtain();
        message.obj = answer;
        messenger.send(message);
        PushWorld.idle();
    }

    private PushWorld.Request registration() {
        return last("POST", "/subscribers");
    }

    private PushWorld.Request last(String method, String end) {
        java.util.List<PushWorld.Request> found = world.asked(method, end);
        return found.get(found.size() - 1);
    }

    private static String entry(String id, String sentAt, String tag) {
        return "{\"id\":\"" + id + "\",\"sent_at\":\"" + sentAt + "\",\"message\":{\"title\":\"T\",\"body\":\"B\","
                + "\"tag\":\"" + tag + "\",\"receipt\":\"https://push.example.com/public/t/" + id + "/delivered\"}}";
    }

    private boolean isPolling() {
        return !scheduler().getAllPendingJobs().isEmpty();
    }

    private JobScheduler scheduler() {
        return (JobScheduler) context.getSystemService(Context.JOB_SCHEDULER_SERVICE);
    }

    private NotificationManager manager() {
        return (NotificationManager) context.getSystemService(Context.NOTIFICATION_SERVICE);
    }
}
