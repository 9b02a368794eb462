package android.content.pm;

import android.content.Intent;
import device.Device;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Play services are installed, and no distributor of UnifiedPush. An app sees only other apps that it names. */
public class PackageManager {
    public static final int PERMISSION_GRANTED = 0;
    public static final int PERMISSION_DENIED = -1;
    public static final int MATCH_DEFAULT_ONLY = 0x00010000;
    private static final String TOKEN_REQUEST = "com.google.iid.TOKEN_REQUEST";

    public List<ResolveInfo> queryBroadcastReceivers(Intent intent, int flags) {
        boolean isVisible = Device.app.visible.contains(Device.PLAY_SERVICES);
        boolean isAsked = TOKEN_REQUEST.equals(intent.getAction());
        if (!isVisible || !isAsked || !Device.PLAY_SERVICES.equals(intent.getPackage())) return new ArrayList<>();
        ResolveInfo found = new ResolveInfo();
        found.activityInfo = new ActivityInfo();
        found.activityInfo.packageName = Device.PLAY_SERVICES;
        return Collections.singletonList(found);
    }

    public ResolveInfo resolveActivity(Intent intent, int flags) {
        return null;
    }
}
