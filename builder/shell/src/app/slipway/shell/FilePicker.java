package app.slipway.shell;

import android.app.Activity;
import android.content.ClipData;
import android.content.ContentResolver;
import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;
import android.provider.MediaStore;
import android.webkit.MimeTypeMap;
import android.webkit.ValueCallback;
import android.webkit.WebChromeClient.FileChooserParams;
import android.webkit.WebView;
import android.widget.Toast;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Lets the user choose files for a page's file input, several where the page takes them, take a photograph or a video, or
 * record a sound. Apps that take videos and sounds keep them themselves; a photograph goes where CameraPhoto says.
 * The page may be gone when the user comes back: with the activity, the process or its renderer, as happens on devices
 * with little memory whenever the camera opens. The user is told to choose again; a picture, which would have to be
 * taken again without end, is kept for the page, which is loaded again, and handed over when it asks.
 */
final class FilePicker {
    /** In the saved state: the number of the last question, and which it was. */
    private static final String NUMBER = "file_question";
    private static final String QUESTION = "file_question_of";
    /** Of questions: Android takes request codes of 16 bits. */
    private static final int MAX_NUMBER = 0xffff;

    /** What the apps give that take one; of sounds it may be another, which most pages that take sounds take too. */
    private static final String PHOTO = "image/jpeg";
    private static final String VIDEO = "video/mp4";
    private static final String SOUND = "audio/mp4";

    private final Activity activity;
    private final PermissionRules rules;
    private final Permissions permissions;
    private final CameraPhoto photo;
    /** The page that waits, and what for; null for none. */
    private WebView page = null;
    private ValueCallback<Uri[]> answer = null;
    /** The last question's request code: two can be open at once, when two windows ask, and each has its result. */
    private int number = 0;
    /** The last question, in words that are the same when the page, loaded again, asks again; or null. */
    private String question = null;
    /** The picture that was taken for it when no page waited any more; or null. */
    private Uri[] late = null;

    FilePicker(Activity activity, PermissionRules rules, Permissions permissions) {
        this.activity = activity;
        this.rules = rules;
        this.permissions = permissions;
        photo = new CameraPhoto(activity);
    }

    /** Waits for the result of a question from before the state was saved; without one (null), none can come. */
    void restore(Bundle saved) {
        if (saved == null) {
            photo.takeBackIfEmpty();
            return;
        }
        number = saved.getInt(NUMBER);
        question = saved.getString(QUESTION);
    }

    void save(Bundle out) {
        out.putInt(NUMBER, number);
        out.putString(QUESTION, question);
    }

    /**
     * The callback is always answered while the page is there, with null for nothing chosen: until then the page
     * can't ask again.
     */
    void choose(WebView view, final ValueCallback<Uri[]> callback, final FileChooserParams params) {
        finish(null);
        final Set<String> types = types(params);
        String before = question;
        Uri[] kept = late;
        question = words(view, params, types);
        late = null;
        if (kept != null && question != null && question.equals(before)) {
            callback.onReceiveValue(kept);
            return;
        }
        number = number % MAX_NUMBER + 1;
        page = view;
        answer = callback;
        if (!AcceptedTypes.take(types, PHOTO) && !AcceptedTypes.take(types, VIDEO)) {
            open(params, types, false);
        } else if (!rules.camera()) {
            open(params, types, true);
        } else {
            // An app that declares the camera permission may start the camera app only once it holds it.
            permissions.ask(
                    Collections.singletonList(PermissionRules.CAMERA),
                    new Permissions.Answer() {
                        @Override
                        public void settled(List<String> granted) {
                            if (answer == callback) open(params, types, !granted.isEmpty());
                        }
                    });
        }
    }

    /** To be called when a window goes: nothing waits for its files any more. */
    void onPageGone(WebView view) {
        if (view != page) return;
        page = null;
        answer = null;
    }

    /** To be called with every activity result. */
    void onResult(int requestCode, int resultCode, Intent data) {
        if (requestCode != number) return; // an earlier question's, which was answered when the next one came
        List<Uri> chosen = resultCode == Activity.RESULT_OK ? chosen(data) : new ArrayList<>();
        Uri lent = photo.lent();
        if (resultCode == Activity.RESULT_OK && chosen.isEmpty() && lent != null) chosen.add(lent);
        if (chosen.contains(lent)) photo.keep();
        Uri[] files = chosen.isEmpty() ? null : chosen.toArray(new Uri[0]);
        if (answer == null && files != null) {
            if (chosen.contains(lent)) late = files;
            Toast.makeText(activity, Strings.CHOOSE_AGAIN, Toast.LENGTH_LONG).show();
        }
        finish(files);
    }

