package app.slipway.shell;

import android.content.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads what the packager put beside the code. */
final class Assets {
    private Assets() {}

    /** Returns the text of a file. Throws IllegalStateException when there is none. */
    static String read(Context context, String name) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try (InputStream in = context.getAssets().open(name)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) text.write(buffer, 0, n);
            return text.toString("UTF-8");
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }
}
