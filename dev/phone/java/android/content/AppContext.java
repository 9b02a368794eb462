package android.content;

import android.app.NotificationManager;
import android.app.job.JobScheduler;
import android.content.pm.ApplicationInfo;
import android.content.pm.PackageManager;
import android.content.res.AssetManager;
import android.content.res.Resources;
import android.net.ConnectivityManager;
import android.os.PowerManager;
import device.Device;
import java.io.File;
import java.util.HashMap;
import java.util.Map;

/** The surroundings of the one app on the phone. */
public final class AppContext extends Context {
    private static final AppContext ONLY = new AppContext();

    private final PackageManager packages = new PackageManager();
    private final Map<String, SharedPreferences> preferences = new HashMap<>();

    private AppContext() {}

    public static AppContext get() {
        return ONLY;
    }

    @Override
    public Context getApplicationContext() {
        return this;
    }

    @Override
    public String getPackageName() {
        return Device.app.packageName;
    }

    @Override
    public AssetManager getAssets() {
        return new AssetManager();
    }

    @Override
    public Resources getResources() {
        return new Resources();
    }

    @Override
    public PackageManager getPackageManager() {
        return packages;
    }

    @Override
    public ApplicationInfo getApplicationInfo() {
        return new ApplicationInfo();
    }

    @Override
    public synchronized SharedPreferences getSharedPreferences(String name, int mode) {
        SharedPreferences there = preferences.get(name);
        if (there != null) return there;
        SharedPreferences made = new StoredPreferences(new File(Device.app.folder, name + ".properties"));
        preferences.put(name, made);
        return made;
    }

    @Override
    public File getNoBackupFilesDir() {
        File folder = new File(Device.app.folder, "no_backup");
        folder.mkdirs();
        return folder;
    }

    @Override
    public Object getSystemService(String name) {
        switch (name) {
            case NOTIFICATION_SERVICE:
                return new NotificationManager();
            case CONNECTIVITY_SERVICE:
                return new ConnectivityManager();
            case POWER_SERVICE:
                return new PowerManager();
            case JOB_SCHEDULER_SERVICE:
                return new JobScheduler();
            default:
                throw new IllegalArgumentException("this phone has no service " + name);
        }
    }

    @Override
    public void sendBroadcast(Intent intent) {
        // What the app does not see, it does not reach.
        if (!Device.app.visible.contains(intent.getPackage())) return;
        Device.broadcasts.sent(new Intent(intent));
    }

    @Override
    public void startActivity(Intent intent) {
        throw new ActivityNotFoundException("this phone has no other apps");
    }
}
