package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.Manifest;
import android.app.AlertDialog;
import android.content.DialogInterface;
import android.os.Looper;
import android.webkit.PermissionRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowAlertDialog;

/** Camera, microphone, location and notifications: who may have them, and who is asked. */
public final class GrantsTest extends Opened {
    private static final String ORIGIN = "https://www.example.com/";
    private static final String STRANGER = "https://other.example.org/";
    private static final String RETURN = "https://login.example.com/";
    private static final String CAMERA = PermissionRequest.RESOURCE_VIDEO_CAPTURE;
    private static final String MICROPHONE = PermissionRequest.RESOURCE_AUDIO_CAPTURE;
    private static final String MEDIA = PermissionRequest.RESOURCE_PROTECTED_MEDIA_ID;
    private static final List<String> NOTHING = Collections.emptyList();

    @Test
    public void asksTheUserBeforeAPageGetsTheCamera() {
        asksBeforeItGrants(CAMERA, Manifest.permission.CAMERA);
    }

    @Test
    public void asksTheUserBeforeAPageGetsTheMicrophone() {
        asksBeforeItGrants(MICROPHONE, Manifest.permission.RECORD_AUDIO);
    }

    private void asksBeforeItGrants(String resource, String permission) {
        Fakes.Question question = ask(ORIGIN, resource);
        assertNull(question.granted);
        assertEquals(Collections.singletonList(permission), asked());
        answerPermissions(permission);
        assertEquals(Collections.singletonList(resource), question.granted);
    }

    @Test
    public void doesNotAskTwiceForWhatTheUserGave() {
        shadowOf(application()).grantPermissions(Manifest.permission.CAMERA);
        Fakes.Question question = ask(ORIGIN, CAMERA);
        assertEquals(Collections.singletonList(CAMERA), question.granted);
        assertNull(shadowOf(activity()).getLastRequestedPermission());
    }

    @Test
    public void takesANoForANo() {
        Fakes.Question question = ask(ORIGIN, CAMERA);
        answerPermissions();
        assertEquals(NOTHING, question.granted);
    }

    @Test
    public void givesThePartThatTheUserGave() {
        Fakes.Question question = ask(ORIGIN, CAMERA, MICROPHONE);
        assertEquals(Arrays.asList(Manifest.permission.CAMERA, Manifest.permission.RECORD_AUDIO), asked());
        answerPermissions(Manifest.permission.RECORD_AUDIO);
        assertEquals(Collections.singletonList(MICROPHONE), question.granted);
    }

    @Test
    public void asksOneQuestionAfterTheOther() {
        Fakes.Question first = ask(ORIGIN, CAMERA);
        Fakes.Question second = ask(ORIGIN, MICROPHONE);
        assertEquals(Collections.singletonList(Manifest.permission.CAMERA), asked());
        answerPermissions(Manifest.permission.CAMERA);
        assertEquals(Collections.singletonList(CAMERA), first.granted);
        assertNull(second.granted);
        assertEquals(Collections.singletonList(Manifest.permission.RECORD_AUDIO), asked());
        answerPermissions();
        assertEquals(NOTHING, second.granted);
    }

    @Test
    public void givesNothingToOtherHosts() {
        shadowOf(application()).grantPermissions(Manifest.permission.CAMERA);
        assertEquals(NOTHING, ask(STRANGER, CAMERA).granted);
        assertEquals(NOTHING, ask("http://www.example.com/", CAMERA).granted);
        assertEquals(NOTHING, ask("http://plain.example/", CAMERA).granted);
    }

    /** A host that links lead back from is inside for its pages alone. */
    @Test
    public void givesNothingToReturnHosts() {
        shadowOf(application()).grantPermissions(Manifest.permission.CAMERA, Manifest.permission.ACCESS_FINE_LOCATION);
        assertEquals(NOTHING, ask(RETURN, CAMERA, MICROPHONE, MEDIA).granted);
        assertFalse(askWhere(RETURN).allowed);
        assertNull(shadowOf(activity()).getLastRequestedPermission());
    }

