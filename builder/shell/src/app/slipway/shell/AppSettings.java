package app.slipway.shell;

import android.content.Context;
import android.content.Intent;
import android.net.Uri;
import android.os.Build;
import android.provider.Settings;

/** The pages of Android's settings that are about this app. */
final class AppSettings {
    /** Settings.ACTION_APP_NOTIFICATION_SETTINGS and EXTRA_APP_PACKAGE, of API 26. */
    private static final String NOTIFICATIONS = "android.settings.APP_NOTIFICATION_SETTINGS";
    private static final String EXTRA_PACKAGE = "android.provider.extra.APP_PACKAGE";

    private AppSettings() {}

    /** Where the user sets how the app may notify; below API 26, where the user sees all about the app. */
    static Intent notifications(Context context) {
        String app = context.getPackageName();
        if (Build.VERSION.SDK_INT >= 26) return new Intent(NOTIFICATIONS).putExtra(EXTRA_PACKAGE, app);
        return new Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", app, null));
    }
}
