package app.slipway.shell;

import android.app.PendingIntent;
import android.content.Context;
import android.content.Intent;
import android.content.pm.PackageManager;
import android.content.pm.ResolveInfo;
import android.net.Uri;
import android.os.Build;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Talks to the app that the user has chosen to bring pushes, a distributor (UnifiedPush, "Android", AND_3). Its answers
 * come to UnifiedPushReceiver.
 */
final class UnifiedPush {
    private static final String REGISTER = "org.unifiedpush.android.distributor.REGISTER";
    private static final String UNREGISTER = "org.unifiedpush.android.distributor.UNREGISTER";
    private static final String MESSAGE_ACK = "org.unifiedpush.android.distributor.MESSAGE_ACK";
    /** An app that there is not: an intent to it shows who made it, and nothing more. */
    private static final String NOBODY = "org.unifiedpush.dummy_app";
    private static final Uri LINK = Uri.parse("unifiedpush://link");

    private final Context context;

    UnifiedPush(Context context) {
        this.context = context;
    }

    /**
     * The distributor to use: the one that is used already, or the user's default, or the first by name. null when none is
     * installed.
     */
    String distributor(String used) {
        List<String> installed = installed();
        if (installed.contains(used)) return used;
        ResolveInfo link =
                context.getPackageManager()
                        .resolveActivity(new Intent(Intent.ACTION_VIEW, LINK), PackageManager.MATCH_DEFAULT_ONLY);
        String preferred = link == null || link.activityInfo == null ? null : link.activityInfo.packageName;
        if (installed.contains(preferred)) return preferred;
        return installed.isEmpty() ? null : installed.get(0);
    }

    /** Those that take registrations, by name. */
    private List<String> installed() {
        List<String> names = new ArrayList<>();
        for (ResolveInfo one : context.getPackageManager().queryBroadcastReceivers(new Intent(REGISTER), 0)) {
            String name = one.activityInfo == null ? null : one.activityInfo.packageName;
            if (name != null && !name.equals(context.getPackageName()) && !names.contains(name)) names.add(name);
        }
        Collections.sort(names);
        return names;
    }

    /** Asks for an address to push to, for messages that this VAPID key signs. */
    void register(String distributor, String connection, String vapid) {
        send(new Intent(REGISTER).putExtra("vapid", vapid), distributor, connection);
    }

    void unregister(String distributor, String connection) {
        send(new Intent(UNREGISTER), distributor, connection);
    }

    /** Says that a message came; null when it has no id and needs no answer. */
    void acknowledge(String distributor, String connection, String id) {
        if (id == null || distributor == null) return;
        Intent intent = new Intent(MESSAGE_ACK).setPackage(distributor);
        context.sendBroadcast(intent.putExtra("token", connection).putExtra("id", id));
    }

    /** Sends what has to show which app it comes from. */
    private void send(Intent intent, String distributor, String connection) {
        intent.setPackage(distributor).putExtra("token", connection);
        if (Build.VERSION.SDK_INT >= 34) {
            Newer.broadcastWithIdentity(context, intent);
            return;
        }
        intent.putExtra("pi", identity(context, NOBODY));
        context.sendBroadcast(intent);
    }

    /** What shows who sent an intent, and can be used for nothing else. */
    static PendingIntent identity(Context context, String nobody) {
        return PendingIntent.getBroadcast(
                context, 0, new Intent().setPackage(nobody), PendingIntent.FLAG_IMMUTABLE);
    }
}
