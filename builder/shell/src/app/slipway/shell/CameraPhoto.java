package app.slipway.shell;

import android.app.Activity;
import android.content.ContentResolver;
import android.content.ContentValues;
import android.content.SharedPreferences;
import android.net.Uri;
import android.os.Build;
import android.os.Environment;
import android.os.StrictMode;
import android.provider.MediaStore;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;

/**
 * The entry of the media store that was lent to the camera app to write to. That takes no permission and no content
 * provider of the app's own from API 29 on; before, it is a file in the app's folder of the shared storage, where a camera
 * app writes as it does to all of it. The camera may be open longer than
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
        if (Build.VERSION.SDK_INT < 29) return remembered(lendFile());
        ContentValues values = new ContentValues();
        values.put(MediaStore.MediaColumns.MIME_TYPE, "image/jpeg");
        Uri photo;
        try {
            photo = resolver().insert(MediaStore.Images.Media.EXTERNAL_CONTENT_URI, values);
        } catch (RuntimeException noStorage) {
            return null;
        }
        return remembered(photo);
    }

    private Uri lendFile() {
        if (folder() == null) return null;
        // Else Android ends an app that lends files, as most don't mean to.
        StrictMode.setVmPolicy(StrictMode.VmPolicy.LAX);
        return Uri.fromFile(new File(folder(), System.currentTimeMillis() + ".jpg"));
    }

    private File folder() {
        return activity.getExternalFilesDir(Environment.DIRECTORY_PICTURES);
    }

    private Uri remembered(Uri photo) {
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
            if (Build.VERSION.SDK_INT < 29) new File(photo.getPath()).delete();
            else resolver().delete(photo, null, null);
        } catch (RuntimeException refused) { // no longer the app's own, or the storage is gone
            return;
        }
    }

    /**
     * For when no answer will come any more: a picture that was taken is the user's and stays; in the app's folder nobody would
     * find it.
     */
    void takeBackIfEmpty() {
        if (Build.VERSION.SDK_INT < 29) {
            File[] pictures = folder() == null ? null : folder().listFiles();
            if (pictures != null) for (File picture : pictures) picture.delete();
        }
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
