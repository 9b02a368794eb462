package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertNull;
import static org.robolectric.Shadows.shadowOf;

import android.app.AlertDialog;
import android.content.DialogInterface;
import android.content.Intent;
import android.view.View;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowActivity.PermissionsRequest;
import org.robolectric.shadows.ShadowAlertDialog;

/** The link of a channel's code opens the app: it is redeemed, or kept, and the person is told. */
public final class CodesTest extends OpenedForCodes {
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
}