    @Test
    public void givesNothingThatIsNotConfigured() {
        assertEquals(NOTHING, ask(ORIGIN, PermissionRequest.RESOURCE_MIDI_SYSEX).granted);
        openAs("light.apk");
        assertEquals(NOTHING, ask(ORIGIN, CAMERA, MICROPHONE, MEDIA).granted);
        assertFalse(askWhere(ORIGIN).allowed);
        assertNull(shadowOf(activity()).getLastRequestedPermission());
    }

    @Test
    public void givesProtectedMediaToPagesOfTheAppAloneAndAsksNobody() {
        assertEquals(Collections.singletonList(MEDIA), ask(ORIGIN, MEDIA).granted);
        assertEquals(NOTHING, ask(STRANGER, MEDIA).granted);
        assertEquals(NOTHING, ask("http://www.example.com/", MEDIA).granted);
        assertNull(shadowOf(activity()).getLastRequestedPermission());
        Fakes.Question both = ask(ORIGIN, CAMERA, MEDIA);
        answerPermissions();
        assertEquals(Collections.singletonList(MEDIA), both.granted);
    }

    @Test
    public void asksTheUserWhereTheDeviceIs() {
        Fakes.Place place = askWhere(ORIGIN);
        assertNull(place.allowed);
        String fine = Manifest.permission.ACCESS_FINE_LOCATION;
        String coarse = Manifest.permission.ACCESS_COARSE_LOCATION;
        assertEquals(Arrays.asList(fine, coarse), asked());
        answerPermissions(coarse);
        assertTrue(place.allowed);
        assertFalse(place.retained);
        assertTrue(askWhere(ORIGIN).allowed); // about where is enough
    }

    @Test
    public void tellsNoOtherHostWhereTheDeviceIs() {
        shadowOf(application()).grantPermissions(Manifest.permission.ACCESS_FINE_LOCATION);
        assertFalse(askWhere(STRANGER).allowed);
    }

    @Test
    @Config(minSdk = 33)
    public void asksAboutNotificationsWhenTheUserHasGoneToAnotherPage() {
        go(HOME);
        assertNull(ShadowAlertDialog.getLatestAlertDialog());
        activity().onUserInteraction();
        go(SECOND);
        AlertDialog question = ShadowAlertDialog.getLatestAlertDialog();
        assertEquals(Strings.NOTIFICATIONS_QUESTION, shadowOf(question).getMessage().toString());
        press(question, DialogInterface.BUTTON_POSITIVE);
        assertEquals(Collections.singletonList(Manifest.permission.POST_NOTIFICATIONS), asked());
    }

    @Test
    @Config(minSdk = 33)
    public void asksAboutNotificationsOnce() {
        go(HOME);
        activity().onUserInteraction();
        go(SECOND);
        press(ShadowAlertDialog.getLatestAlertDialog(), DialogInterface.BUTTON_NEGATIVE);
        ShadowAlertDialog.reset();
        go(HOME);
        makeAnew();
        activity().onUserInteraction();
        go(SECOND);
        assertNull(ShadowAlertDialog.getLatestAlertDialog());
        assertNull(shadowOf(activity()).getLastRequestedPermission());
    }

    @Test
    @Config(maxSdk = 32)
    public void asksNothingAboutNotificationsBeforeApi33() {
        go(HOME);
        activity().onUserInteraction();
        go(SECOND);
        assertNull(ShadowAlertDialog.getLatestAlertDialog());
    }

    private Fakes.Question ask(String origin, String... resources) {
        show(HOME);
        Fakes.Question question = new Fakes.Question(origin, resources);
        chrome().onPermissionRequest(question);
        return question;
    }

    private Fakes.Place askWhere(String origin) {
        Fakes.Place place = new Fakes.Place();
        chrome().onGeolocationPermissionsShowPrompt(origin, place);
        return place;
    }

    private static void press(AlertDialog dialog, int button) {
        dialog.getButton(button).performClick();
        shadowOf(Looper.getMainLooper()).idle();
    }
}
