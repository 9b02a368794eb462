package app.slipway.shell;

import android.graphics.Bitmap;
import android.graphics.BitmapFactory;
import java.io.IOException;

/** Fetches the pictures of notifications, bounded in time, bytes and pixels. */
final class Pictures {
    /** Largest file, bytes: what a notification shows needs less. */
    private static final int MAX_BYTES = 1024 * 1024;

    private Pictures() {}

    /** Returns a picture of at most twice `side` pixels in width and height; null for none, or one that did not come. */
    static Bitmap fetch(String url, int side) {
        if (url == null) return null;
        try {
            Http.Answer answer = Http.send("GET", url, null, MAX_BYTES);
            return answer.isOk() ? decode(answer.bytes, side) : null;
        } catch (IOException | RuntimeException | OutOfMemoryError none) {
            return null;
        }
    }

    private static Bitmap decode(byte[] bytes, int side) {
        BitmapFactory.Options options = new BitmapFactory.Options();
        options.inJustDecodeBounds = true;
        BitmapFactory.decodeByteArray(bytes, 0, bytes.length, options);
        options.inJustDecodeBounds = false;
        options.inSampleSize = 1;
        int longer = Math.max(options.outWidth, options.outHeight);
        while (longer / (options.inSampleSize * 2) >= side) options.inSampleSize *= 2;
        return BitmapFactory.decodeByteArray(bytes, 0, bytes.length, options);
    }
}
