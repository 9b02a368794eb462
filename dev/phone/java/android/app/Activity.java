package android.app;

import android.content.ContextWrapper;
import android.content.Intent;
import android.content.SharedPreferences;
import android.content.pm.PackageManager;
import android.os.Handler;
import android.os.Looper;
import device.Device;
import java.util.Arrays;

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
        return Device.refusals == 1;
    }

    /** Who refused twice is not asked again. */
    public void requestPermissions(String[] permissions, int code) {
        Runnable answered = () -> onRequestPermissionsResult(code, permissions, results(permissions));
        if (Device.refusals < 2) Device.ask(answered);
        else new Handler(Looper.getMainLooper()).post(answered);
    }

    private int[] results(String[] permissions) {
        return Arrays.stream(permissions).mapToInt(this::checkSelfPermission).toArray();
    }

    public void onRequestPermissionsResult(int code, String[] permissions, int[] results) {}

    public void startActivityForResult(Intent started, int code) {
        startActivity(started);
    }

    public SharedPreferences getPreferences(int mode) {
        return getSharedPreferences(getClass().getSimpleName(), mode);
    }
}
