package android.content;

import android.content.pm.ApplicationInfo;
import android.content.pm.PackageManager;
import android.content.res.AssetManager;
import android.content.res.Resources;
import java.io.File;

/** An app's surroundings; see AppContext. */
public abstract class Context {
    public static final int MODE_PRIVATE = 0;
    public static final String NOTIFICATION_SERVICE = "notification";
    public static final String CONNECTIVITY_SERVICE = "connectivity";
    public static final String POWER_SERVICE = "power";
    public static final String JOB_SCHEDULER_SERVICE = "jobscheduler";

    public abstract Context getApplicationContext();

    public abstract String getPackageName();

    public abstract AssetManager getAssets();

    public abstract Resources getResources();

    public abstract PackageManager getPackageManager();

    public abstract ApplicationInfo getApplicationInfo();

    public abstract SharedPreferences getSharedPreferences(String name, int mode);

    public abstract File getNoBackupFilesDir();

    public abstract Object getSystemService(String name);

    public abstract void sendBroadcast(Intent intent);

    public abstract void startActivity(Intent intent);
}
