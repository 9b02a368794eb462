package app.slipway.shell;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/**
 * The app's activity as far as pushes need it, in place of the shell's own: there is no WebView on a JVM. What it does
 * about pushes is what that one does, in its order; the parts that it makes are the shell's.
 */
public final class MainActivity extends Activity {
    private static final int REQUEST_PERMISSIONS = 2;

    ShellConfig config;
    NotificationsQuestion notifications;
    /** What a tap opened last: an address, "" for the app as it is; null before. */
    String opened;
    /** Whether that is in the app. */
    boolean isInside;
    private CodeQuestion codes;
    private Push push;
    private Permissions permissions;

    void onCreate() {
        config = readConfig(this);
        permissions = new Permissions(this, REQUEST_PERMISSIONS);
        push = new Push(this);
        notifications = new NotificationsQuestion(this, new PermissionRules(config.permissions, config.protectedMedia), permissions);
        codes = new CodeQuestion(this);
        codes.opened(getIntent());
        open(push.tapped(getIntent()));
        notifications.onStarted();
    }

    void onNewIntent(Intent intent) {
        codes.opened(intent);
        open(push.tapped(intent));
    }

    void onResume() {
        push.onResume();
        codes.goOn();
    }

    @Override
    public void onRequestPermissionsResult(int code, String[] names, int[] results) {
        List<String> about = Arrays.asList(names);
        if (permissions.onResult(about)) notifications.onResult(about);
    }

    private void open(NotificationTap tap) {
        if (tap == null) return;
        opened = tap.url == null ? "" : tap.url;
        UrlPolicy policy = new UrlPolicy(config.url, config.hosts, config.customTabHosts, config.cleartextHosts, config.customScheme);
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
