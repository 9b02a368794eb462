package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.AlertDialog;
import android.app.NotificationManager;
import android.content.Context;
import android.content.Intent;
import android.net.Uri;
import android.os.Build;
import org.junit.Before;
import org.robolectric.Robolectric;
import org.robolectric.shadows.ShadowAlertDialog;

/** What tests of channel codes begin with: an API that takes one code, and a device without subscriptions. */
public abstract class OpenedForCodes extends OpenedInWorld {
    static final String CODE = PushCallsTest.CODE;
    static final String OTHER = CODE.replace('Q', 'R');
    static final String LINK = "https://push.example.com/qrcode/" + CODE;
    static final String SUBSCRIPTIONS = "push.example.com/public/subscribers/me/subscriptions";
    static final String SUBSCRIBED = "You get the notifications of \u2068Orders\u2069.";
    static final String POST_NOTIFICATIONS = "android.permission.POST_NOTIFICATIONS";

    @Before
    public void begin() {
        ShadowAlertDialog.reset();
        world.answer("GET " + SUBSCRIPTIONS, 200, "{\"data\":[]}");
        answerCode(CODE, 201, "{\"data\":" + subscription("Orders") + "}");
        world.answer("DELETE push.example.com/public/subscriptions/" + PushCallsTest.ID, 200, "{\"message\":\"x\"}");
    }

    Object resolved(String address) {
        Intent intent = view(address).addCategory(Intent.CATEGORY_BROWSABLE).setComponent(null);
        return activity().getPackageManager().resolveActivity(intent.setPackage(activity().getPackageName()), 0);
    }

    void passADay() {
        age(Codes.CODE_TIME + 1000);
    }

    /** The code that waits came that much earlier, ms. */
    void age(long time) {
        PushStore store = new PushStore(activity());
        String came = store.get(PushStore.CODES).split("\t")[1];
        String before = String.valueOf(Long.parseLong(came) - time);
        store.set(PushStore.CODES, store.get(PushStore.CODES).replace(came, before));
    }

    void assertOnlyABrowserGetsIt() {
        Intent sent = shadowOf(activity()).getNextStartedActivity();
        assertEquals(LINK, sent.getDataString());
        assertNull(sent.getPackage());
        assertTrue(sent.getSelector().hasCategory(Intent.CATEGORY_APP_BROWSER));
    }

    /** The app is started by this intent, as the first thing of its process. */
    void start(Intent intent) {
        controller.pause().stop().destroy();
        ShadowAlertDialog.reset();
        controller = Robolectric.buildActivity(MainActivity.class, intent).setup();
        PushWorld.idle();
    }

    /** Another app opens this address while the app is there: Android pauses it first. */
    void come(String address) {
        controller.pause().newIntent(view(address)).resume();
        PushWorld.idle();
    }

    Intent view(String address) {
        return new Intent(Intent.ACTION_VIEW, Uri.parse(address), activity(), MainActivity.class);
    }

    /** From API 33 on, Android's question comes before the offer. */
    void refuseTheQuestion() {
        if (Build.VERSION.SDK_INT < 33) return;
        answerPermissions();
        controller.pause().resume();
    }


    /** What is said at the moment, or null. */
    String said() {
        PushWorld.idle();
        AlertDialog dialog = ShadowAlertDialog.getLatestAlertDialog();
        return dialog == null || !dialog.isShowing() ? null : shadowOf(dialog).getMessage().toString();
    }

    void press(int button) {
        ShadowAlertDialog.getLatestAlertDialog().getButton(button).performClick();
        PushWorld.idle();
    }

    void areOn(boolean on) {
        Object manager = activity().getSystemService(Context.NOTIFICATION_SERVICE);
        shadowOf((NotificationManager) manager).setNotificationsEnabled(on);
    }

    void answerCode(String code, int status, String body) {
        world.answer("POST push.example.com/public/codes/" + code + "/redeem", status, body);
    }

    static String subscription(String name) {
        return "{\"id\":\"" + PushCallsTest.ID + "\",\"channel\":\"c1\",\"name\":\"" + name + "\",\"mute\":false}";
    }

    int redeemed() {
        return world.asked("POST", "/redeem").size();
    }

    int left() {
        return world.asked("DELETE", "/subscriptions/" + PushCallsTest.ID).size();
    }
}
