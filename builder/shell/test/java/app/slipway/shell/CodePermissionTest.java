package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.robolectric.Shadows.shadowOf;

import android.content.DialogInterface;
import android.content.Intent;
import android.os.Build;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowActivity.PermissionsRequest;

/** A code while notifications are off, or have not been asked about. */
public final class CodePermissionTest extends OpenedForCodes {
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
}
