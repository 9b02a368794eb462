package app.slipway.shell;

import android.os.Handler;
import android.os.Looper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells pages of pushes and taps, by the bridge. A tap is kept until the page on the screen can hear of it. */
final class PageEvents {
    /** Most taps kept: pages of foreign hosts may stay on the screen for long. */
    private static final int MAX_TAPS = 10;

    private static final List<Map<String, Object>> taps = new ArrayList<>();
    /** The windows that there are; null while the app is not open. */
    private static Browser browser = null;

    private PageEvents() {}

    /** A push came, on any thread: tells all pages that are open. */
    static void message(PushMessage message) {
        final Map<String, Object> value = new LinkedHashMap<>();
        put(value, "title", message.title);
        put(value, "body", message.body);
        put(value, "url", message.url);
        put(value, "icon", message.icon);
        put(value, "image", message.image);
        put(value, "tag", message.tag);
        put(value, "data", message.data);
        new Handler(Looper.getMainLooper())
                .post(
                        new Runnable() {
                            @Override
                            public void run() {
                                if (browser != null) browser.tell("message", value);
                            }
                        });
    }

    /** A notification was tapped. To be called once the window shows, or is on its way to, what the tap opens. */
    static void clicked(NotificationTap tap) {
        Map<String, Object> value = new LinkedHashMap<>();
        put(value, "url", tap.url);
        value.put("action", tap.action);
        put(value, "tag", tap.tag);
        put(value, "data", tap.data);
        if (taps.size() == MAX_TAPS) taps.remove(0);
        taps.add(value);
        onPage();
    }

    /** Another page may be on the screen, or have its port by now. */
    static void onPage() {
        PagePort page = browser == null ? null : browser.pageForClicks();
        if (page == null) return;
        for (Map<String, Object> tap : taps) page.tell("click", tap);
        taps.clear();
    }

    static void opened(Browser windows) {
        browser = windows;
    }

    static void closed(Browser windows) {
        if (browser == windows) browser = null;
    }

    private static void put(Map<String, Object> value, String name, Object part) {
        if (part != null && !part.equals("")) value.put(name, part);
    }
}
