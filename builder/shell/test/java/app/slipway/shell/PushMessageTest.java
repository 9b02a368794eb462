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
import android.app.PendingIntent;
import android.content.Context;
import android.content.Intent;
import android.os.Build;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.shadows.ShadowPowerManager;

/** A message from its bytes to the notification, in a process that is born for it: no activity is there. */
@RunWith(RobolectricTestRunner.class)
public final class PushMessageTest {
    private static final String RECEIPT = "https://push.example.com/public/t/abc/delivered";
    private static final String WHOLE =
            "{\"title\":\"Order\",\"body\":\"Ready.\",\"url\":\"https://www.example.com/order\",\"tag\":\"t1\","
                    + "\"actions\":[{\"title\":\"Map\",\"action\":\"map\",\"url\":\"https://maps.example.org/x\"},"
                    + "{\"title\":\"Close\",\"action\":\"dismiss\"}],"
                    + "\"receipt\":\"" + RECEIPT + "\",\"click\":\"https://push.example.com/public/c/abc\"}";

    private final Application context = RuntimeEnvironment.getApplication();
    private final PushStore store = new PushStore(context);
    @Rule
    public final PushWorld world = new PushWorld();

    @Before
    public void begin() {
        store.set(PushStore.CONNECTION, "token-1");
        store.set(PushStore.DISTRIBUTOR, PushWorld.DISTRIBUTOR);
        store.set(PushStore.INSTANCE, "instance-1");
    }

    @Test
    public void showsAMessageWithAllThatItSays() {
        receive(WHOLE);
        Notification shown = shown("t1");
        assertEquals("Order", shown.extras.getCharSequence(Notification.EXTRA_TITLE).toString());
        assertEquals("Ready.", shown.extras.getCharSequence(Notification.EXTRA_TEXT).toString());
        assertEquals(0xff123456, shown.color);
        assertEquals("ic_notification", context.getResources().getResourceEntryName(shown.getSmallIcon().getResId()));
        assertTrue((shown.flags & Notification.FLAG_AUTO_CANCEL) != 0);
        assertEquals(2, shown.actions.length);
        assertEquals("Map", shown.actions[0].title.toString());
        if (Build.VERSION.SDK_INT >= 26) {
            assertEquals("push", shown.getChannelId());
            assertEquals("Notifications", manager().getNotificationChannel("push").getName().toString());
        }
    }

    @Test
    public void leavesNothingInItsIntentsToOthers() {
        receive(WHOLE);
        Notification shown = shown("t1");
        PendingIntent[] all = {shown.contentIntent, shown.actions[0].actionIntent, shown.actions[1].actionIntent};
        for (PendingIntent one : all) {
            assertTrue((shadowOf(one).getFlags() & PendingIntent.FLAG_IMMUTABLE) != 0);
            assertEquals(context.getPackageName(), shadowOf(one).getSavedIntent().getComponent().getPackageName());
        }
        assertFalse(all[0].equals(all[1]));
        assertTrue(shadowOf(all[0]).isActivityIntent());
        assertTrue(shadowOf(all[2]).isBroadcastIntent());
    }

    @Test
    public void reportsThatItCame() {
        receive(WHOLE);
        assertEquals(1, world.asked("POST", "/public/t/abc/delivered").size());
        assertEquals("", store.get(PushStore.RECEIPTS));
    }

    @Test
    public void keepsReceiptsWhileItIsOffline() {
        world.isOnline = false;
        receive(WHOLE);
        receive(WHOLE.replace("abc", "def").replace("t1", "t2"));
        assertNotNull(shown("t1"));
        world.isOnline = true;
        world.answer("POST push.example.com/public/t/abc/delivered", 503, "");
        Receipts.send(context);
        assertEquals(1, world.asked("POST", "/public/t/def/delivered").size());
        assertEquals(1, LinkQueue.links(store.get(PushStore.RECEIPTS)).size());
        world.answer("POST push.example.com/public/t/abc/delivered", 404, "");
        Receipts.send(context);
        assertEquals("", store.get(PushStore.RECEIPTS));
    }

    @Test
    public void isNotHeldUpByReceiptsThatLeadNowhere() {
        world.answer("POST gone.example.com/public/t/old/delivered", 503, "");
        receive(WHOLE.replace(RECEIPT, "https://gone.example.com/public/t/old/delivered"));
        receive(WHOLE.replace(RECEIPT, "http://plain.example.com/delivered"));
        receive(WHOLE.replace(RECEIPT, "no address"));
        receive(WHOLE);
        assertEquals(1, world.asked("POST", "/public/t/abc/delivered").size());
        assertEquals(1, LinkQueue.links(store.get(PushStore.RECEIPTS)).size());
    }

