package app.slipway.shell;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.Manifest;
import android.app.Activity;
import android.content.ClipData;
import android.content.Intent;
import android.net.Uri;
import android.os.Parcelable;
import android.os.StrictMode;
import android.provider.MediaStore;
import android.webkit.WebChromeClient.FileChooserParams;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.Test;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowActivity.IntentForResult;

/** What a page's file input leads to: files, the camera, and always one answer. */
public final class FilesTest extends Opened {
    private static final Uri FILE = Uri.parse("content://files/1");
    private static final Uri OTHER_FILE = Uri.parse("content://files/2");

    @Test
    public void choosesAFile() {
        Fakes.Answer<Uri[]> answer = choose(Fakes.fileInput("application/pdf"));
        Intent chooser = started();
        assertEquals(Intent.ACTION_CHOOSER, chooser.getAction());
        Intent files = filesOf(chooser);
        assertEquals(Intent.ACTION_GET_CONTENT, files.getAction());
        assertEquals(Collections.singleton(Intent.CATEGORY_OPENABLE), files.getCategories());
        assertEquals("application/pdf", files.getType());
        assertFalse(files.getBooleanExtra(Intent.EXTRA_ALLOW_MULTIPLE, false));
        assertFalse(chooser.hasExtra(Intent.EXTRA_INITIAL_INTENTS));
        assertFalse(answer.given);
        finish(chooser, new Intent().setData(FILE));
        assertEquals(Collections.singletonList(FILE), Arrays.asList(answer.value));
    }

    @Test
    public void choosesSeveralFilesWhereThePageTakesThem() {
        Fakes.Answer<Uri[]> answer = choose(Fakes.filesInput("application/pdf"));
        Intent chooser = started();
        assertTrue(filesOf(chooser).getBooleanExtra(Intent.EXTRA_ALLOW_MULTIPLE, false));
        ClipData clip = ClipData.newRawUri(null, FILE);
        clip.addItem(new ClipData.Item(OTHER_FILE));
        Intent chosen = new Intent();
        chosen.setClipData(clip);
        finish(chooser, chosen);
        assertEquals(Arrays.asList(FILE, OTHER_FILE), Arrays.asList(answer.value));
    }

    @Test
    public void offersAllTypesThatThePageTakes() {
        choose(Fakes.fileInput("application/pdf,.zip"));
        Intent files = filesOf(started());
        assertEquals("*/*", files.getType());
        String[] types = {"application/pdf", "application/zip"};
        assertArrayEquals(types, files.getStringArrayExtra(Intent.EXTRA_MIME_TYPES));
    }

    @Test
    public void tellsThePageThatNothingWasChosen() {
        Fakes.Answer<Uri[]> answer = choose(Fakes.fileInput("application/pdf"));
        shadowOf(activity()).receiveResult(started(), Activity.RESULT_CANCELED, null);
        assertTrue(answer.given);
        assertNull(answer.value);
    }

    @Test
    public void takesNoFileOfTheAppsOwn() {
        Fakes.Answer<Uri[]> answer = choose(Fakes.fileInput("application/pdf"));
        Uri own = Uri.parse("file:///data/data/com.example.app/shared_prefs/MainActivity.xml");
        finish(started(), new Intent().setData(own));
        assertTrue(answer.given);
        assertNull(answer.value);
    }

    @Test
    public void endsAQuestionThatAnotherFollows() {
        Fakes.Answer<Uri[]> first = choose(Fakes.fileInput("application/pdf"));
        Fakes.Answer<Uri[]> second = choose(Fakes.fileInput("application/pdf"));
        assertTrue(first.given);
        assertNull(first.value);
        assertFalse(second.given);
    }

    /** The choosers of two windows can be open at once. */
    @Test
    public void givesNoQuestionTheResultOfAnother() {
        choose(Fakes.fileInput("application/pdf"));
        int first = shadowOf(activity()).getNextStartedActivityForResult().requestCode;
        Fakes.Answer<Uri[]> answer = choose(Fakes.fileInput("application/pdf"));
        int second = shadowOf(activity()).getNextStartedActivityForResult().requestCode;
        activity().onActivityResult(first, Activity.RESULT_OK, new Intent().setData(FILE));
        assertFalse(answer.given);
        activity().onActivityResult(second, Activity.RESULT_OK, new Intent().setData(OTHER_FILE));
        assertEquals(Collections.singletonList(OTHER_FILE), Arrays.asList(answer.value));
    }

    @Test
    public void tellsThePageWhenNoAppCanChooseFiles() {
        shadowOf(application()).checkActivities(true);
        Fakes.Answer<Uri[]> answer = choose(Fakes.fileInput("application/pdf"));
        // The chooser itself is Android's; where even that is missing, the page is answered.
        assertTrue(answer.given);
        assertNull(answer.value);
    }

