package app.slipway.shell;

import android.app.Activity;
import android.app.AlertDialog;
import android.content.DialogInterface;
import android.content.SharedPreferences;
import android.os.Build;
import android.webkit.GeolocationPermissions;
import android.webkit.PermissionRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Answers pages that ask for camera, microphone or location: yes only to an allowed host, only for what the
 * configuration lists, and only once the user has said so. Asks for notifications, too.
 */
final class PageGrants {
    /** Remembers that the user was asked about notifications. */
    private static final String ASKED = "asked_notifications";

    private final Activity activity;
    private final UrlPolicy policy;
    private final PermissionRules rules;
    private final Permissions permissions;

    PageGrants(Activity activity, UrlPolicy policy, PermissionRules rules, Permissions permissions) {
        this.activity = activity;
        this.policy = policy;
        this.rules = rules;
        this.permissions = permissions;
    }

    /** Camera and microphone, by WebRTC. */
    void onRequest(final PermissionRequest request) {
        final List<String> resources = rules.grantable(request.getResources());
        if (resources.isEmpty() || !policy.trusts(request.getOrigin().toString())) {
            request.deny();
            return;
        }
        List<String> needed = new ArrayList<>();
        for (String resource : resources) needed.add(rules.androidPermission(resource));
        permissions.ask(
                needed,
                new Permissions.Answer() {
                    @Override
                    public void settled(List<String> granted) {
                        List<String> given = new ArrayList<>();
                        for (String resource : resources) {
                            if (granted.contains(rules.androidPermission(resource))) given.add(resource);
                        }
                        if (given.isEmpty()) request.deny();
                        else request.grant(given.toArray(new String[0]));
                    }
                });
    }

    void onLocationRequest(final String origin, final GeolocationPermissions.Callback callback) {
        if (rules.location().isEmpty() || !policy.trusts(origin)) {
            callback.invoke(origin, false, false);
            return;
        }
        for (String permission : rules.location()) {
            if (permissions.has(permission)) { // the approximate place is enough: don't ask for more each time
                callback.invoke(origin, true, false);
                return;
            }
        }
        permissions.ask(
                rules.location(),
                new Permissions.Answer() {
                    @Override
                    public void settled(List<String> granted) {
                        // Not retained: Android keeps the user's answer, and the user can take it back there.
                        callback.invoke(origin, !granted.isEmpty(), false);
                    }
                });
    }

    /**
     * To be called when the user has gone from one page to another. Asks about notifications, if the app may
     * send them: once ever, in the app's own words first, and not before someone uses the app.
     */
    void onPageChosen() {
        if (Build.VERSION.SDK_INT < 33 || !rules.notifications()) return;
        SharedPreferences memory = activity.getPreferences(Activity.MODE_PRIVATE);
        if (memory.getBoolean(ASKED, false) || permissions.has(PermissionRules.POST_NOTIFICATIONS)) return;
        memory.edit().putBoolean(ASKED, true).apply();
        new AlertDialog.Builder(activity)
                .setMessage(Strings.NOTIFICATIONS_QUESTION)
                .setNegativeButton(Strings.NOT_NOW, null)
                .setPositiveButton(
                        Strings.YES,
                        new DialogInterface.OnClickListener() {
                            @Override
                            public void onClick(DialogInterface dialog, int which) {
                                askForNotifications();
                            }
                        })
                .show();
    }

    private void askForNotifications() {
        permissions.ask(
                Collections.singletonList(PermissionRules.POST_NOTIFICATIONS),
                new Permissions.Answer() {
                    @Override
                    public void settled(List<String> granted) {} // nothing waits for it
                });
    }
}
