package app.slipway.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * Which Android permissions stand behind what a page asks for, and which of those requests the owner of the
 * app allows. What is not listed here (MIDI) is never granted.
 */
final class PermissionRules {
    static final String VIDEO_CAPTURE = "android.webkit.resource.VIDEO_CAPTURE";
    static final String AUDIO_CAPTURE = "android.webkit.resource.AUDIO_CAPTURE";
    static final String CAMERA = "android.permission.CAMERA";
    static final String POST_NOTIFICATIONS = "android.permission.POST_NOTIFICATIONS";
    private static final String RECORD_AUDIO = "android.permission.RECORD_AUDIO";
    private static final String PROTECTED_MEDIA = "android.webkit.resource.PROTECTED_MEDIA_ID";
    /** In place of a permission: Android asks for none. */
    static final String NONE = "";
    private static final List<String> LOCATION =
            Collections.unmodifiableList(
                    Arrays.asList(
                            "android.permission.ACCESS_FINE_LOCATION", "android.permission.ACCESS_COARSE_LOCATION"));

    private final Collection<String> allowed;
    private final boolean protectedMedia;

    /** Takes the configuration's permissions, and whether pages may play protected media. */
    PermissionRules(Collection<String> allowed, boolean protectedMedia) {
        this.allowed = allowed;
        this.protectedMedia = protectedMedia;
    }

    /** Of the WebView resources asked for, those the owner allows, in the order asked. */
    List<String> grantable(String[] resources) {
        List<String> result = new ArrayList<>();
        for (String resource : resources) {
            if (androidPermission(resource) != null) result.add(resource);
        }
        return result;
    }

    /** The Android permission behind an allowed WebView resource, or NONE; null when it may not be granted. */
    String androidPermission(String resource) {
        if (resource.equals(VIDEO_CAPTURE) && allowed.contains(ShellConfig.CAMERA)) return CAMERA;
        if (resource.equals(AUDIO_CAPTURE) && allowed.contains(ShellConfig.MICROPHONE)) return RECORD_AUDIO;
        return resource.equals(PROTECTED_MEDIA) && protectedMedia ? NONE : null;
    }

    /** The Android permissions for a page's location request, any of which will do; empty when not allowed. */
    List<String> location() {
        return allowed.contains(ShellConfig.LOCATION) ? LOCATION : Collections.<String>emptyList();
    }

    boolean camera() {
        return allowed.contains(ShellConfig.CAMERA);
    }

    boolean notifications() {
        return allowed.contains(ShellConfig.NOTIFICATIONS);
    }
}
