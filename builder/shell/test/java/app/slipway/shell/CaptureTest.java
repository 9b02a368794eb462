package app.slipway.shell;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.Manifest;
import android.app.Activity;
import android.content.ContentProvider;
import android.content.ContentValues;
import android.content.Intent;
import android.content.res.Configuration;
import android.database.Cursor;
import android.net.Uri;
import android.provider.MediaStore;
import android.webkit.WebView;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.Before;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowActivity.IntentForResult;
import org.robolectric.shadows.ShadowContentResolver;
import org.robolectric.shadows.ShadowToast;

/** What becomes of a picture, when the page or the activity that asked for it is gone by the time it is taken. */
@Config(minSdk = 29)
public final class CaptureTest extends Opened {
    private final Media media = new Media();
    /** The activity that was started last, and its request code. */
    private Intent camera = null;
    private int code = 0;

    /** A media store; what its entries hold is Robolectric's to know. */
    private static final class Media extends ContentProvider {
        final Set<Uri> entries = new LinkedHashSet<>();
        private int made = 0;
        boolean refuses = false;

        @Override
        public boolean onCreate() {
            return true;
        }

        @Override
        public Uri insert(Uri uri, ContentValues values) {
            if (refuses) throw new IllegalStateException("no storage");
            Uri entry = Uri.withAppendedPath(uri, String.valueOf(++made));
            entries.add(entry);
            return entry;
        }

        @Override
        public int delete(Uri uri, String selection, String[] arguments) {
            if (refuses) throw new SecurityException("not yours");
            return entries.remove(uri) ? 1 : 0;
        }

        @Override
        public Cursor query(Uri uri, String[] columns, String selection, String[] arguments, String order) {
            return null;
        }

        @Override
        public String getType(Uri uri) {
            return "image/jpeg";
        }

        @Override
        public int update(Uri uri, ContentValues values, String selection, String[] arguments) {
            return 0;
        }
    }

    @Before
    public void give() {
        ShadowContentResolver.registerProviderInternal("media", media);
        shadowOf(application()).grantPermissions(Manifest.permission.CAMERA);
        show(HOME);
    }

    @Test
    public void leavesNoEntryForAPictureOfAnActivityBefore() {
        openCamera();
        makeAnew();
        answer(Activity.RESULT_CANCELED);
        assertEquals(Collections.emptySet(), media.entries);
    }

    @Test
    public void leavesNoEntryForAPictureOfAProcessBefore() {
        openCamera();
        endAndReturn();
        answer(Activity.RESULT_CANCELED);
        assertEquals(Collections.emptySet(), media.entries);
    }

    @Test
    public void handsAPictureOverThoughTheLettersGrewMeanwhile() {
        Fakes.Answer<Uri[]> page = openCamera();
        Configuration larger = new Configuration(activity().getResources().getConfiguration());
        larger.fontScale = 1.3f;
        controller.configurationChange(larger);
        take();
        answer(Activity.RESULT_OK);
        assertEquals(media.entries, Collections.singleton(page.value[0]));
    }

    @Test
    public void handsAPictureOfAnActivityBeforeOverWhenThePageAsksAgain() {
        Fakes.Answer<Uri[]> page = openCamera();
        makeAnew();
        handsItOverOnce(page);
    }

    /** As on a device without the memory for a camera and the app. */
    @Test
    public void handsAPictureOfAProcessBeforeOverWhenThePageAsksAgain() {
        Fakes.Answer<Uri[]> page = openCamera();
        endAndReturn();
        handsItOverOnce(page);
    }

    /** Before API 29, when it is a file in the app's folder. */
    @Test
    @Config(minSdk = 24, maxSdk = 28)
    public void handsAPictureInItsFolderOverThoughTheProcessEnded() throws IOException {
        Fakes.Answer<Uri[]> before = openCamera();
        Uri lent = camera.getParcelableExtra(MediaStore.EXTRA_OUTPUT);
        File picture = new File(lent.getPath());
        endAndReturn();
        Files.write(picture.toPath(), new byte[] {(byte) 0xff, (byte) 0xd8});
        answer(Activity.RESULT_OK);
        assertFalse(before.given); // its page is gone
        assertEquals(Strings.CHOOSE_AGAIN, ShadowToast.getTextOfLatestToast());
        show(HOME);
        assertArrayEquals(new Uri[] {lent}, openCamera().value);
        assertNull(shadowOf(activity()).getNextStartedActivityForResult());
        assertFalse(openCamera().given); // once
        answer(Activity.RESULT_CANCELED);
        assertTrue(picture.exists()); // the page may still read it
    }

    private void handsItOverOnce(Fakes.Answer<Uri[]> before) {
        take();
        answer(Activity.RESULT_OK);
        assertFalse(before.given); // its page is gone
        assertEquals(Strings.CHOOSE_AGAIN, ShadowToast.getTextOfLatestToast());
        show(HOME);
        Fakes.Answer<Uri[]> again = openCamera();
        assertEquals(media.entries, Collections.singleton(again.value[0]));
        assertNull(shadowOf(activity()).getNextStartedActivityForResult());
        // It is the user's now: the next question takes nothing back but its own.
        Fakes.Answer<Uri[]> next = openCamera();
        assertFalse(next.given);
        answer(Activity.RESULT_CANCELED);
        assertEquals(1, media.entries.size());
    }

    @Test
    public void handsAPictureToNoOtherPage() {
        openCamera();
        makeAnew();
        take();
        answer(Activity.RESULT_OK);
        web().loadUrl(SECOND);
        show(SECOND);
        assertFalse(openCamera().given);
        answer(Activity.RESULT_CANCELED);
        web().loadUrl(HOME);
        show(HOME);
        assertFalse(openCamera().given); // nor to the page later on, when nobody expects it
    }

