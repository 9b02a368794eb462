package app.slipway.shell;

import android.webkit.GeolocationPermissions;
import android.webkit.PermissionRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers pages that ask for camera, microphone, location or protected media: yes only to an allowed host, only for what the
 * configuration lists, and only once the user has said so.
 */
final class PageGrants {
    private final UrlPolicy policy;
    private final PermissionRules rules;
    private final Permissions permissions;

    PageGrants(UrlPolicy policy, PermissionRules rules, Permissions permissions) {
        this.policy = policy;
        this.rules = rules;
        this.permissions = permissions;
    }

    /** Camera and microphone, by WebRTC, and what identifies the device to protected media. */
    void onRequest(final PermissionRequest request) {
        final List<String> resources = rules.grantable(request.getResources());
        if (resources.isEmpty() || !policy.trusts(request.getOrigin().toString())) {
            request.deny();
            return;
        }
        List<String> needed = new ArrayList<>();
        for (String resource : resources) needed.add(rules.androidPermission(resource));
        needed.remove(PermissionRules.NONE);
        permissions.ask(
                needed,
                new Permissions.Answer() {
                    @Override
                    public void settled(List<String> granted) {
                        List<String> given = new ArrayList<>();
                        for (String resource : resources) {
                            String permission = rules.androidPermission(resource);
                            if (permission.equals(PermissionRules.NONE) || granted.contains(permission)) {
                                given.add(resource);
                            }
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
}
