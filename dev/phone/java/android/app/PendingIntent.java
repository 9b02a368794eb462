package android.app;

import android.content.Context;
import android.content.Intent;
import android.os.Parcelable;
import device.Device;

/** Only immutable ones are made, and those that differ in extras alone are one and the same. */
public final class PendingIntent implements Parcelable {
    public static final int FLAG_UPDATE_CURRENT = 0x08000000;
    public static final int FLAG_IMMUTABLE = 0x04000000;

    /** What sends it: an activity or a broadcast. */
    public enum Kind {
        ACTIVITY,
        BROADCAST
    }

    public final Kind kind;
    /** With the extras of its first making, or of the last that updated it. */
    public final Intent intent;

    private PendingIntent(Kind kind, Intent intent) {
        this.kind = kind;
        this.intent = new Intent(intent);
    }

    public static PendingIntent getActivity(Context context, int code, Intent intent, int flags) {
        return get(Kind.ACTIVITY, code, intent, flags);
    }

    public static PendingIntent getBroadcast(Context context, int code, Intent intent, int flags) {
        return get(Kind.BROADCAST, code, intent, flags);
    }

    public String getCreatorPackage() {
        return Device.app.packageName;
    }

    private static PendingIntent get(Kind kind, int code, Intent intent, int flags) {
        if ((flags & FLAG_IMMUTABLE) == 0) throw new IllegalArgumentException("FLAG_IMMUTABLE is missing");
        String key = kind + " " + code + " " + intent.filterKey();
        PendingIntent kept = Device.record(key, new PendingIntent(kind, intent));
        if ((flags & FLAG_UPDATE_CURRENT) != 0) kept.intent.replaceExtras(intent);
        return kept;
    }
}