    /** Before API 29 it is a file in the app's folder, which no permission is needed for. */
    @Test
    @Config(maxSdk = 28)
    public void handsOverThePictureThatWasTakenIntoItsFolder() throws IOException {
        StrictMode.enableDeathOnFileUriExposure(); // as Android does in every app that is for version 7 or newer
        shadowOf(application()).grantPermissions(Manifest.permission.CAMERA);
        Fakes.Answer<Uri[]> answer = choose(Fakes.captureInput("image/*"));
        Intent camera = started();
        assertEquals(MediaStore.ACTION_IMAGE_CAPTURE, camera.getAction());
        File picture = take(pictureOf(camera));
        assertTrue(picture.getPath(), picture.getPath().contains("com.example.app"));
        finish(camera, null);
        assertEquals(Collections.singletonList(Uri.fromFile(picture)), Arrays.asList(answer.value));
        assertTrue(picture.exists());
        choose(Fakes.captureInput("image/*"));
        shadowOf(activity()).receiveResult(started(), Activity.RESULT_CANCELED, null);
        assertTrue(picture.exists());
    }

    @Test
    @Config(maxSdk = 28)
    public void leavesNoPictureInItsFolderThatNobodyTook() throws IOException {
        shadowOf(application()).grantPermissions(Manifest.permission.CAMERA);
        choose(Fakes.captureInput("image/*"));
        Intent camera = started();
        File picture = take(pictureOf(camera));
        shadowOf(activity()).receiveResult(camera, Activity.RESULT_CANCELED, null);
        assertFalse(picture.exists());
    }

    @Test
    @Config(maxSdk = 28)
    public void leavesNoPictureInItsFolderThatNoPageWaitsFor() throws IOException {
        shadowOf(application()).grantPermissions(Manifest.permission.CAMERA);
        choose(Fakes.captureInput("image/*"));
        Intent camera = started();
        File picture = take(pictureOf(camera));
        finish(camera, null);
        assertTrue(picture.exists());
        close();
        open();
        assertFalse(picture.exists());
    }

    /** As a camera does with what it is lent. */
    private static File take(Uri picture) throws IOException {
        assertEquals("file", picture.getScheme());
        File file = new File(picture.getPath());
        try (FileOutputStream out = new FileOutputStream(file)) {
            out.write(1);
        }
        return file;
    }

    @Test
    public void takesAVideoWhereThePageWantsOneNow() {
        shadowOf(application()).grantPermissions(Manifest.permission.CAMERA);
        Fakes.Answer<Uri[]> answer = choose(Fakes.captureInput("video/*"));
        Intent camera = started();
        assertEquals(MediaStore.ACTION_VIDEO_CAPTURE, camera.getAction());
        finish(camera, new Intent().setData(FILE)); // where the camera app keeps it
        assertEquals(Collections.singletonList(FILE), Arrays.asList(answer.value));
    }

    @Test
    public void asksForTheCameraPermissionBeforeAVideo() {
        choose(Fakes.captureInput("video/*"));
        assertEquals(Collections.singletonList(Manifest.permission.CAMERA), asked());
        started(); // the question
        answerPermissions();
        Intent chooser = started();
        assertEquals(Intent.ACTION_CHOOSER, chooser.getAction());
        assertFalse(chooser.hasExtra(Intent.EXTRA_INITIAL_INTENTS));
    }

    @Test
    public void recordsASoundWhereThePageWantsOneNow() {
        Fakes.Answer<Uri[]> answer = choose(Fakes.captureInput("audio/*"));
        Intent recorder = started();
        assertEquals(MediaStore.Audio.Media.RECORD_SOUND_ACTION, recorder.getAction());
        finish(recorder, new Intent().setData(FILE));
        assertEquals(Collections.singletonList(FILE), Arrays.asList(answer.value));
        assertNull(shadowOf(activity()).getLastRequestedPermission());
    }

    @Test
    public void offersAllWaysToTakeSomethingWhereAnythingWillDo() {
        shadowOf(application()).grantPermissions(Manifest.permission.CAMERA);
        choose(Fakes.filesInput());
        Intent chooser = started();
        assertEquals("*/*", filesOf(chooser).getType());
        assertTrue(filesOf(chooser).getBooleanExtra(Intent.EXTRA_ALLOW_MULTIPLE, false));
        List<String> actions = new ArrayList<>();
        for (Parcelable one : chooser.getParcelableArrayExtra(Intent.EXTRA_INITIAL_INTENTS)) {
            actions.add(((Intent) one).getAction());
        }
        List<String> all =
                Arrays.asList(
                        MediaStore.ACTION_IMAGE_CAPTURE,
                        MediaStore.ACTION_VIDEO_CAPTURE,
                        MediaStore.Audio.Media.RECORD_SOUND_ACTION);
        assertEquals(all, actions);
    }

