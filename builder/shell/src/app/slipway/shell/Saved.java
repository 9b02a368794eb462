package app.slipway.shell;

import android.app.Activity;
import android.app.DownloadManager;
import android.content.ContentResolver;
import android.content.ContentValues;
import android.content.Context;
import android.net.Uri;
import android.os.Build;
import android.os.Environment;
import android.webkit.MimeTypeMap;
import android.widget.Toast;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Puts a file that is in memory where downloads are, and says so: first in the background, then on the main thread. */
final class Saved implements Runnable {
    /** Largest file, bytes: it is in memory whole, for a moment more than once. The page's script knows it too. */
    static final int MAX_BYTES = 16 * 1024 * 1024;
    /** MediaStore.Downloads.EXTERNAL_CONTENT_URI of API 29. */
    private static final String DOWNLOADS = "content://media/external/downloads";

    private final Activity activity;
    private final String name;
    private final String mediaType;
    /** null while they are still in the address. */
    private byte[] bytes;
    private final String address;
    private String said = null;

    private Saved(Activity activity, String name, String mediaType, byte[] bytes, String address) {
        this.activity = activity;
        this.name = DownloadName.of(name, MimeTypeMap.getSingleton().getExtensionFromMimeType(mediaType));
        this.mediaType = mediaType;
        this.bytes = bytes;
        this.address = address;
    }

    /** Takes what the page calls it, or "", its media type, perhaps with parameters, and the bytes or else the address that has them. */
    static void save(Activity activity, String name, String mediaType, byte[] bytes, String address) {
        String type = mediaType == null ? "" : mediaType.split(";", 2)[0].trim();
        if (type.isEmpty()) type = "application/octet-stream";
        Background.run(new Saved(activity, name, type, bytes, address));
    }

    @Override
    public void run() {
        if (said != null) {
            Toast.makeText(activity, said, Toast.LENGTH_LONG).show();
            return;
        }
        try {
            if (bytes == null) bytes = Downloads.bytesIn(address);
            if (Build.VERSION.SDK_INT < 29) intoFolder();
            else intoStore();
            said = Strings.DOWNLOADED + name;
        } catch (IOException | RuntimeException | OutOfMemoryError full) { // or broken
            said = Strings.DOWNLOAD_FAILED;
        }
        activity.runOnUiThread(this);
    }

    private void intoStore() throws IOException {
        ContentValues values = new ContentValues();
        values.put("_display_name", name);
        values.put("mime_type", mediaType);
        ContentResolver resolver = activity.getContentResolver();
        Uri entry = resolver.insert(Uri.parse(DOWNLOADS), values);
        try (OutputStream out = resolver.openOutputStream(entry)) {
            out.write(bytes);
        } catch (IOException | RuntimeException full) {
            resolver.delete(entry, null, null);
            throw full;
        }
    }

    /** The app's own, as in Downloads, and into Android's list of downloads, which opens it. */
    private void intoFolder() throws IOException {
        File folder = activity.getExternalFilesDir(Environment.DIRECTORY_DOWNLOADS);
        File file = new File(folder, name);
        for (int i = 1; file.exists(); i++) file = new File(folder, i + "-" + name);
        try (OutputStream out = new FileOutputStream(file)) {
            out.write(bytes);
        }
        DownloadManager manager = (DownloadManager) activity.getSystemService(Context.DOWNLOAD_SERVICE);
        try {
            manager.addCompletedDownload(name, name, false, mediaType, file.getPath(), bytes.length, true);
        } catch (RuntimeException off) { // it is there all the same
            return;
        }
    }
}
