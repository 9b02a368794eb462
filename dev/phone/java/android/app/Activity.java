package android.app;

import android.content.AppContext;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.content.pm.ApplicationInfo;
import android.content.pm.PackageManager;
import android.content.res.AssetManager;
import android.content.res.Resources;
import device.Device;
import java.io.File;

/** An activity without a window. */
public class Activity extends Context {
    private static final String POST_NOTIFICATIONS = "android.permission.POST_NOTIFICATIONS";

    private final Context app = AppContext.get();
    private Intent intent;

    /** For the phone, not Android's: which intent started it. */
    public final void attach(Intent started) {
        intent = started;
    }

    public Intent getIntent() {
        return intent;
    }

    /** Of the permissions that are asked for, this phone knows the one to notify. */
    public int checkSelfPermission(String permission) {
        boolean isGranted = permission.equals(POST_NOTIFICATIONS) ? Device.mayNotify : Device.app.permissions.contains(permission);
        return isGranted ? PackageManager.PERMISSION_GRANTED : PackageManager.PERMISSION_DENIED;
    }

    public boolean shouldShowRequestPermissionRationale(String permission) {
        return Device.wasRefused;
    }

    public void requestPermissions(String[] permissions, int code) {
        Device.ask(() -> onRequestPermissionsResult(code, permissions, new int[permissions.length]));
    }

    public void onRequestPermissionsResult(int code, String[] permissions, int[] results) {}

    public void startActivityForResult(Intent started, int code) {
        startActivity(started);
    }

    public SharedPreferences getPreferences(int mode) {
        return app.getSharedPreferences(getClass().getSimpleName(), mode);
    }

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
