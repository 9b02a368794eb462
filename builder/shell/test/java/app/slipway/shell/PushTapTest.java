package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.AlertDialog;
import android.app.Notification;
import android.app.NotificationManager;
import android.content.Context;
import android.content.DialogInterface;
import android.content.Intent;
import org.junit.Test;
import org.robolectric.Robolectric;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowAlertDialog;

/** A tap on a notification leads to its page, whether the app is there or not; and the question that comes before. */
public final class PushTapTest extends OpenedInWorld {
    private static final String INSIDE = "https://www.example.com/order?id=1";
    private static final String PROMPT = "We tell you when your order is ready.";

    @Test
    public void opensAPageInsideInTheAppThatIsThere() {
        show(HOME);
        controller.newIntent(tapped(notified(INSIDE), -1));
        assertEquals(INSIDE, shadow().getLastLoadedUrl());
        assertNull(shadowOf(activity()).getNextStartedActivity());
        assertEquals(1, world.asked("POST", "/t/abc/clicked").size());
    }

    @Test
    public void opensItInPlaceOfWindowsThatPagesOpened() {
        show(HOME);
        openWindow(true);
        assertEquals(2, windows());
        controller.newIntent(tapped(notified(INSIDE), -1));
        assertEquals(1, windows());
        assertEquals(INSIDE, shadow().getLastLoadedUrl());
    }

    @Test
    public void opensAPageInsideAtItsStart() {
        start(tapped(notified(INSIDE), -1));
        assertEquals(INSIDE, shadow().getLastLoadedUrl());
        assertEquals(1, world.asked("POST", "/t/abc/clicked").size());
    }

    /** Its address is the owner's, as the start page's is. */
    @Test
    public void staysWhereTheSiteLeadsFromThere() {
        start(tapped(notified(INSIDE), -1));
        assertFalse(client().shouldOverrideUrlLoading(web(), Fakes.redirect("https://m.example.org/order?id=1")));
        assertNull(shadowOf(activity()).getNextStartedActivity());
    }

