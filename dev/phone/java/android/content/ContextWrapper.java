package android.content;

import android.content.pm.ApplicationInfo;
import android.content.pm.PackageManager;
import android.content.res.AssetManager;
import android.content.res.Resources;
import java.io.File;

/** The app's surroundings, as its components have them. */
public abstract class ContextWrapper extends Context {
    private final Context app = AppContext.get();

    @Override
    public Context getApplicationContext() {
        return app;
    }

    @Override
    public String getPackageName() {
        return app.getPackageName();
    }

    @Override
    public AssetManager getAssets() {
        return app.getAssets();
    }

    @Override
    public Resources getResources() {
        return app.getResources();
    }

    @Override
    public PackageManager getPackageManager() {
        return app.getPackageManager();
    }

    @Override
    public ApplicationInfo getApplicationInfo() {
        return app.getApplicationInfo();
    }

    @Override
    public SharedPreferences getSharedPreferences(String name, int mode) {
        return app.getSharedPreferences(name, mode);
    }

    @Override
    public File getNoBackupFilesDir() {
        return app.getNoBackupFilesDir();
    }

    @Override
    public Object getSystemService(String name) {
        return app.getSystemService(name);
    }

    @Override
    public void sendBroadcast(Intent sent) {
        app.sendBroadcast(sent);
    }

    @Override
    public void startActivity(Intent started) {
        app.startActivity(started);
    }
}