    @Test
    public void replacesAMessageByALaterOneOfItsTag() {
        receive(WHOLE);
        receive(WHOLE.replace("Ready.", "Gone."));
        receive(WHOLE.replace("t1", "t2"));
        assertEquals(2, shadowOf(manager()).size());
        assertEquals("Gone.", shown("t1").extras.getCharSequence(Notification.EXTRA_TEXT).toString());
    }

    @Test
    public void takesTheOverridesOfAndroid() {
        receive(
                "{\"title\":\"T\",\"body\":\"B\",\"tag\":\"t1\",\"channel_id\":\"news\",\"color\":\"#00ff00\","
                        + "\"priority\":\"HIGH\"}");
        Notification shown = shown("t1");
        assertEquals(0xff00ff00, shown.color);
        if (Build.VERSION.SDK_INT < 26) {
            assertEquals(Notification.PRIORITY_HIGH, shown.priority);
            return;
        }
        assertEquals("news", shown.getChannelId());
        assertEquals(NotificationManager.IMPORTANCE_HIGH, manager().getNotificationChannel("news").getImportance());
    }

    @Test
    public void takesThePriorityAndVisibilityOfTheNotification() {
        String[] priorities = {"PRIORITY_MIN", "priority_low", "PRIORITY_DEFAULT", "PRIORITY_HIGH", "PRIORITY_MAX", "?"};
        int[] levels = {1, 2, 3, 4, 4, 4}; // the last by its other priority
        for (int i = 0; i < levels.length; i++) {
            receive(
                    "{\"title\":\"T\",\"tag\":\"t1\",\"channel_id\":\"c" + i + "\",\"priority\":\"high\","
                            + "\"notification_priority\":\"" + priorities[i] + "\"}");
            Notification shown = shown("t1");
            if (Build.VERSION.SDK_INT >= 26) {
                assertEquals(levels[i], manager().getNotificationChannel("c" + i).getImportance());
            } else {
                assertEquals(levels[i] - 3, shown.priority);
                assertEquals(levels[i] >= 3, (shown.defaults & Notification.DEFAULT_SOUND) != 0);
            }
        }
        String[] names = {"PUBLIC", "private", "SECRET", "?"};
        int[] visibilities = {
            Notification.VISIBILITY_PUBLIC,
            Notification.VISIBILITY_PRIVATE,
            Notification.VISIBILITY_SECRET,
            Notification.VISIBILITY_PRIVATE
        };
        for (int i = 0; i < names.length; i++) {
            receive("{\"title\":\"T\",\"tag\":\"t1\",\"visibility\":\"" + names[i] + "\"}");
            assertEquals(visibilities[i], shown("t1").visibility);
        }
    }

    @Test
    public void showsThePicture() {
        String png =
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
        world.answer("GET img.example.com/p.png", 200, Base64.getDecoder().decode(png));
        receive(WHOLE.replace("\"tag\"", "\"image\":\"https://img.example.com/p.png\",\"tag\""));
        Notification shown = shown("t1");
        assertNotNull(shown.extras.getParcelable(Notification.EXTRA_PICTURE));
        assertTrue((shown.flags & Notification.FLAG_ONLY_ALERT_ONCE) != 0);
    }

    @Test
    public void doesWithoutAPictureThatDoesNotCome() {
        world.answer("GET img.example.com/gone.png", 404, "no");
        world.answer("GET img.example.com/huge.png", 200, new byte[1024 * 1024 + 1]);
        world.answer("GET img.example.com/odd.png", 301, "moved");
        for (String name : new String[] {"gone.png", "huge.png", "odd.png"}) {
            receive(WHOLE.replace("\"tag\"", "\"image\":\"https://img.example.com/" + name + "\",\"tag\""));
            assertNull(name, shown("t1").extras.getParcelable(Notification.EXTRA_PICTURE));
        }
        receive(WHOLE.replace("\"tag\"", "\"image\":\"http://img.example.com/plain.png\",\"tag\""));
        receive(WHOLE.replace("\"tag\"", "\"image\":\"file:///etc/hosts\",\"tag\""));
        assertEquals(0, world.asked("GET", "plain.png").size());
    }