    @Test
    public void opensAnotherHostInTheBrowser() {
        show(HOME);
        controller.newIntent(tapped(notified(OUTSIDE), -1));
        assertEquals(OUTSIDE, shadowOf(activity()).getNextStartedActivity().getDataString());
        assertEquals(HOME, shadow().getLastLoadedUrl());
        start(tapped(notified(OUTSIDE), -1));
        assertEquals(OUTSIDE, shadowOf(activity()).getNextStartedActivity().getDataString());
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    @Test
    public void opensInTheBrowserWhereTheStartPageLedAlone() {
        assertFalse(client().shouldOverrideUrlLoading(web(), Fakes.redirect(OUTSIDE)));
        show(OUTSIDE);
        controller.newIntent(tapped(notified(OUTSIDE + "2"), -1));
        assertEquals(OUTSIDE + "2", shadowOf(activity()).getNextStartedActivity().getDataString());
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    @Test
    public void opensATabForAHostOfTabs() {
        show(HOME);
        String page = "https://accounts.example.net/x";
        controller.newIntent(tapped(notified(page), -1));
        Intent tab = shadowOf(activity()).getNextStartedActivity();
        assertEquals(page, tab.getDataString());
        assertTrue(tab.hasExtra("android.support.customtabs.extra.SESSION"));
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    @Test
    public void opensNothingOfWhatNoPageMayOpen() {
        show(HOME);
        for (String url : new String[] {"javascript:alert(1)", "file:///data/x", "content://x/y", "not an address"}) {
            controller.newIntent(tapped(notified(url), -1));
            assertEquals(HOME, shadow().getLastLoadedUrl());
            assertNull(shadowOf(activity()).getNextStartedActivity());
        }
    }

    @Test
    public void opensTheAppWhereThereIsNoAddress() {
        show(HOME);
        controller.newIntent(tapped(notified(null), -1));
        assertEquals(HOME, shadow().getLastLoadedUrl());
        start(tapped(notified(null), -1));
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    @Test
    public void opensAButtonsOwnAddressAndClosesTheNotification() {
        show(HOME);
        Notification shown = notified(INSIDE);
        controller.newIntent(tapped(shown, 0));
        assertEquals("https://shop.example.com/buy", shadow().getLastLoadedUrl());
        assertEquals("push.example.com/public/t/abc/clicked?action=buy", world.asked("POST", "/clicked").get(0).place);
        assertNull(shadowOf(manager()).getNotification("t1", Notifier.ID));
    }

    @Test
    public void keepsTheReportOfATapWhileItIsOffline() {
        show(HOME);
        Intent tap = tapped(notified(INSIDE), -1);
        world.isOnline = false;
        controller.newIntent(tap);
        world.isOnline = true;
        assertEquals(0, world.asked("POST", "/t/abc/clicked").size());
        Receipts.send(activity());
        assertEquals(1, world.asked("POST", "/t/abc/clicked").size());
    }

    /** Any app may start the activity, and write what it likes into the intent. */
    @Test
    public void obeysNoTapThatIsForged() {
        show(HOME);
        notified(INSIDE);
        Intent forged = new Intent(activity(), MainActivity.class);
        forged.putExtra("app.slipway.url", INSIDE).putExtra("app.slipway.clicked", "https://push.example.com/x/clicked");
        for (String secret : new String[] {null, "", "guessed"}) {
            controller.newIntent(new Intent(forged).putExtra("app.slipway.secret", secret));
            assertEquals(HOME, shadow().getLastLoadedUrl());
        }
        controller.newIntent(new Intent(forged).putExtra("app.slipway.secret", 7));
        assertEquals(0, world.asked("POST", "/clicked").size());
    }

    /** The user comes back to the app later, by the list of what was open; or Android made the activity anew. */
    @Test
    public void obeysATapOnce() {
        Intent tap = tapped(notified(INSIDE), -1);
        start(tap);
        show(INSIDE);
        go(SECOND);
        int told = world.asked("POST", "/clicked").size();
        makeAnew();
        assertEquals(told, world.asked("POST", "/clicked").size());
        start(new Intent(tap).addFlags(Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY));
        assertEquals(HOME, shadow().getLastLoadedUrl());
        assertEquals(told, world.asked("POST", "/clicked").size());
    }

    @Test
    @Config(minSdk = 33)
    public void asksAtItsFirstStartAfterTheOwnersSentence() {
        notificationsOf(PROMPT).onStarted();
        AlertDialog asked = ShadowAlertDialog.getLatestAlertDialog();
        assertEquals(PROMPT, shadowOf(asked).getMessage().toString());
        asked.getButton(DialogInterface.BUTTON_POSITIVE).performClick();
        PushWorld.idle();
        assertEquals("android.permission.POST_NOTIFICATIONS", asked().get(0));
    }

    @Test
    @Config(minSdk = 33)
    public void asksNothingAtItsStartWithoutASentence() {
        notificationsOf(null).onStarted();
        assertNull(ShadowAlertDialog.getLatestAlertDialog());
    }

    @Test
    @Config(minSdk = 33)
    public void asksOnceEver() {
        notificationsOf(PROMPT).onStarted();
        ShadowAlertDialog.getLatestAlertDialog().getButton(DialogInterface.BUTTON_NEGATIVE).performClick();
        PushWorld.idle();
        ShadowAlertDialog.reset();
        notificationsOf(PROMPT).onStarted();
        assertNull(ShadowAlertDialog.getLatestAlertDialog());
    }

    @Test
    public void registersWhenItComesToTheFrontAndNotificationsAreOn() {
        shadowOf(manager()).setNotificationsEnabled(false);
        start(new Intent());
        assertEquals(0, world.asked("GET", "/keys").size());
        shadowOf(manager()).setNotificationsEnabled(true); // as by the question, or in the settings
        controller.pause().resume();
        assertEquals(1, world.asked("GET", "/keys").size());
        controller.pause().resume();
        assertEquals(1, world.asked("GET", "/keys").size());
        start(new Intent());
        assertEquals(2, world.asked("GET", "/keys").size());
    }

    @Test
    public void sendsReceiptsWhenThereIsANetworkAgain() {
        world.isOnline = false;
        notified(INSIDE);
        world.isOnline = true;
        new Push(activity()).onOnline();
        assertEquals(1, world.asked("POST", "/t/abc/delivered").size());
    }

    @Test
    public void doesNothingInAnAppWithoutPush() {
        Intent tap = tapped(notified(INSIDE), -1);
        world.requests.clear();
        activity().config = Fakes.config(HOME, "null");
        Push push = new Push(activity());
        push.onResume();
        push.onOnline();
        assertNull(push.tapped(tap));
        assertEquals(0, world.requests.size());
    }

    /** What asks about notifications in an app with this sentence. */
    private NotificationsQuestion notificationsOf(String prompt) {
        MainActivity activity = activity();
        String quoted = prompt == null ? "null" : "\"" + prompt + "\"";
        String push =
                "{\"api_origin\":\"https://push.example.com\",\"app_id\":\"a\",\"public_key\":\"k\","
                        + "\"vapid_public_key\":\"B\",\"play_services\":true,\"poll\":false,\"prompt\":" + quoted + "}";
        activity.config = Fakes.config(HOME, push);
        activity.notifications =
                new NotificationsQuestion(
                        activity, new PermissionRules(activity.config.permissions, false), new Permissions(activity, 2));
        return activity.notifications;
    }

    /** The app is started by this intent, as the first thing of its process. */
    private void start(Intent intent) {
        controller.pause().stop().destroy();
        controller = Robolectric.buildActivity(MainActivity.class, intent).setup();
    }

    private Notification notified(String url) {
        String address = url == null ? "" : "\"url\":\"" + url + "\",";
        Incoming.show(
                activity(),
                PushMessage.of(
                        Json.parse(
                                "{\"title\":\"T\",\"body\":\"B\",\"tag\":\"t1\"," + address
                                        + "\"actions\":[{\"title\":\"Buy\",\"action\":\"buy\","
                                        + "\"url\":\"https://shop.example.com/buy\"}],"
                                        + "\"receipt\":\"https://push.example.com/public/t/abc/delivered\"}")), null);
        Notification shown = shadowOf(manager()).getNotification("t1", Notifier.ID);
        assertNotNull(shown);
        return shown;
    }

    /** The intent of a tap on the notification (-1), or on one of its buttons. */
    private static Intent tapped(Notification shown, int button) {
        return shadowOf(button < 0 ? shown.contentIntent : shown.actions[button].actionIntent).getSavedIntent();
    }

    private NotificationManager manager() {
        return (NotificationManager) activity().getSystemService(Context.NOTIFICATION_SERVICE);
    }
}
