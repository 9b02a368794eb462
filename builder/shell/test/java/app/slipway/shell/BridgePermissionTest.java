package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.AlertDialog;
import android.app.NotificationManager;
import android.content.Context;
import java.io.IOException;
import java.util.Collections;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.fakes.RoboWebMessagePort;
import org.robolectric.shadows.ShadowActivity.PermissionsRequest;
import org.robolectric.shadows.ShadowAlertDialog;

/** The user is asked about notifications when a page needs them, and how things stand before and after. */
public final class BridgePermissionTest extends Bridged {
    private static final String NOTIFICATIONS = PermissionRules.POST_NOTIFICATIONS;
    /** The calls that ask. */
    private static final String[] ASKING = {"push.subscribe", "channels.redeem"};

    private final PushWorld world = new PushWorld();
    private RoboWebMessagePort port = null;

    @Before
    public void begin() throws IOException {
        world.before();
        switchNotifications(activity(), false);
        port = bridge(HOME);
    }

    @After
    public void end() {
        world.after();
    }

    static void switchNotifications(Context context, boolean on) {
        Object manager = context.getSystemService(Context.NOTIFICATION_SERVICE);
        shadowOf((NotificationManager) manager).setNotificationsEnabled(on);
    }

    @Test
    public void tellsThatNotificationsAreOn() {
        switchNotifications(activity(), true);
        assertEquals("granted", permission());
        ask("push.subscribe");
        assertEquals(1, port.getReceivedMessages().size() - 1);
        assertNull(question());
    }

    @Test
    @Config(maxSdk = 31)
    public void asksNothingWhereAndroidKnowsNoSuchQuestion() {
        assertEquals("denied", permission());
        for (String call : ASKING) {
            int before = port.getReceivedMessages().size();
            ask(call);
            assertEquals(before + 1, port.getReceivedMessages().size());
        }
        assertNull(question());
    }

    @Test
    @Config(minSdk = 33)
    public void asksByAndroidInTheMidstOfACall() {
        for (String call : ASKING) {
            port = bridge(SECOND);
            assertEquals("default", permission());
            ask(call);
            assertEquals(1, port.getReceivedMessages().size());
            assertEquals(Collections.singletonList(NOTIFICATIONS), asked());
            answerPermissions(); // no, for now: Android would ask once more
            shadowOf(activity().getPackageManager()).setShouldShowRequestPermissionRationale(NOTIFICATIONS, true);
            heard(port, 1);
        }
    }

    @Test
    @Config(minSdk = 33)
    public void goesOnOnceGranted() {
        ask("push.subscribe");
        switchNotifications(activity(), true);
        answerPermissions(NOTIFICATIONS);
        heard(port, 0);
        assertEquals("granted", permission());
    }

    @Test
    @Config(minSdk = 33)
    public void asksAgainAfterOneRefusalAndNeverAfterTheSecond() {
        ask("push.subscribe");
        shadowOf(activity().getPackageManager()).setShouldShowRequestPermissionRationale(NOTIFICATIONS, true);
        answerPermissions();
        heard(port, 0);
        assertEquals("default", permission());
        PermissionsRequest first = question();
        ask("push.subscribe");
        assertFalse(first == question());
        shadowOf(activity().getPackageManager()).setShouldShowRequestPermissionRationale(NOTIFICATIONS, false);
        answerPermissions();
        heard(port, 2);
        assertEquals("denied", permission());
        PermissionsRequest second = question();
        ask("push.subscribe");
        assertEquals(second, question());
        heard(port, 4);
        endAndReturn();
        switchNotifications(activity(), false);
        port = bridge(HOME);
        assertEquals("denied", permission());
    }

    /** In the settings, before it was ever asked: Android asks once more, and that is the last time. */
    @Test
    @Config(minSdk = 33)
    public void countsTheSwitchInTheSettingsAsARefusal() {
        shadowOf(activity().getPackageManager()).setShouldShowRequestPermissionRationale(NOTIFICATIONS, true);
        assertEquals("default", permission());
        ask("push.subscribe");
        shadowOf(activity().getPackageManager()).setShouldShowRequestPermissionRationale(NOTIFICATIONS, false);
        answerPermissions();
        heard(port, 1);
        assertEquals("denied", permission());
    }

    /** The permission is there, but the user has switched notifications off. */
    @Test
    @Config(minSdk = 33)
    public void asksNothingThatIsGranted() {
        shadowOf(application()).grantPermissions(NOTIFICATIONS);
        assertEquals("denied", permission());
        ask("push.subscribe");
        heard(port, 1);
        assertNull(question());
    }

    @Test
    @Config(minSdk = 33)
    public void asksOnceForAllCallsThatWait() {
        ask("push.subscribe");
        PermissionsRequest first = question();
        ask("channels.redeem");
        assertEquals(first, question());
        answerPermissions();
        idle();
        assertEquals(2, port.getReceivedMessages().size());
        assertEquals(first, question());
    }

    /** The answer comes to the activity after; the page that waited is gone. */
    @Test
    @Config(minSdk = 33)
    public void forgetsTheCallWhenTheActivityIsMadeAnewMeanwhile() {
        ask("push.subscribe");
        PermissionsRequest question = question();
        makeAnew();
        RoboWebMessagePort after = bridge(HOME);
        answerPermissions(question, NOTIFICATIONS);
        switchNotifications(activity(), true);
        idle();
        assertEquals(Collections.emptyList(), port.getReceivedMessages());
        assertEquals(Collections.emptyList(), after.getReceivedMessages());
        port = after;
        assertEquals("granted", permission());
    }

    @Test
    @Config(minSdk = 33)
    public void answersNoPageThatIsGoneMeanwhile() {
        ask("push.subscribe");
        RoboWebMessagePort after = bridge(SECOND);
        answerPermissions();
        idle();
        assertEquals(Collections.emptyList(), port.getReceivedMessages());
        assertEquals(Collections.emptyList(), after.getReceivedMessages());
    }

    /** Android's own question takes the place of the app's. */
    @Test
    @Config(minSdk = 33)
    public void putsOneQuestionAtATime() {
        go(HOME);
        activity().onUserInteraction();
        go(SECOND);
        window().run().finds(NONE);
        port = window().port();
        AlertDialog own = ShadowAlertDialog.getLatestAlertDialog();
        ask("push.subscribe");
        assertFalse(own.isShowing());
        answerPermissions();
        heard(port, 0);
        go(HOME);
        assertEquals(own, ShadowAlertDialog.getLatestAlertDialog());
    }

    @Test
    public void asksNothingInAnAppWithoutPush() {
        activity().config = Fakes.config(HOME, "null");
        assertEquals("unsupported", permission());
        for (String call : ASKING) {
            int before = port.getReceivedMessages().size();
            ask(call);
            assertTrue(heard(port, before).containsKey("error"));
        }
        assertNull(question());
    }

    private Object permission() {
        return call(port, "push.permission", "null").get("value");
    }

    private void ask(String call) {
        say(port, "{\"id\":8,\"call\":\"" + call + "\",\"with\":{\"code\":\"abcdefghijklmnopqrstuv\"}}");
    }

    /** The last question that Android put to the user, or null. */
    private PermissionsRequest question() {
        return shadowOf(activity()).getLastRequestedPermission();
    }
}
