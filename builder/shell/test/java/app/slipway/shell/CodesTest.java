package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.AlertDialog;
import android.app.NotificationManager;
import android.content.Context;
import android.content.DialogInterface;
import android.content.Intent;
import android.net.Uri;
import android.os.Build;
import android.view.View;
import android.webkit.WebView;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.Before;
import org.junit.Test;
import org.robolectric.Robolectric;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowActivity.PermissionsRequest;
import org.robolectric.shadows.ShadowAlertDialog;

/** The link of a channel's code opens the app, or is tapped in it: it is redeemed, and the person is told. */
public final class CodesTest extends OpenedInWorld {
    private static final String CODE = PushCallsTest.CODE;
    private static final String OTHER = CODE.replace('Q', 'R');
    private static final String LINK = "https://push.example.com/qrcode/" + CODE;
    private static final String SUBSCRIPTIONS = "push.example.com/public/subscribers/me/subscriptions";
    private static final String SUBSCRIBED = "You get the notifications of \u2068Orders\u2069.";
    private static final String POST_NOTIFICATIONS = "android.permission.POST_NOTIFICATIONS";

    @Before
    public void begin() {
        ShadowAlertDialog.reset();
        world.answer("GET " + SUBSCRIPTIONS, 200, "{\"data\":[]}");
        answerCode(CODE, 201, "{\"data\":" + subscription("Orders") + "}");
        world.answer("DELETE push.example.com/public/subscriptions/" + PushCallsTest.ID, 200, "{\"message\":\"x\"}");
    }

