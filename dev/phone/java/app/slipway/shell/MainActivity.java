package app.slipway.shell;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The app's activity as far as pushes need it, in place of the shell's own: there is no WebView on a JVM. What it does about
 * pushes is what that one does; Push, UrlPolicy and all they use are the shell's.
 */
public final class MainActivity extends Activity {
    ShellConfig config;
    /** What a tap opened last: an address, "" for the app as it is; null before. */
    String opened;
    /** Whether that is in the app. */
    boolean isInside;
    private Push push;

    void onCreate() {
        config = readConfig(this);
        push = new Push(this);
        open(push.tapped(getIntent()));
    }

    void onNewIntent(Intent intent) {
        open(push.tapped(intent));
    }

    void onResume() {
        push.onResume();
    }

    private void open(NotificationTap tap) {
        if (tap == null) return;
        opened = tap.url == null ? "" : tap.url;
        UrlPolicy policy = new UrlPolicy(config.url, config.hosts);
        isInside = tap.url == null || policy.decide(tap.url, true) == UrlPolicy.Verdict.INSIDE;
    }

    static ShellConfig readConfig(Context context) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try (InputStream in = context.getAssets().open("config.json")) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) text.write(buffer, 0, n);
            return ShellConfig.parse(text.toString("UTF-8"));
        } catch (IOException e) {
            throw new IllegalStateException("config.json", e);
        }
    }
}
