package android.app;

import android.content.ContextWrapper;
import android.content.Intent;
import android.content.SharedPreferences;
import android.content.pm.PackageManager;
import device.Device;

/** An activity without a window. */
public class Activity extends ContextWrapper {
    private static final String POST_NOTIFICATIONS = "android.permission.POST_NOTIFICATIONS";

    private Intent intent;

    /** For the phone, not Android's: which intent started it. */
    public final void attach(Intent started) {
        intent = started;
    }

    public Intent getIntent() {
        return intent;
    }

    /** The person is asked for nothing but to let it notify. */
    public int checkSelfPermission(String permission) {
        boolean isGranted = permission.equals(POST_NOTIFICATIONS) && Device.mayNotify;
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
        return getSharedPreferences(getClass().getSimpleName(), mode);
    }
}