    private void open(FileChooserParams params, Set<String> types, boolean withCamera) {
        List<Intent> takes = new ArrayList<>();
        Intent camera = withCamera && AcceptedTypes.take(types, PHOTO) ? camera() : null;
        if (camera != null) takes.add(camera);
        if (withCamera && AcceptedTypes.take(types, VIDEO)) takes.add(new Intent(MediaStore.ACTION_VIDEO_CAPTURE));
        if (AcceptedTypes.take(types, SOUND)) takes.add(new Intent(MediaStore.Audio.Media.RECORD_SOUND_ACTION));
        Intent chooser = Intent.createChooser(files(params, types), Strings.CHOOSE_FILE);
        if (!takes.isEmpty()) chooser.putExtra(Intent.EXTRA_INITIAL_INTENTS, takes.toArray(new Intent[0]));
        boolean now = params.isCaptureEnabled() && !takes.isEmpty();
        if (!(now && start(takes.get(0))) && !start(chooser)) finish(null);
    }

    private boolean start(Intent intent) {
        try {
            activity.startActivityForResult(intent, number);
            return true;
        } catch (RuntimeException refused) { // no such app, not ours to start, or too many types to send
            return false;
        }
    }

    private static Intent files(FileChooserParams params, Set<String> types) {
        Intent intent = new Intent(Intent.ACTION_GET_CONTENT);
        intent.addCategory(Intent.CATEGORY_OPENABLE);
        intent.setType(types.size() == 1 ? types.iterator().next() : "*/*");
        if (types.size() > 1) intent.putExtra(Intent.EXTRA_MIME_TYPES, types.toArray(new String[0]));
        boolean several = params.getMode() == FileChooserParams.MODE_OPEN_MULTIPLE;
        return intent.putExtra(Intent.EXTRA_ALLOW_MULTIPLE, several);
    }

    /** The camera app's intent, writing where it is lent a place; null when there is no room for one. */
    private Intent camera() {
        Uri lent = photo.lend();
        if (lent == null) return null;
        Intent intent = new Intent(MediaStore.ACTION_IMAGE_CAPTURE);
        intent.putExtra(MediaStore.EXTRA_OUTPUT, lent);
        intent.setClipData(ClipData.newRawUri(null, lent)); // grants reach the clip, not the extra
        int grants = Intent.FLAG_GRANT_WRITE_URI_PERMISSION | Intent.FLAG_GRANT_READ_URI_PERMISSION;
        return intent.addFlags(grants);
    }

    /** The files of a result. Only content: ones: a file: answer could name the app's own private files. */
    private static List<Uri> chosen(Intent data) {
        List<Uri> uris = new ArrayList<>();
        ClipData clip = data == null ? null : data.getClipData();
        int count = clip == null ? 0 : clip.getItemCount();
        for (int i = 0; i < count; i++) addContent(uris, clip.getItemAt(i).getUri());
        if (uris.isEmpty() && data != null) addContent(uris, data.getData());
        return uris;
    }

    private static void addContent(List<Uri> uris, Uri uri) {
        if (uri != null && ContentResolver.SCHEME_CONTENT.equals(uri.getScheme())) uris.add(uri);
    }

    /** Answers the page, and takes an unused entry out of the media store. */
    private void finish(Uri[] uris) {
        ValueCallback<Uri[]> callback = answer;
        page = null;
        answer = null;
        photo.takeBack();
        if (callback != null) callback.onReceiveValue(uris);
    }

    /** Which page asks for what; null when the page's address is not known. */
    private static String words(WebView view, FileChooserParams params, Set<String> types) {
        String address = view.getUrl();
        return address == null ? null : address + " " + params.getMode() + " " + types;
    }

    private static Set<String> types(FileChooserParams params) {
        return AcceptedTypes.of(
                params.getAcceptTypes(),
                new AcceptedTypes.Extensions() {
                    @Override
                    public String mediaType(String extension) {
                        return MimeTypeMap.getSingleton().getMimeTypeFromExtension(extension);
                    }
                });
    }
}
