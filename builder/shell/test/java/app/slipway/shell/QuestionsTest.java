package app.slipway.shell;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.Manifest;
import android.app.Activity;
import android.app.AlertDialog;
import android.content.DialogInterface;
import android.content.SharedPreferences;
import android.os.Looper;
import android.webkit.PermissionRequest;
import java.util.Arrays;
import java.util.Collections;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;
import org.robolectric.shadows.ShadowActivity;
import org.robolectric.shadows.ShadowAlertDialog;

/** Questions to the user that something comes between: they are asked again, and answers reach who asked. */
public final class QuestionsTest extends Opened {
    private static final String NOTIFICATIONS = Manifest.permission.POST_NOTIFICATIONS;

    /** Refuses a second question as Android does, at once, while the first is before the user. */
    @Implements(Activity.class)
    public static class OneQuestion extends ShadowActivity {
        static int open = 0;
        static boolean isMissing = false;

        @Override
        @Implementation
        protected void requestPermissions(String[] permissions, int code) {
            if (isMissing) throw new android.content.ActivityNotFoundException();
            if (open > 0) {
                Activity activity = org.robolectric.util.ReflectionHelpers.getField(this, "realActivity");
                activity.onRequestPermissionsResult(code, new String[0], new int[0]);
                return;
            }
            open++;
            super.requestPermissions(permissions, code);
        }
    }

    @Test
    @Config(minSdk = 33)
    public void asksAboutNotificationsOnceAnswered() {
        choosePages();
        press(DialogInterface.BUTTON_NEGATIVE);
        choosePages();
        assertNull(question());
        endAndReturn();
        choosePages();
        assertNull(question());
    }

    @Test
    @Config(minSdk = 33)
    public void takesADismissalForAnAnswer() {
        choosePages();
        question().cancel();
        idle();
        choosePages();
        assertNull(question());
    }

    @Test
    @Config(minSdk = 33)
    public void asksAboutNotificationsAgainWhenMadeAnew() {
        choosePages();
        AlertDialog before = question();
        assertNotNull(before);
        makeAnew();
        assertFalse(before.isShowing());
        assertNotNull(question());
        assertNotSame(before, question());
        press(DialogInterface.BUTTON_POSITIVE);
        assertEquals(Collections.singletonList(NOTIFICATIONS), asked());
        answerPermissions();
        makeAnew();
        choosePages();
        assertNull(question());
    }

    @Test
    @Config(minSdk = 33)
    public void asksAboutNotificationsAgainInAProcessAfter() {
        choosePages();
        AlertDialog before = question();
        endAndReturn();
        assertNotNull(question());
        assertNotSame(before, question());
    }

    /** As when the task is removed: nothing is saved. */
    @Test
    @Config(minSdk = 33)
    public void asksAboutNotificationsAgainWhenOpenedAfresh() {
        choosePages();
        close();
        open();
        assertNull(question());
        choosePages();
        assertNotNull(question());
    }

    @Test
    @Config(minSdk = 33)
    public void hasOneQuestionAboutNotificationsAtATime() {
        choosePages();
        AlertDialog first = question();
        choosePages();
        assertEquals(first, question());
        press(DialogInterface.BUTTON_POSITIVE);
        choosePages();
        assertNull(question());
    }

    @Test
    @Config(minSdk = 33)
    public void takesTheAnswerToAndroidsQuestionFromTheActivityBefore() {
        choosePages();
        press(DialogInterface.BUTTON_POSITIVE);
        makeAnew();
        assertNull(question());
        answer(NOTIFICATIONS);
        choosePages();
        assertNull(question());
        assertTrue(memory().getBoolean("asked_notifications", false));
    }

    @Test
    @Config(minSdk = 33)
    public void asksAboutNotificationsAgainWhenAndroidsQuestionWasInterrupted() {
        choosePages();
        press(DialogInterface.BUTTON_POSITIVE);
        makeAnew();
        answer();
        choosePages();
        assertNotNull(question());
    }

    @Test
    @Config(minSdk = 33)
    public void asksAboutNotificationsOnceThoughTheQuestionBeforeWasInterrupted() {
        show(HOME);
        chrome().onPermissionRequest(askFor(PermissionRequest.RESOURCE_VIDEO_CAPTURE));
        choosePages();
        press(DialogInterface.BUTTON_POSITIVE); // waits for the camera's
        answer();
        assertEquals(Collections.singletonList(NOTIFICATIONS), asked());
        choosePages();
        assertNull(question());
    }

