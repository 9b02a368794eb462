package app.slipway.shell;

import static app.slipway.shell.Tests.same;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;

/** Permissions, colours, insets and file inputs. */
final class RulesTest {
    private static final String[] EVERYTHING = {
        "android.webkit.resource.VIDEO_CAPTURE", "android.webkit.resource.AUDIO_CAPTURE",
        "android.webkit.resource.PROTECTED_MEDIA_ID", "android.webkit.resource.MIDI_SYSEX",
    };

    static void grantsOnlyWhatIsListed() {
        PermissionRules none = new PermissionRules(Collections.<String>emptyList(), false);
        same(Collections.emptyList(), none.grantable(EVERYTHING));
        same(Collections.emptyList(), none.location());
        same(false, none.camera());
        same(false, none.notifications());
        PermissionRules camera = new PermissionRules(Collections.singletonList("camera"), false);
        same(Collections.singletonList(EVERYTHING[0]), camera.grantable(EVERYTHING));
        same("android.permission.CAMERA", camera.androidPermission(EVERYTHING[0]));
        same(null, camera.androidPermission(EVERYTHING[1]));
        same(true, camera.camera());
        List<String> everything = Arrays.asList("camera", "microphone", "location", "notifications");
        PermissionRules all = new PermissionRules(everything, false);
        same(Arrays.asList(EVERYTHING[0], EVERYTHING[1]), all.grantable(EVERYTHING));
        same("android.permission.RECORD_AUDIO", all.androidPermission(EVERYTHING[1]));
        same(2, all.location().size());
        same(true, all.notifications());
    }

    static void grantsProtectedMediaForNoPermissionWhereItIsAllowed() {
        PermissionRules rules = new PermissionRules(Collections.<String>emptyList(), true);
        same(Collections.singletonList(EVERYTHING[2]), rules.grantable(EVERYTHING));
        same(PermissionRules.NONE, rules.androidPermission(EVERYTHING[2]));
    }

    static void picksReadableIcons() {
        int[] light = {0xffffffff, 0xffffff00, 0xff00ff00, 0xff808080, 0xffff6600};
        for (int color : light) same(true, Color.isLight(color), Integer.toHexString(color));
        int[] dark = {0xff000000, 0xff0000ff, 0xff0b57d0, 0xff666666, 0xff800000};
        for (int color : dark) same(false, Color.isLight(color), Integer.toHexString(color));
    }

    static void readsTheWebViewsVersion() {
        String agent = "Mozilla/5.0 (Linux; Android 16; Pixel Build/X; wv) AppleWebKit/537.36 (KHTML, like Gecko) ";
        same(144, InsetsPolicy.version(agent + "Version/4.0 Chrome/144.0.7559.59 Mobile Safari/537.36"));
        same(0, InsetsPolicy.version(agent));
    }

    static void leavesInsetsToThePageOrPadsButNeverBoth() {
        same(true, InsetsPolicy.pageHandles(144, true));
        same(true, InsetsPolicy.pageHandles(200, true));
        same(false, InsetsPolicy.pageHandles(143, true));
        same(false, InsetsPolicy.pageHandles(144, false));
        same(false, InsetsPolicy.pageHandles(0, true));
    }

    private static Collection<String> accepted(String... tokens) {
        return AcceptedTypes.of(tokens, extension -> extension.equals("pdf") ? "application/pdf" : null);
    }

    static void translatesWhatAFileInputAccepts() {
        same(types("image/*", "application/pdf"), accepted("image/*", ".PDF"));
        same(types("image/png", "application/pdf"), accepted(" image/png , .pdf"));
        same(types(), accepted(""));
        same(types(), accepted());
        same(types(), accepted("image/*", ".unknown"));
        same(types(), accepted("*/*"));
    }

    static void offersToTakeWhatWillDo() {
        same(true, AcceptedTypes.take(types(), "image/jpeg"));
        same(true, AcceptedTypes.take(types("image/*"), "image/jpeg"));
        same(true, AcceptedTypes.take(types("application/pdf", "image/jpeg"), "image/jpeg"));
        same(false, AcceptedTypes.take(types("image/png"), "image/jpeg"));
        same(true, AcceptedTypes.take(types("image/*", "video/*"), "video/mp4"));
        same(false, AcceptedTypes.take(types("image/*", "video/webm"), "video/mp4"));
    }

    private static LinkedHashSet<String> types(String... types) {
        return new LinkedHashSet<>(Arrays.asList(types));
    }
}