    @Test
    @Config(minSdk = 29)
    public void offersTheCameraAndTakesBackItsEmptyPicture() {
        shadowOf(application()).grantPermissions(Manifest.permission.CAMERA);
        Fakes.Answer<Uri[]> answer = choose(Fakes.fileInput("image/*"));
        Intent chooser = started();
        Intent camera = cameraOf(chooser);
        assertEquals(MediaStore.ACTION_IMAGE_CAPTURE, camera.getAction());
        Uri picture = pictureOf(camera);
        int grants = Intent.FLAG_GRANT_READ_URI_PERMISSION | Intent.FLAG_GRANT_WRITE_URI_PERMISSION;
        assertEquals(grants, camera.getFlags());
        assertEquals(picture, camera.getClipData().getItemAt(0).getUri());
        shadowOf(activity()).receiveResult(chooser, Activity.RESULT_CANCELED, null);
        assertTrue(answer.given);
        assertNull(answer.value);
        assertEquals(Collections.singletonList(picture), deleted());
    }

    @Test
    @Config(minSdk = 29)
    public void handsOverThePictureThatWasTaken() {
        shadowOf(application()).grantPermissions(Manifest.permission.CAMERA);
        Fakes.Answer<Uri[]> answer = choose(Fakes.fileInput("image/*"));
        Intent chooser = started();
        finish(chooser, null); // as cameras answer that were told where to write
        assertEquals(Collections.singletonList(pictureOf(cameraOf(chooser))), Arrays.asList(answer.value));
        assertEquals(Collections.emptyList(), deleted());
    }

    @Test
    @Config(minSdk = 29)
    public void takesBackTheEmptyPictureWhenAFileWasChosen() {
        shadowOf(application()).grantPermissions(Manifest.permission.CAMERA);
        Fakes.Answer<Uri[]> answer = choose(Fakes.fileInput("image/*"));
        Intent chooser = started();
        finish(chooser, new Intent().setData(FILE));
        assertEquals(Collections.singletonList(FILE), Arrays.asList(answer.value));
        assertEquals(Collections.singletonList(pictureOf(cameraOf(chooser))), deleted());
    }

    @Test
    @Config(minSdk = 29)
    public void opensTheCameraAloneWhereThePageWantsAPictureNow() {
        shadowOf(application()).grantPermissions(Manifest.permission.CAMERA);
        Fakes.Answer<Uri[]> answer = choose(Fakes.captureInput("image/*"));
        Intent camera = started();
        assertEquals(MediaStore.ACTION_IMAGE_CAPTURE, camera.getAction());
        finish(camera, null);
        assertEquals(Collections.singletonList(pictureOf(camera)), Arrays.asList(answer.value));
    }

    @Test
    public void asksForTheCameraPermissionBeforeItOffersTheCamera() {
        choose(Fakes.fileInput("image/*"));
        assertEquals(Collections.singletonList(Manifest.permission.CAMERA), asked());
        started(); // the question
        assertNull(shadowOf(activity()).getNextStartedActivityForResult());
        answerPermissions(Manifest.permission.CAMERA);
        assertEquals(MediaStore.ACTION_IMAGE_CAPTURE, cameraOf(started()).getAction());
    }

    @Test
    public void offersFilesAloneToAUserWhoGivesNoCamera() {
        choose(Fakes.captureInput("image/*"));
        started(); // the question
        answerPermissions();
        Intent chooser = started();
        assertEquals(Intent.ACTION_CHOOSER, chooser.getAction());
        assertFalse(chooser.hasExtra(Intent.EXTRA_INITIAL_INTENTS));
    }

    private Fakes.Answer<Uri[]> choose(FileChooserParams input) {
        Fakes.Answer<Uri[]> answer = new Fakes.Answer<>();
        assertTrue(chrome().onShowFileChooser(web(), answer, input));
        return answer;
    }

    /** The activity that the shell waits for. */
    private Intent started() {
        IntentForResult started = shadowOf(activity()).getNextStartedActivityForResult();
        return started.intent;
    }

    private void finish(Intent started, Intent result) {
        shadowOf(activity()).receiveResult(started, Activity.RESULT_OK, result);
    }

    private static Intent filesOf(Intent chooser) {
        return chooser.getParcelableExtra(Intent.EXTRA_INTENT);
    }

    private static Intent cameraOf(Intent chooser) {
        return (Intent) chooser.getParcelableArrayExtra(Intent.EXTRA_INITIAL_INTENTS)[0];
    }

    private static Uri pictureOf(Intent camera) {
        return camera.getParcelableExtra(MediaStore.EXTRA_OUTPUT);
    }

    private List<Uri> deleted() {
        return shadowOf(activity().getContentResolver()).getDeletedUris();
    }
}