    @Test
    public void handsAPictureToNoOtherFieldOfThePage() {
        openCamera();
        makeAnew();
        take();
        answer(Activity.RESULT_OK);
        Fakes.Answer<Uri[]> other = new Fakes.Answer<>();
        chrome().onShowFileChooser(web(), other, Fakes.fileInput("application/pdf"));
        assertFalse(other.given);
        assertEquals(1, media.entries.size());
    }

    @Test
    public void saysNothingAboutWhatTheUserGaveUp() {
        openCamera();
        makeAnew();
        answer(Activity.RESULT_CANCELED);
        assertNull(ShadowToast.getTextOfLatestToast());
    }

    /** As when the user removes the task with the camera open. */
    @Test
    public void takesAnEmptyEntryBackWhenOpenedAfresh() {
        openCamera();
        close();
        open();
        assertEquals(Collections.emptySet(), media.entries);
    }

    @Test
    public void leavesThePictureThatWasTakenWhenOpenedAfresh() {
        openCamera();
        take();
        close();
        open();
        assertEquals(1, media.entries.size());
        openCamera();
        answer(Activity.RESULT_CANCELED);
        assertEquals(1, media.entries.size());
    }

    @Test
    public void keepsAPictureInUse() {
        Fakes.Answer<Uri[]> page = openCamera();
        take();
        answer(Activity.RESULT_OK);
        assertEquals(1, page.value.length);
        openCamera();
        answer(Activity.RESULT_CANCELED);
        close();
        open();
        assertEquals(Collections.singletonList(page.value[0]), Arrays.asList(media.entries.toArray()));
    }

    @Test
    public void keepsAPictureOfAPageWhoseRendererEnded() {
        Fakes.Answer<Uri[]> page = openCamera();
        client().onRenderProcessGone(web(), null);
        take();
        answer(Activity.RESULT_OK);
        assertFalse(page.given); // it is gone
        assertEquals(1, media.entries.size());
        assertEquals(Strings.CHOOSE_AGAIN, ShadowToast.getTextOfLatestToast());
    }

    @Test
    public void keepsAPictureOfAWindowThatClosed() {
        WebView popup = openWindow(true);
        show(popup, SECOND);
        Fakes.Answer<Uri[]> page = new Fakes.Answer<>();
        shadowOf(popup).getWebChromeClient().onShowFileChooser(popup, page, Fakes.fileInput("image/*"));
        noteStarted();
        shadowOf(popup).getWebChromeClient().onCloseWindow(popup);
        answer(Activity.RESULT_CANCELED);
        assertFalse(page.given);
        assertEquals(Collections.emptySet(), media.entries);
    }

    @Test
    public void opensNoCameraForAPageThatIsGone() {
        shadowOf(application()).denyPermissions(Manifest.permission.CAMERA);
        WebView popup = openWindow(true);
        show(popup, SECOND);
        Fakes.Answer<Uri[]> page = new Fakes.Answer<>();
        shadowOf(popup).getWebChromeClient().onShowFileChooser(popup, page, Fakes.fileInput("image/*"));
        shadowOf(activity()).getNextStartedActivityForResult(); // Android's question
        shadowOf(popup).getWebChromeClient().onCloseWindow(popup);
        answerPermissions(Manifest.permission.CAMERA);
        assertNull(shadowOf(activity()).getNextStartedActivityForResult());
        assertEquals(Collections.emptySet(), media.entries);
    }

    @Test
    @Config(minSdk = 24)
    public void saysThatAFileMustBeChosenAgain() {
        chrome().onShowFileChooser(web(), new Fakes.Answer<>(), Fakes.fileInput("application/pdf"));
        noteStarted();
        makeAnew();
        Uri file = Uri.parse("content://files/1");
        activity().onActivityResult(code, Activity.RESULT_OK, new Intent().setData(file));
        assertEquals(Strings.CHOOSE_AGAIN, ShadowToast.getTextOfLatestToast());
        show(HOME);
        Fakes.Answer<Uri[]> again = new Fakes.Answer<>();
        chrome().onShowFileChooser(web(), again, Fakes.fileInput("application/pdf"));
        assertFalse(again.given);
    }

    @Test
    public void goesOnWhenTheMediaStoreRefuses() {
        Fakes.Answer<Uri[]> page = openCamera();
        media.refuses = true;
        answer(Activity.RESULT_CANCELED);
        assertTrue(page.given);
        Fakes.Answer<Uri[]> next = openCamera();
        assertFalse(next.given);
        answer(Activity.RESULT_CANCELED);
        assertTrue(next.given);
    }

    private Fakes.Answer<Uri[]> openCamera() {
        Fakes.Answer<Uri[]> answer = new Fakes.Answer<>();
        chrome().onShowFileChooser(web(), answer, Fakes.captureInput("image/*"));
        noteStarted();
        return answer;
    }

    private void noteStarted() {
        IntentForResult started = shadowOf(activity()).getNextStartedActivityForResult();
        if (started == null) return;
        camera = started.intent;
        code = started.requestCode;
    }

    /** The camera app writes where it was told to. */
    private void take() {
        byte[] jpeg = {(byte) 0xff, (byte) 0xd8};
        for (Uri entry : media.entries) {
            ShadowContentResolver resolver = shadowOf(activity().getContentResolver());
            resolver.registerInputStreamSupplier(entry, () -> new ByteArrayInputStream(jpeg));
        }
    }

    private void answer(int result) {
        activity().onActivityResult(code, result, null);
    }
}