    @Test
    public void passesOverWhatIsNoMessageToIt() throws GeneralSecurityException {
        byte[] whole = Sender.encrypt(WHOLE, store.keys());
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 1);
        byte[][] bodies = {
            null, new byte[0], new byte[86], new byte[200], cut, new byte[1 << 20],
            Sender.encrypt(WHOLE, PushKeys.generate()), Sender.encrypt("no JSON", store.keys()),
            Sender.encrypt("", store.keys()), Sender.encrypt("{\"title\":7}", store.keys()),
        };
        for (byte[] body : bodies) {
            bring("token-1", body);
            context.sendBroadcast(new Intent()); // the process still lives
        }
        assertEquals(0, shadowOf(manager()).size());
        assertEquals(0, world.requests.size());
        bring("token-1", whole);
        assertNotNull(shown("t1"));
    }

    @Test
    public void hearsOnlyWhoKnowsTheToken() {
        bring("token-2", Sender.encrypt(WHOLE, store.keys()));
        bring(null, Sender.encrypt(WHOLE, store.keys()));
        assertEquals(0, shadowOf(manager()).size());
    }

    @Test
    public void acknowledgesToTheDistributor() {
        receive(WHOLE);
        Intent ack = world.broadcast("org.unifiedpush.android.distributor.MESSAGE_ACK");
        assertEquals(PushWorld.DISTRIBUTOR, ack.getPackage());
        assertEquals("token-1", ack.getStringExtra("token"));
        assertEquals("m1", ack.getStringExtra("id"));
    }

    /** Else one that was on its way when the process ended would not come again. */
    @Test
    public void acknowledgesOnceItIsShown() {
        final List<Runnable> later = new ArrayList<>();
        Background.executor = later::add;
        receive(WHOLE);
        assertNull(world.broadcast("org.unifiedpush.android.distributor.MESSAGE_ACK"));
        assertEquals(0, world.requests.size());
        world.onRequest = () -> assertNotNull(world.broadcast("org.unifiedpush.android.distributor.MESSAGE_ACK"));
        for (Runnable one : later) one.run();
        assertTrue(world.requests.size() > 0); // what takes longer comes afterwards
        assertNotNull(world.broadcast("org.unifiedpush.android.distributor.MESSAGE_ACK"));
    }

    @Test
    public void acknowledgesWhatItCannotShowToo() {
        bring("token-1", new byte[] {1, 2, 3});
        assertEquals("m1", world.broadcast("org.unifiedpush.android.distributor.MESSAGE_ACK").getStringExtra("id"));
    }

    @Test
    public void takesAMessageOfPlayServices() {
        Intent intent = new Intent("com.google.android.c2dm.intent.RECEIVE").putExtra("subtype", "wp:instance-1");
        intent.putExtra("rawData", Sender.encrypt(WHOLE, store.keys()));
        new PlayServicesReceiver().onReceive(context, intent);
        assertNotNull(shown("t1"));
        Intent other = new Intent(intent).putExtra("subtype", "wp:other");
        other.putExtra("rawData", Sender.encrypt(WHOLE.replace("t1", "t2"), store.keys()));
        new PlayServicesReceiver().onReceive(context, other);
        assertNull(shown("t2"));
    }

    @Test
    public void closesByTheButtonForIt() {
        receive(WHOLE);
        Intent pressed = shadowOf(shown("t1").actions[1].actionIntent).getSavedIntent();
        new DismissReceiver().onReceive(context, pressed);
        assertNull(shown("t1"));
        assertEquals(0, world.asked("POST", "/clicked").size());
    }

    /** Android calls the receiver on the main thread, where no request may be made. */
    @Test
    public void worksOffTheMainThreadWhileTheDeviceIsAwake() throws InterruptedException {
        final CountDownLatch done = new CountDownLatch(1);
        final List<Boolean> wasAwake = new CopyOnWriteArrayList<>();
        Background.executor =
                work ->
                        new Thread(
                                        () -> {
                                            wasAwake.add(ShadowPowerManager.getLatestWakeLock().isHeld());
                                            work.run();
                                            done.countDown();
                                        })
                                .start();
        receive(WHOLE);
        assertTrue(done.await(30, TimeUnit.SECONDS));
        assertEquals(Collections.singletonList(true), wasAwake);
        assertFalse(ShadowPowerManager.getLatestWakeLock().isHeld());
        assertNotNull(shown("t1"));
        assertEquals(1, world.asked("POST", "/public/t/abc/delivered").size());
    }

    @Test
    public void neitherShowsNorReportsWhereNotificationsAreOff() {
        shadowOf(manager()).setNotificationsEnabled(false);
        receive(WHOLE);
        assertNull(shown("t1"));
        assertEquals(0, world.requests.size());
    }

    private void receive(String text) {
        bring("token-1", Sender.encrypt(text, store.keys()));
    }

    private void bring(String token, byte[] body) {
        Intent intent = new Intent().putExtra("token", token).putExtra("id", "m1").putExtra("bytesMessage", body);
        world.distributorSays("MESSAGE", intent);
    }

    private Notification shown(String tag) {
        return shadowOf(manager()).getNotification(tag, Notifier.ID);
    }

    private NotificationManager manager() {
        return (NotificationManager) context.getSystemService(Context.NOTIFICATION_SERVICE);
    }
}