    @Test
    public void redeemsTheCodeThatItIsOpenedWith() {
        start(view(LINK));
        assertEquals(SUBSCRIBED, said());
        assertEquals("Bearer sw_sub_1", world.last("POST", "/redeem").bearer);
        press(DialogInterface.BUTTON_POSITIVE);
        assertNull(said());
        controller.pause().resume();
        assertNull(said());
        assertEquals(1, redeemed());
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    /** They end what holds the name together, or turn the rest of the sentence. */
    @Test
    public void saysTheNameOfAChannelOnOneLineAndInItsPlace() {
        answerCode(CODE, 201, "{\"data\":" + subscription(" \u2069Ord\u202eers\\n\\t ") + "}");
        come(LINK);
        assertEquals(SUBSCRIBED, said());
        press(DialogInterface.BUTTON_POSITIVE);
        answerCode(OTHER, 201, "{\"data\":" + subscription(" \\u2067 ") + "}");
        come(LINK.replace(CODE, OTHER));
        assertEquals(SUBSCRIBED.replace("Orders", Strings.A_CHANNEL), said());
    }

    @Test
    public void redeemsTheCodeThatComesToTheAppThatIsThere() {
        show(HOME);
        come(LINK + "?utm_source=qr#x");
        assertEquals(SUBSCRIBED, said());
        assertEquals(1, redeemed());
    }

    @Test
    public void registersBeforeItRedeems() {
        world.installDistributor();
        start(view(LINK));
        assertEquals(0, redeemed());
        world.grant();
        assertEquals(1, redeemed());
        assertEquals(SUBSCRIBED, said());
    }

    @Test
    public void leavesAgainWhereThePersonUndoesIt() {
        come(LINK);
        press(DialogInterface.BUTTON_NEGATIVE);
        assertEquals(1, left());
        controller.pause().resume();
        assertEquals(1, left());
        assertNull(said());
    }

    @Test
    public void leavesLaterWhereThePersonUndoesItOffline() {
        come(LINK);
        world.isOnline = false;
        press(DialogInterface.BUTTON_NEGATIVE);
        world.isOnline = true;
        assertEquals(0, left());
        start(new Intent());
        assertEquals(1, left());
        assertEquals(1, redeemed());
    }

    @Test
    public void redeemsNothingAgainFromTheListOfWhatWasOpen() {
        start(view(LINK).addFlags(Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY));
        assertEquals(0, redeemed());
        controller.pause().newIntent(view(LINK).addFlags(Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY)).resume();
        assertEquals(0, redeemed());
    }

    @Test
    public void saysItAnewWhenMadeAnew() {
        start(view(LINK));
        makeAnew();
        assertEquals(SUBSCRIBED, said());
        endAndReturn();
        assertEquals(SUBSCRIBED, said());
        assertEquals(1, redeemed());
        press(DialogInterface.BUTTON_POSITIVE);
        makeAnew();
        assertNull(said());
        assertEquals(1, redeemed());
    }

    @Test
    public void keepsACodeWithoutANetwork() {
        world.isOnline = false;
        come(LINK);
        assertEquals(Strings.CODE_WAITS, said());
        press(DialogInterface.BUTTON_POSITIVE);
        controller.pause().resume();
        assertNull(said()); // once
        world.isOnline = true;
        activity().network.onAvailable(null);
        PushWorld.idle();
        assertEquals(1, redeemed());
        assertEquals(SUBSCRIBED, said());
    }

    @Test
    public void redeemsAtTheNextStartWhatHadNoNetwork() {
        world.isOnline = false;
        come(LINK);
        ShadowAlertDialog.reset();
        world.isOnline = true;
        start(new Intent());
        assertEquals(1, redeemed());
        assertEquals(Strings.CODE_WAITS, said()); // it was not read yet
        press(DialogInterface.BUTTON_POSITIVE);
        assertEquals(SUBSCRIBED, said());
    }

    @Test
    public void givesUpACodeAfterADay() {
        world.isOnline = false;
        come(LINK);
        press(DialogInterface.BUTTON_POSITIVE);
        passADay();
        world.isOnline = true;
        start(new Intent());
        assertEquals(Strings.CODE_TOO_OLD, said());
        assertEquals(0, redeemed());
        press(DialogInterface.BUTTON_POSITIVE);
        start(new Intent());
        assertNull(said());
    }

    @Test
    public void givesUpACodeThatComesFromTheFuture() {
        world.isOnline = false;
        come(LINK);
        press(DialogInterface.BUTTON_POSITIVE);
        age(-Codes.CODE_TIME - 60_000); // the clock was wrong
        controller.pause().resume();
        assertEquals(Strings.CODE_TOO_OLD, said());
    }

    /** By the key or gesture for back. */
    @Test
    public void undoesNothingWherePeopleGoBack() {
        come(LINK);
        ShadowAlertDialog.getLatestAlertDialog().cancel();
        controller.pause().resume();
        assertNull(said());
        assertEquals(0, left());
        areOn(false);
        come(LINK.replace(CODE, OTHER));
        refuseTheQuestion();
        ShadowAlertDialog.getLatestAlertDialog().cancel();
        controller.pause().resume();
        assertNull(said());
        assertEquals(1, redeemed());
    }

    @Test
    public void saysWhatTheApiHasAgainstTheDevice() {
        world.answer("POST push.example.com" + PushWorld.APP + "/subscribers", 422, "{\"message\":\"Too many.\"}");
        come(LINK);
        assertEquals(Strings.CODE_REFUSED + "Too many.", said());
    }

    @Test
    @Config(minSdk = 33)
    public void asksAgainForTheNextCode() {
        areOn(false);
        come(LINK);
        refuseTheQuestion();
        press(DialogInterface.BUTTON_NEGATIVE);
        PermissionsRequest before = shadowOf(activity()).getLastRequestedPermission();
        come(LINK);
        assertNull(said());
        assertNotSame(before, shadowOf(activity()).getLastRequestedPermission());
    }

    /** Nobody is asked for notifications for its sake. */
    @Test
    public void givesUpACodeAfterADayWithoutNotificationsToo() {
        areOn(false);
        come(LINK);
        refuseTheQuestion();
        assertEquals(Strings.NOTIFICATIONS_OFF, said());
        passADay();
        controller.pause().resume();
        assertEquals(Strings.CODE_TOO_OLD, said());
        press(DialogInterface.BUTTON_POSITIVE);
        controller.pause().resume();
        assertNull(said());
    }

    @Test
    public void keepsACodeThatTheApiCannotTakeNow() {
        for (int status : new int[] {429, 500, 503}) {
            answerCode(CODE, status, "{}");
            come(LINK);
            assertEquals(Strings.CODE_WAITS, said());
            press(DialogInterface.BUTTON_POSITIVE);
        }
        answerCode(CODE, 201, "{\"data\":" + subscription("Orders") + "}");
        controller.pause().resume();
        assertEquals(SUBSCRIBED, said());
    }

    /** The API used the code up, but its answer got lost. */
    @Test
    public void knowsByTheListThatALostAnswerWasAYes() {
        answerCode(CODE, 502, "");
        come(LINK);
        assertEquals(Strings.CODE_WAITS, said());
        answerCode(CODE, 404, "{\"message\":\"Not found.\"}");
        world.answer("GET " + SUBSCRIPTIONS, 200, "{\"data\":[" + subscription("Orders") + "]}");
        press(DialogInterface.BUTTON_POSITIVE);
        assertEquals(SUBSCRIBED, said());
    }

    @Test
    public void saysThatACodeWorksNoMore() {
        world.answer("GET " + SUBSCRIPTIONS, 200, "{\"data\":[" + subscription("Orders") + "]}");
        answerCode(CODE, 404, "{\"message\":\"Not found.\",\"error\":\"not_found\"}");
        come(LINK);
        assertEquals(Strings.CODE_USED_UP, said());
        AlertDialog dialog = ShadowAlertDialog.getLatestAlertDialog();
        assertNotEquals(View.VISIBLE, dialog.getButton(DialogInterface.BUTTON_NEGATIVE).getVisibility());
        press(DialogInterface.BUTTON_POSITIVE);
        controller.pause().resume();
        assertEquals(1, redeemed());
        assertNull(said());
    }

    @Test
    public void saysWhatTheApiHasAgainstIt() {
        answerCode(CODE, 422, "{\"message\":\"x\",\"details\":{\"subscriptions\":[\"must not be more than 100 a device\"]}}");
        come(LINK);
        assertEquals(Strings.CODE_REFUSED + "subscriptions must not be more than 100 a device", said());
        press(DialogInterface.BUTTON_POSITIVE);
        controller.pause().resume();
        assertEquals(1, redeemed());
    }

    @Test
    public void tellsOfTwoOneAfterTheOther() {
        answerCode(OTHER, 404, "{}");
        come(LINK);
        come("https://push.example.com/qrcode/" + OTHER);
        assertEquals(SUBSCRIBED, said());
        press(DialogInterface.BUTTON_POSITIVE);
        assertEquals(Strings.CODE_USED_UP, said());
    }

    @Test
    public void offersTheSettingsWhileNotificationsAreOffAndGoesOnAfterwards() {
        areOn(false);
        come(LINK);
        refuseTheQuestion();
        assertEquals(Strings.NOTIFICATIONS_OFF, said());
        press(DialogInterface.BUTTON_POSITIVE);
        Intent settings = shadowOf(activity()).getNextStartedActivity();
        String details = "android.settings.APPLICATION_DETAILS_SETTINGS";
        String own = "android.settings.APP_NOTIFICATION_SETTINGS";
        assertEquals(Build.VERSION.SDK_INT < 26 ? details : own, settings.getAction());
        controller.pause().resume();
        assertEquals(Strings.NOTIFICATIONS_OFF, said()); // back without
        press(DialogInterface.BUTTON_POSITIVE);
        controller.pause();
        areOn(true);
        controller.resume();
        assertEquals(1, redeemed());
        assertEquals(SUBSCRIBED, said());
    }

    @Test
    public void takesTheOfferAwayOnceNotificationsAreOn() {
        areOn(false);
        come(LINK);
        refuseTheQuestion();
        assertEquals(Strings.NOTIFICATIONS_OFF, said());
        controller.pause();
        areOn(true);
        controller.resume();
        assertEquals(SUBSCRIBED, said());
    }

    @Test
    public void leavesACodeUnusedWhereThePersonWantsNoNotifications() {
        areOn(false);
        come(LINK);
        refuseTheQuestion();
        press(DialogInterface.BUTTON_NEGATIVE);
        areOn(true);
        controller.pause().resume();
        assertEquals(0, redeemed());
        assertNull(said());
    }

    @Test
    @Config(minSdk = 33)
    public void asksForThePermissionInContext() {
        areOn(false);
        come(LINK);
        assertNull(said());
        assertEquals(POST_NOTIFICATIONS, asked().get(0));
        controller.pause().resume();
        assertNull(said()); // Android still asks
        assertEquals(0, redeemed());
        areOn(true);
        answerPermissions(POST_NOTIFICATIONS);
        controller.pause().resume();
        assertEquals(1, redeemed());
        assertEquals(SUBSCRIBED, said());
    }

    @Test
    @Config(minSdk = 33)
    public void goesOnWhereItIsMadeAnewWhileAndroidAsks() {
        areOn(false);
        come(LINK);
        PermissionsRequest question = shadowOf(activity()).getLastRequestedPermission();
        makeAnew();
        assertNull(said());
        areOn(true);
        answerPermissions(question, POST_NOTIFICATIONS);
        controller.pause().resume();
        assertEquals(1, redeemed());
        assertEquals(SUBSCRIBED, said());
    }

    @Test
    public void redeemsOnceThoughItComesToTheFrontAgainMeanwhile() {
        Deque<Runnable> later = new ArrayDeque<>();
        Background.executor = later::add;
        come(LINK);
        controller.pause().resume();
        come(LINK);
        while (!later.isEmpty()) later.remove().run();
        assertEquals(1, redeemed());
        assertEquals(SUBSCRIBED, said());
    }

    /** Any app may start the activity, with any address. */
    @Test
    public void redeemsNothingThatIsNotExactlyTheLinkOfACode() {
        String[] wrong = {
            "http://push.example.com/qrcode/" + CODE,
            "https://push.example.com:8443/qrcode/" + CODE,
            "https://push.example.com.evil.example/qrcode/" + CODE,
            "https://evil.example/https://push.example.com/qrcode/" + CODE,
            "https://push.example.com@evil.example/qrcode/" + CODE,
            "https://push.example.com/qrcode/" + CODE + "x",
            "https://push.example.com/qrcode/" + CODE + "/../x",
            "https://push.example.com/qrcode/" + CODE.substring(1),
            "https://push.example.com/qrcode/%51" + CODE.substring(1),
            "https://push.example.com/x/qrcode/" + CODE,
            "https://push.example.com/qrcode/../codes/x/redeem",
            "slipway://push.example.com/qrcode/" + CODE,
            "not an address",
        };
        for (String address : wrong) {
            come(address);
            assertEquals(address, 0, redeemed());
        }
        controller.pause().newIntent(new Intent(Intent.ACTION_MAIN, Uri.parse(LINK))).resume();
        controller.pause().newIntent(new Intent()).resume();
        assertEquals(0, redeemed());
        assertNull(said());
    }

    @Test
    public void redeemsWhatTheUserTapsInAPageOfTheApp() {
        show(HOME);
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(LINK)));
        assertNull(shadowOf(activity()).getNextStartedActivity());
        assertEquals(SUBSCRIBED, said());
        press(DialogInterface.BUTTON_POSITIVE);
        String byButton = "intent://push.example.com/qrcode/" + OTHER + "#Intent;scheme=https;package="
                + activity().getPackageName() + ";S.browser_fallback_url=https%3A%2F%2Fwww.example.com;end";
        assertTrue(client().shouldOverrideUrlLoading(web(), Fakes.tap(byButton)));
        assertEquals(1, world.asked("POST", "/codes/" + OTHER + "/redeem").size());
        assertEquals(HOME, shadow().getLastLoadedUrl());
    }

    /** A page must not subscribe the user to a channel, not by leading out of the app and in again either. */
    @Test
    public void redeemsNothingThatAPageDoesByItselfOrInAFrame() {
        show(HOME);
        String byIntent = LINK.replace("https:", "intent:") + "#Intent;scheme=https;package=org.example.other;end";
        client().shouldOverrideUrlLoading(web(), Fakes.script(LINK));
        assertOnlyABrowserGetsIt();
        client().shouldOverrideUrlLoading(web(), Fakes.script(byIntent));
        assertNull(shadowOf(activity()).getNextStartedActivity());
        client().shouldOverrideUrlLoading(web(), Fakes.frame(LINK)); // stays in the frame, a page as any
        assertNull(shadowOf(activity()).getNextStartedActivity());
        client().shouldOverrideUrlLoading(web(), Fakes.frame(byIntent));
        assertOnlyABrowserGetsIt();
        WebView popup = openWindow(true); // may be a frame's
        client(popup).shouldOverrideUrlLoading(popup, Fakes.tap(LINK));
        assertOnlyABrowserGetsIt();
        show("https://login.example.net/");
        client().shouldOverrideUrlLoading(web(), Fakes.tap(LINK));
        assertOnlyABrowserGetsIt();
        show("http://www.example.com/");
        client().shouldOverrideUrlLoading(web(), Fakes.tap(LINK));
        assertOnlyABrowserGetsIt();
        assertEquals(0, redeemed());
        assertNull(said());
    }

    @Test
    public void takesNoCodeInAnAppWithoutPush() {
        activity().config =
                ShellConfig.parse(
                        "{\"schema\":1,\"url\":\"" + HOME + "\",\"hosts\":[\"www.example.com\"],\"user_agent_suffix\":\"\","
                                + "\"theme_color\":\"#000000\",\"background_color\":\"#000000\",\"fullscreen\":false,"
                                + "\"keep_awake\":false,\"permissions\":[],\"push\":null}");
        CodeQuestion codes = new CodeQuestion(activity());
        codes.opened(view(LINK));
        codes.goOn();
        assertFalse(codes.tapped(LINK));
        assertEquals(0, redeemed());
    }

    @Test
    public void isFoundByTheLinkAndByNoOther() {
        // Robolectric's package manager reads the manifest of the built app.
        assertNotNull(resolved(LINK));
        assertNull(resolved("https://push.example.com/other/" + CODE));
        assertNull(resolved("https://other.example.com/qrcode/" + CODE));
    }

    private Object resolved(String address) {
        Intent intent = view(address).addCategory(Intent.CATEGORY_BROWSABLE).setComponent(null);
        return activity().getPackageManager().resolveActivity(intent.setPackage(activity().getPackageName()), 0);
    }

    private void passADay() {
        age(Codes.CODE_TIME + 1000);
    }

    /** The code that waits came that much earlier, ms. */
    private void age(long time) {
        PushStore store = new PushStore(activity());
        String came = store.get(PushStore.CODES).split("\t")[1];
        String before = String.valueOf(Long.parseLong(came) - time);
        store.set(PushStore.CODES, store.get(PushStore.CODES).replace(came, before));
    }

    private void assertOnlyABrowserGetsIt() {
        Intent sent = shadowOf(activity()).getNextStartedActivity();
        assertEquals(LINK, sent.getDataString());
        assertNull(sent.getPackage());
        assertTrue(sent.getSelector().hasCategory(Intent.CATEGORY_APP_BROWSER));
    }

    /** The app is started by this intent, as the first thing of its process. */
    private void start(Intent intent) {
        controller.pause().stop().destroy();
        ShadowAlertDialog.reset();
        controller = Robolectric.buildActivity(MainActivity.class, intent).setup();
        PushWorld.idle();
    }

    /** Another app opens this address while the app is there: Android pauses it first. */
    private void come(String address) {
        controller.pause().newIntent(view(address)).resume();
        PushWorld.idle();
    }

    private Intent view(String address) {
        return new Intent(Intent.ACTION_VIEW, Uri.parse(address), activity(), MainActivity.class);
    }

    /** From API 33 on, Android's question comes before the offer. */
    private void refuseTheQuestion() {
        if (Build.VERSION.SDK_INT < 33) return;
        answerPermissions();
        controller.pause().resume();
    }


    /** What is said at the moment, or null. */
    private String said() {
        PushWorld.idle();
        AlertDialog dialog = ShadowAlertDialog.getLatestAlertDialog();
        return dialog == null || !dialog.isShowing() ? null : shadowOf(dialog).getMessage().toString();
    }

    private void press(int button) {
        ShadowAlertDialog.getLatestAlertDialog().getButton(button).performClick();
        PushWorld.idle();
    }

    private void areOn(boolean on) {
        Object manager = activity().getSystemService(Context.NOTIFICATION_SERVICE);
        shadowOf((NotificationManager) manager).setNotificationsEnabled(on);
    }

    private void answerCode(String code, int status, String body) {
        world.answer("POST push.example.com/public/codes/" + code + "/redeem", status, body);
    }

    private static String subscription(String name) {
        return "{\"id\":\"" + PushCallsTest.ID + "\",\"channel\":\"c1\",\"name\":\"" + name + "\",\"mute\":false}";
    }

    private int redeemed() {
        return world.asked("POST", "/redeem").size();
    }

    private int left() {
        return world.asked("DELETE", "/subscriptions/" + PushCallsTest.ID).size();
    }
}
