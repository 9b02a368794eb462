package app.slipway.shell;

import android.app.Activity;
import android.content.ContentResolver;
import android.content.ContentValues;
import android.content.SharedPreferences;
import android.net.Uri;
import android.provider.MediaStore;
import java.io.IOException;
import java.io.InputStream;

/**
 * The entry of the media store that was lent to the camera app to write to. The camera may be open longer than
 * the activity lives, or the process: the app's preferences remember the entry, so that it is always kept or
 * taken back, and none stays behind empty.
 */
final class CameraPhoto {
    private static final String LENT = "lent_photo";

    private final Activity activity;

    CameraPhoto(Activity activity) {
        this.activity = activity;
    }

    /** A new entry; null when there is no room for one. */
    Uri lend() {
        ContentValues values = new ContentValues();
        values.put(MediaStore.MediaColumns.MIME_TYPE, "image/jpeg");
        Uri photo;
        try {
            photo = resolver().insert(MediaStore.Images.Media.EXTERNAL_CONTENT_URI, values);
        } catch (RuntimeException noStorage) {
            return null;
        }
        if (photo != null) memory().edit().putString(LENT, photo.toString()).apply();
        return photo;
    }

    /** The entry lent last that is neither kept nor taken back; or null. */
    Uri lent() {
        String photo = memory().getString(LENT, null);
        return photo == null ? null : Uri.parse(photo);
    }

    /** It holds a picture that is in use, or the user's. */
    void keep() {
        memory().edit().remove(LENT).apply();
    }

    /** Deletes it. */
    void takeBack() {
        Uri photo = lent();
        if (photo == null) return;
        memory().edit().remove(LENT).apply();
        try {
            resolver().delete(photo, null, null);
        } catch (RuntimeException refused) { // no longer the app's own, or the storage is gone
            return;
        }
    }

    /** For when no answer will come any more: a picture that was taken is the user's and stays. */
    void takeBackIfEmpty() {
        Uri photo = lent();
        if (photo == null) return;
        if (isEmpty(photo)) takeBack();
        else keep();
    }

    private boolean isEmpty(Uri photo) {
        try (InputStream in = resolver().openInputStream(photo)) {
            return in == null || in.read() < 0;
        } catch (IOException | RuntimeException notThere) { // never written, or gone
            return true;
        }
    }

    private ContentResolver resolver() {
        return activity.getContentResolver();
    }

    private SharedPreferences memory() {
        return activity.getPreferences(Activity.MODE_PRIVATE);
    }
}
