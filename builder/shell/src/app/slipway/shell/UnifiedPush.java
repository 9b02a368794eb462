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
    private final PushStore store;

    UnifiedPush(Context context) {
        this.context = context;
        store = new PushStore(context);
    }

    /**
     * The distributor to use: the one that the person chose, or that is used already, or the user's default, or the first
     * by name, unless the person wanted none of them. null when there is none.
     */
    String distributor(String used) {
        List<String> installed = installed();
        for (String name : new String[] {store.get(PushStore.CHOSEN), used, preferred()}) {
            if (installed.contains(name)) return name;
        }
        return installed.isEmpty() || wereOffered(installed) ? null : installed.get(0);
    }

    /** Whether the person has to choose: there are several, none is the default, and these were not offered before. */
    boolean needsChoice() {
        List<String> installed = installed();
        String preferred = preferred(); // Android's own question, where there is no default
        if (installed.size() < 2 || preferred == null || installed.contains(preferred)) return false;
        return !installed.contains(store.get(PushStore.CHOSEN)) && !wereOffered(installed);
    }

    /** Keeps what the person chose, null for none. Returns whether it is a distributor. */
    boolean choose(String distributor) {
        List<String> installed = installed();
        store.set(PushStore.OFFERED, installed.toString());
        if (!installed.contains(distributor)) return false;
        store.set(PushStore.CHOSEN, distributor);
        return true;
    }

    private boolean wereOffered(List<String> installed) {
        return installed.size() > 1 && installed.toString().equals(store.get(PushStore.OFFERED));
    }

    /** What opens the link by which the user chooses; null for nothing. */
    private String preferred() {
        ResolveInfo link = context.getPackageManager().resolveActivity(link(), PackageManager.MATCH_DEFAULT_ONLY);
        return link == null || link.activityInfo == null ? null : link.activityInfo.packageName;
    }

    /** Opens what the user chooses a distributor by, for a result. */
    static Intent link() {
        return new Intent(Intent.ACTION_VIEW, LINK);
    }

    /** The distributor that answered the link; null for none. */
    static String chosen(Intent answer) {
        if (answer == null) return null;
        try {
            PendingIntent identity = answer.getParcelableExtra("pi");
            return identity == null ? null : identity.getCreatorPackage();
        } catch (RuntimeException broken) { // extras of a class that there is not, or of another
            return null;
        }
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