    /** The page was loaded again, and asks while the question from before is still there. */
    @Test
    @Config(shadows = OneQuestion.class)
    public void putsAPagesQuestionOnceTheOneFromBeforeIsAnswered() {
        OneQuestion.open = 0;
        OneQuestion.isMissing = false;
        show(HOME);
        chrome().onPermissionRequest(askFor(PermissionRequest.RESOURCE_AUDIO_CAPTURE));
        makeAnew();
        show(HOME);
        Fakes.Question camera = askFor(PermissionRequest.RESOURCE_VIDEO_CAPTURE);
        chrome().onPermissionRequest(camera);
        assertNull(camera.granted);
        OneQuestion.open = 0;
        answer(Manifest.permission.RECORD_AUDIO);
        assertNull(camera.granted);
        assertEquals(Collections.singletonList(Manifest.permission.CAMERA), asked());
        answerPermissions(Manifest.permission.CAMERA);
        assertEquals(Collections.singletonList(PermissionRequest.RESOURCE_VIDEO_CAPTURE), camera.granted);
    }

    /** As for a page's question: Android's refusal at that moment is no interruption. */
    @Test
    @Config(minSdk = 33, shadows = OneQuestion.class)
    public void asksAboutNotificationsOnceWhileAnotherQuestionIsOpen() {
        OneQuestion.open = 1;
        OneQuestion.isMissing = false;
        choosePages();
        press(DialogInterface.BUTTON_POSITIVE);
        choosePages();
        assertNull(question());
        OneQuestion.open = 0;
        answer(Manifest.permission.CAMERA);
        assertEquals(Collections.singletonList(NOTIFICATIONS), asked());
    }

    @Test
    @Config(shadows = OneQuestion.class)
    public void takesTheAnswerFromBeforeForTheSameQuestion() {
        OneQuestion.open = 0;
        OneQuestion.isMissing = false;
        show(HOME);
        chrome().onPermissionRequest(askFor(PermissionRequest.RESOURCE_VIDEO_CAPTURE));
        makeAnew();
        show(HOME);
        Fakes.Question camera = askFor(PermissionRequest.RESOURCE_VIDEO_CAPTURE);
        chrome().onPermissionRequest(camera);
        OneQuestion.open = 0;
        answer(Manifest.permission.CAMERA);
        assertEquals(Collections.emptyList(), camera.granted); // the user said no, and is not asked twice
    }

    @Test
    public void ignoresAnAnswerToAnotherQuestionFromBefore() {
        show(HOME);
        Fakes.Question camera = askFor(PermissionRequest.RESOURCE_VIDEO_CAPTURE);
        chrome().onPermissionRequest(camera);
        answer(Manifest.permission.RECORD_AUDIO);
        assertNull(camera.granted);
        answerPermissions(Manifest.permission.CAMERA);
        assertEquals(Collections.singletonList(PermissionRequest.RESOURCE_VIDEO_CAPTURE), camera.granted);
    }

    @Test
    public void deniesWhatWasInterrupted() {
        show(HOME);
        Fakes.Question camera = askFor(PermissionRequest.RESOURCE_VIDEO_CAPTURE);
        chrome().onPermissionRequest(camera);
        answer();
        assertEquals(Collections.emptyList(), camera.granted);
    }

    @Test
    @Config(shadows = OneQuestion.class)
    public void deniesWhereAndroidHasNoDialog() {
        OneQuestion.isMissing = true;
        show(HOME);
        Fakes.Question camera = askFor(PermissionRequest.RESOURCE_VIDEO_CAPTURE);
        chrome().onPermissionRequest(camera);
        OneQuestion.isMissing = false;
        assertEquals(Collections.emptyList(), camera.granted);
    }

    private Fakes.Question askFor(String resource) {
        return new Fakes.Question("https://www.example.com/", resource);
    }

    /** The user goes from page to page. */
    private void choosePages() {
        go(HOME);
        activity().onUserInteraction();
        go(SECOND);
        idle();
    }

    /** The app's own question on the screen, or null. */
    private AlertDialog question() {
        AlertDialog last = ShadowAlertDialog.getLatestAlertDialog();
        return last != null && last.isShowing() ? last : null;
    }

    private void press(int button) {
        question().getButton(button).performClick();
        idle();
    }

    /** Android's answer as the activity gets it, about these; nothing is granted. */
    private void answer(String... names) {
        activity().onRequestPermissionsResult(2, names, filled(names.length));
    }

    private static int[] filled(int count) {
        int[] denied = new int[count];
        Arrays.fill(denied, -1);
        return denied;
    }

    private SharedPreferences memory() {
        return activity().getPreferences(Activity.MODE_PRIVATE);
    }

    private static void idle() {
        shadowOf(Looper.getMainLooper()).idle();
    }
}
