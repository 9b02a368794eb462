package app.slipway.shell;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The app's settings, as the packager wrote them into assets/config.json (its contract is
 * src/protocol/shell-config.ts). Every key must be there with its type; unknown keys are ignored, so that an
 * older classes.dex works with a newer packager as long as the schema number stays.
 */
final class ShellConfig {
    /** The one meaning of the keys that this code knows. */
    private static final double SCHEMA = 1;

    static final String CAMERA = "camera";
    static final String MICROPHONE = "microphone";
    static final String LOCATION = "location";
    static final String NOTIFICATIONS = "notifications";

    final String url;
    /** What opens inside the app, as UrlPolicy reads it; the start page's own host comes first. */
    final List<String> hosts;
    /** What opens in a tab of the browser above the app, in the same form. */
    final List<String> customTabHosts;
    /** What may be reached without TLS, in the same form. */
    final List<String> cleartextHosts;
    /** Its links open pages of the start page's origin; null for none. */
    final String customScheme;
    /** Appended to the user agent; "" for none. */
    final String userAgentSuffix;
    /** 0xffrrggbb. */
    final int themeColor;
    /** 0xffrrggbb. */
    final int backgroundColor;
    /** Per cent; 0 for what the system's settings say. */
    final int textZoom;
    final boolean pullToRefresh;
    /** Whether assets/offline.html is shown in place of a page that can't be reached. */
    final boolean offlinePage;
    final boolean thirdPartyCookies;
    final boolean protectedMedia;
    final boolean fullscreen;
    final boolean keepAwake;
    /** Of CAMERA, MICROPHONE, LOCATION and NOTIFICATIONS. */
    final List<String> permissions;
    /** How the app receives pushes; null if it receives none. */
    final PushConfig push;

    private ShellConfig(Map<?, ?> json) {
        if (!Double.valueOf(SCHEMA).equals(json.get("schema"))) throw wrong("schema");
        url = string(json, "url");
        hosts = strings(json, "hosts");
        if (hosts.isEmpty()) throw wrong("hosts");
        customTabHosts = strings(json, "custom_tab_hosts");
        cleartextHosts = strings(json, "cleartext_hosts");
        customScheme = stringOrNull(json, "custom_scheme");
        userAgentSuffix = string(json, "user_agent_suffix");
        themeColor = color(json, "theme_color");
        backgroundColor = color(json, "background_color");
        textZoom = wholeOrZero(json, "text_zoom");
        pullToRefresh = flag(json, "pull_to_refresh");
        offlinePage = flag(json, "offline_page");
        thirdPartyCookies = flag(json, "third_party_cookies");
        protectedMedia = flag(json, "protected_media");
        fullscreen = flag(json, "fullscreen");
        keepAwake = flag(json, "keep_awake");
        permissions = strings(json, "permissions");
        push = push(json, "push");
    }

    /** Reads the text of config.json. Throws IllegalArgumentException, naming the key, when one is wrong. */
    static ShellConfig parse(String text) {
        Object json = Json.parse(text);
        if (!(json instanceof Map)) throw wrong("(root)");
        return new ShellConfig((Map<?, ?>) json);
    }

    static String string(Map<?, ?> json, String key) {
        Object value = json.get(key);
        if (!(value instanceof String)) throw wrong(key);
        return (String) value;
    }

    private static String stringOrNull(Map<?, ?> json, String key) {
        if (json.containsKey(key) && json.get(key) == null) return null;
        return string(json, key);
    }

    private static int wholeOrZero(Map<?, ?> json, String key) {
        Object value = json.get(key);
        if (value instanceof Double) return ((Double) value).intValue();
        if (value != null || !json.containsKey(key)) throw wrong(key);
        return 0;
    }

    static boolean flag(Map<?, ?> json, String key) {
        Object value = json.get(key);
        if (!(value instanceof Boolean)) throw wrong(key);
        return (Boolean) value;
    }

    private static List<String> strings(Map<?, ?> json, String key) {
        Object value = json.get(key);
        if (!(value instanceof List)) throw wrong(key);
        List<String> items = new ArrayList<>();
        for (Object item : (List<?>) value) {
            if (!(item instanceof String)) throw wrong(key);
            items.add((String) item);
        }
        return Collections.unmodifiableList(items);
    }

    private static PushConfig push(Map<?, ?> json, String key) {
        Object value = json.get(key);
        if (value instanceof Map) return new PushConfig((Map<?, ?>) value);
        if (value != null || !json.containsKey(key)) throw wrong(key);
        return null;
    }

    private static int color(Map<?, ?> json, String key) {
        String value = string(json, key);
        if (!value.matches("#[0-9a-fA-F]{6}")) throw wrong(key);
        return 0xff000000 | Integer.parseInt(value.substring(1), 16);
    }

    private static IllegalArgumentException wrong(String key) {
        return new IllegalArgumentException("config.json: " + key + " is missing or wrong");
    }
}
